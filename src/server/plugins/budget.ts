import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { Budget } from '../../limits/budget.ts';
import { budgetedRequest } from '../operations/budgeted-request.ts';

/**
 * Estimates the cost of each operation before it is executed, rejects an operation over the limits without calling AWS,
 * and reports the cost in `extensions.cost`. Each event of a subscription is charged separately, when it occurs.
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
