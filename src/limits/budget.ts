import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { Usage } from '../aws/usage.ts';
import { createAllowance, type Spent } from '../replicas/allowance.ts';
import type { RedisLink } from '../replicas/redis-link.ts';
import { costOf } from './cost.ts';
import { refusal } from './refusal.ts';
import type { LimitSettings } from './settings.ts';

/** What an operation may cost, and what it leaves of the minute's allowance; both in AWS calls. */
export interface Cost {
  readonly announced: number;
  readonly remaining: number;
}

/** The request whose operation is priced. */
export interface BudgetedRequest {
  readonly subject: string;
  /** How many sources the principal sees. */
  readonly sources: number;
  /** Whether records have to be tested for their tags, because the principal may not see all. */
  readonly isPartial: boolean;
  readonly usage: Usage;
}

/** What operations, and the events of subscriptions, may ask of AWS. */
export interface Budget {
  /** Takes the price from the principal's allowance and bounds the calls by it; the error where it is refused. */
  admit(args: ExecutionArgs, request: BudgetedRequest): Promise<GraphQLError | undefined>;
  /** Gives back what was not used; undefined where nothing was admitted. */
  settle(usage: Usage): Promise<Cost | undefined>;
}

export interface BudgetOptions {
  readonly limits: LimitSettings;
  /** AWS pages that one list may read. */
  readonly maximumPages: number;
  /** Left out, the allowance is of this process alone. */
  readonly redis?: RedisLink | undefined;
}

interface Admitted {
  readonly subject: string;
  readonly announced: number;
  readonly spent: Spent;
}

/** Makes the one budget of a gateway. */
export function createBudget({ limits, maximumPages, redis }: BudgetOptions): Budget {
  const allowance = createAllowance({ name: 'cost', points: limits.costPerMinute, seconds: 60, redis });
  const admitted = new WeakMap<Usage, Admitted>();
  /** What the operations under way have taken, of which they give back most. */
  const held = new Map<string, number>();
  const hold = (subject: string, amount: number) => {
    const sum = (held.get(subject) ?? 0) + amount;
    if (sum > 0) held.set(subject, sum);
    else held.delete(subject);
  };
  return {
    admit: async (args, { subject, sources, isPartial, usage }) => {
      const announced = costOf({ ...args, variables: args.variableValues ?? {} }, { sources, maximumPages, isPartial });
      const refused = refuseAbove(limits, announced);
      if (refused) return refused;
      const spent = await allowance.spend(subject, announced);
      if (spent.consumedPoints > limits.costPerMinute) {
        await spent.giveBack(announced);
        const isSoon = spent.consumedPoints - (held.get(subject) ?? 0) <= limits.costPerMinute;
        return throttled(limits, isSoon ? 1 : Math.ceil(spent.msBeforeNext / 1000));
      }
      hold(subject, announced);
      usage.scope.mostCalls = announced;
      admitted.set(usage, { subject, announced, spent });
      return undefined;
    },
    settle: async (usage) => {
      const own = admitted.get(usage);
      if (own === undefined) return undefined;
      admitted.delete(usage);
      const { subject, announced, spent } = own;
      hold(subject, -announced);
      const unused = Math.max(0, announced - usage.calls);
      await spent.giveBack(unused);
      return { announced, remaining: spent.remainingPoints + unused };
    },
  };
}

function refuseAbove({ cost, costPerMinute }: LimitSettings, announced: number): GraphQLError | undefined {
  // An operation above the allowance of a whole minute would be throttled however long its client waits.
  const most = Math.min(cost, costPerMinute);
  if (announced <= most) return undefined;
  return refusal(
    'QUOTA_EXCEEDED',
    `The operation may come to ${announced} AWS calls; ${most} are allowed. Ask for fewer records, or for less of each.`,
    { cost: { announced } },
  );
}

function throttled({ costPerMinute }: LimitSettings, retryAfterSeconds: number): GraphQLError {
  return refusal(
    'THROTTLED',
    `Your operations of this minute, with what those under way may come to, are more than the ${costPerMinute} AWS calls that are allowed. Ask again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds, http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } } },
  );
}
