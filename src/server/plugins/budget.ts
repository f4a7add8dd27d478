import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { Budget, BudgetedRequest } from '../../limits/budget.ts';

/**
 * Prices each operation before it is executed, refuses what is over the limits without asking AWS, and reports the price
 * in `extensions.cost`. The events of a subscription are priced one by one, when they come.
 */
export function useBudget({ admit, settle }: Budget): Plugin<object, object, RequestContext> {
  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const error = await admit(args, budgetedRequest(args.contextValue as RequestContext));
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const context = args.contextValue as RequestContext;
      const error = await admit(args, budgetedRequest(context));
      if (error) setResultAndStopExecution({ errors: [error] });
      await settle(context.usage);
    },
    onExecutionResult: async ({ result, setResult, context }) => {
      const { usage } = context as Partial<RequestContext>;
      if (result === undefined || isAsyncIterable(result) || usage === undefined) return;
      const cost = await settle(usage);
      if (cost) setResult({ ...result, extensions: { ...result.extensions, cost } });
    },
  };
}

/** What the budget has to know of a request. */
export function budgetedRequest({ principal, rights, sources, usage }: RequestContext): BudgetedRequest {
  return {
    subject: principal.subject,
    sources: sources.all.length,
    isPartial: rights.arePartialIn(sources.all),
    usage,
  };
}
