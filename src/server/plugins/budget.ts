import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RequestContext } from '../../context.ts';
import type { Budget, BudgetedRequest } from '../../limits/budget.ts';
import type { FleetSize, Listed, ListSize } from '../../limits/price.ts';

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

/** Returns the parts of a request that the budget needs. */
export function budgetedRequest(context: RequestContext): BudgetedRequest {
  const { principal, usage } = context;
  return { subject: principal.subject, fleet: (maximumPages) => new SeenFleet(context, maximumPages), usage };
}

/** The size of the fleet that the principal of a request can see. */
class SeenFleet implements FleetSize {
  readonly maximumPages: number;
  readonly #context: RequestContext;

  constructor(context: RequestContext, maximumPages: number) {
    this.#context = context;
    this.maximumPages = maximumPages;
  }

  get sources(): number {
    return this.#context.sources.all.length;
  }

  get isPartial(): boolean {
    const { rights, sources } = this.#context;
    return rights.arePartialIn(sources.all);
  }

  get isTagScoped(): boolean {
    const { rights, sources } = this.#context;
    return rights.dependOnTagsIn(sources.all);
  }

  listSize(what: Listed, filter?: unknown): ListSize {
    return this.#context.fleet.sizes.listSize(what, filter);
  }
}
