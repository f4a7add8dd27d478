import type { RequestContext } from '../../context.ts';
import type { BudgetedRequest } from '../../limits/budget.ts';
import type { FleetSize, Listed, ListSize } from '../../limits/price.ts';

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
