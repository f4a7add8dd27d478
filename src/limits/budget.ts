import { type ExecutionArgs, getOperationAST, type GraphQLError } from 'graphql';
import type { Usage } from '../aws/usage.ts';
import { createAllowance, type Spent } from '../replicas/allowance.ts';
import type { RedisLink } from '../replicas/redis-link.ts';
import { costOf } from './cost.ts';
import type { FleetSize } from './price.ts';
import { refusal } from './refusal.ts';
import { type LimitSettings, mostOf } from './settings.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** The estimated cost of an operation, and the remaining allowance of the current minute; both in AWS calls. */
export interface Cost {
  readonly announced: number;
  readonly remaining: number;
}

/** The request that sends the operation. */
export interface BudgetedRequest {
  readonly subject: string;
  /** Returns the size of the fleet that the principal can see, for lists of at most this number of AWS pages. */
  readonly fleet: (maximumPages: number) => FleetSize;
  readonly usage: Usage;
}

/** The AWS calls of all principals since the start. */
export interface BudgetState {
  /** The calls that were made and charged to a principal. */
  readonly charged: number;
  /** The estimated calls of the operations that were refused because of their own cost. */
  readonly refusedByCost: number;
  /** The estimated calls of the operations that were refused because their principals had no allowance left. */
  readonly refusedByAllowance: number;
}

/** Limits the AWS calls of operations, and of the events of subscriptions. */
export interface Budget {
  /**
   * Charges the estimated cost to the principal's allowance; returns an error if the operation is refused. `announced` is
   * the cost, if it is already known.
   */
  admit(args: ExecutionArgs, request: BudgetedRequest, announced?: number): Promise<GraphQLError | undefined>;
  /** Returns the estimated cost of an operation, as it is now. */
  priceOf(args: ExecutionArgs, fleet: BudgetedRequest['fleet']): number;
  /**
   * Charges the AWS calls that were made instead of the estimated cost; returns undefined if no operation was admitted.
   * Later calls of the request, such as those of a full read that it started, are charged when they are made.
   */
  settle(usage: Usage): Promise<Cost | undefined>;
  /** Returns the counts of all budgets of the gateway. */
  state(): BudgetState;
}

export interface BudgetOptions {
  /** The maximum number of AWS pages that one list reads. */
  readonly maximumPages: number;
  /** If undefined, the allowance applies to this process only. */
  readonly redis?: RedisLink | undefined;
}

/** The settings of a budget. */
export interface BudgetSettings {
  readonly limits: LimitSettings;
  /** The trusted documents, which have a fixed cost; undefined if there are none. */
  readonly documents?: Pick<TrustedDocuments, 'texts' | 'cost'> | undefined;
}

interface Admitted {
  readonly subject: string;
  readonly announced: number;
  readonly spent: Spent;
}

/** Creates the budgets of a gateway: with other settings, the costs that principals have spent continue to count. */
export function createBudgets({ maximumPages, redis }: BudgetOptions): (settings: BudgetSettings) => Budget {
  // Only counts: each budget has its own limit.
  const allowance = createAllowance({ name: 'cost', points: Number.MAX_SAFE_INTEGER, seconds: 60, redis });
  const admitted = new WeakMap<Usage, Admitted>();
  const counts = { charged: 0, refusedByCost: 0, refusedByAllowance: 0 };
  /** The cost of the operations in progress per principal; most of it is refunded when they end. */
  const held = new Map<string, number>();
  const hold = (subject: string, amount: number) => {
    const sum = (held.get(subject) ?? 0) + amount;
    if (sum > 0) held.set(subject, sum);
    else held.delete(subject);
  };
  const charge = (subject: string, calls: number) => {
    void allowance.spend(subject, calls);
  };
  const priceOf = (
    { limits, documents }: BudgetSettings,
    args: ExecutionArgs,
    fleet: BudgetedRequest['fleet'],
    isFresh = false,
  ): number => {
    const isTrusted = documents !== undefined && documents.texts.has(args.document.loc?.source.body ?? '');
    if (!isTrusted) return costOf(args, fleet(maximumPages));
    if (!isFresh || !isQuery(args)) return documents.cost;
    // Nothing that was read for others answers it: many at once could make far more calls than the allowance.
    return Math.max(documents.cost, Math.min(costOf(args, fleet(maximumPages)), mostOf(limits)));
  };
  return ({ limits, documents }) => ({
    priceOf: (args, fleet) => priceOf({ limits, documents }, args, fleet),
    admit: async (args, { subject, fleet, usage }, known) => {
      const announced = known ?? priceOf({ limits, documents }, args, fleet, usage.scope.isFresh);
      const refused = refuseAbove(limits, announced);
      if (refused) {
        counts.refusedByCost += announced;
        return refused;
      }
      const spent = await allowance.spend(subject, announced);
      // What is kept in memory, or read for another principal, costs nothing.
      if (announced > 0 && spent.consumedPoints > limits.costPerMinute) {
        counts.refusedByAllowance += announced;
        await spent.giveBack(announced);
        const isSoon = spent.consumedPoints - (held.get(subject) ?? 0) <= limits.costPerMinute;
        return refuseUntil(limits, isSoon ? 1 : Math.ceil(spent.msBeforeNext / 1000));
      }
      hold(subject, announced);
      usage.scope.mostCalls = limits.calls;
      usage.chargeLater = (calls) => {
        counts.charged += calls;
        charge(subject, calls);
      };
      admitted.set(usage, { subject, announced, spent });
      return undefined;
    },
    settle: async (usage) => {
      const own = admitted.get(usage);
      if (own === undefined) return undefined;
      admitted.delete(usage);
      const { subject, announced, spent } = own;
      hold(subject, -announced);
      const { calls } = usage;
      usage.isSettled = true;
      counts.charged += calls;
      if (calls > announced) charge(subject, calls - announced);
      await spent.giveBack(announced - calls);
      return { announced, remaining: limits.costPerMinute - spent.consumedPoints + announced - calls };
    },
    state: () => ({ ...counts }),
  });
}

function isQuery({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === 'query';
}

function refuseAbove(limits: LimitSettings, announced: number): GraphQLError | undefined {
  const most = mostOf(limits);
  if (announced <= most) return undefined;
  return refusal(
    'ALLOWANCE_EXCEEDED',
    `The operation has an estimated cost of ${announced} AWS calls; at most ${most} are allowed. Select fewer sources with the filter, or request fewer records or fewer fields of each record.`,
    { cost: { announced }, retryAfterSeconds: null },
  );
}

function refuseUntil({ costPerMinute }: LimitSettings, retryAfterSeconds: number): GraphQLError {
  return refusal(
    'ALLOWANCE_EXCEEDED',
    `With this operation, your operations in the current minute would exceed the allowance of ${costPerMinute} AWS calls per minute; operations in progress count with their full cost. Retry in ${retryAfterSeconds} s.`,
    { retryAfterSeconds, http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } } },
  );
}
