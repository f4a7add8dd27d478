import type { ExecutionArgs, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { createAllowance, type Spent } from '../replicas/allowance.ts';
import type { RedisLink } from '../replicas/redis-link.ts';
import { costOf } from './cost.ts';
import { type LimitSettings, refusal } from './settings.ts';

/** What an operation may cost, and what it leaves of the minute's allowance; both in AWS calls. */
interface Cost {
  readonly announced: number;
  readonly remaining: number;
}

/** What operations, and the events of subscriptions, may ask of AWS. */
export interface Budget {
  /** Takes the price from the principal's allowance and bounds the calls by it; the error where it is refused. */
  admit(args: ExecutionArgs, ctx: Context): Promise<GraphQLError | undefined>;
  /** Gives back what was not used; undefined where nothing was admitted. */
  settle(ctx: Context): Promise<Cost | undefined>;
}

export interface BudgetOptions {
  readonly limits: LimitSettings;
  /** AWS pages that one list may read. */
  readonly maximumPages: number;
  /** Left out, the allowance is of this process alone. */
  readonly redis?: RedisLink | undefined;
}

/** Makes the one budget of a gateway. */
export function createBudget({ limits, maximumPages, redis }: BudgetOptions): Budget {
  const allowance = createAllowance({ name: 'cost', points: limits.costPerMinute, seconds: 60, redis });
  const taken = new WeakMap<Context, { readonly announced: number; readonly spent: Spent }>();
  /** What the operations under way have taken, of which they give back most. */
  const held = new Map<string, number>();
  const hold = (subject: string, amount: number) => {
    const sum = (held.get(subject) ?? 0) + amount;
    if (sum > 0) held.set(subject, sum);
    else held.delete(subject);
  };
  return {
    admit: async (args, ctx) => {
      const announced = costOf(
        { ...args, variables: args.variableValues ?? {} },
        {
          sources: ctx.sources.all.length,
          maximumPages,
          isPartial: ctx.rights.arePartialIn(ctx.sources.all),
        },
      );
      // What is more than the whole minute's allowance would be told in vain to ask again.
      const most = Math.min(limits.cost, limits.costPerMinute);
      if (announced > most) {
        return refusal(
          'QUOTA_EXCEEDED',
          `The operation may come to ${announced} AWS calls; ${most} are allowed. Ask for fewer records, or for less of each.`,
          { cost: { announced } },
        );
      }
      const { subject } = ctx.principal;
      const spent = await allowance.spend(subject, announced);
      if (spent.consumedPoints > limits.costPerMinute) {
        await spent.giveBack(announced);
        const isSoon = spent.consumedPoints - (held.get(subject) ?? 0) <= limits.costPerMinute;
        return throttled(limits, isSoon ? 1 : Math.ceil(spent.msBeforeNext / 1000));
      }
      hold(subject, announced);
      ctx.usage.terms.mostCalls = announced;
      taken.set(ctx, { announced, spent });
      return undefined;
    },
    settle: async (ctx) => {
      const own = taken.get(ctx);
      if (own === undefined) return undefined;
      taken.delete(ctx);
      const { announced, spent } = own;
      hold(ctx.principal.subject, -announced);
      const unused = Math.max(0, announced - ctx.usage.calls);
      await spent.giveBack(unused);
      return { announced, remaining: spent.remainingPoints + unused };
    },
  };
}

/**
 * Prices each operation before it is executed, refuses what is over the limits without asking AWS, and tells the price
 * in `extensions.cost`. The events of a subscription are priced one by one, when they come.
 */
export function useBudget({ admit, settle }: Budget): Plugin<object, object, Context> {
  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const error = await admit(args, args.contextValue as Context);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const ctx = args.contextValue as Context;
      const error = await admit(args, ctx);
      if (error) setResultAndStopExecution({ errors: [error] });
      await settle(ctx);
    },
    onExecutionResult: async ({ result, setResult, context }) => {
      if (result === undefined || isAsyncIterable(result)) return;
      const cost = await settle(context as object as Context);
      if (cost) setResult({ ...result, extensions: { ...result.extensions, cost } });
    },
  };
}

function throttled({ costPerMinute }: LimitSettings, retryAfterSeconds: number) {
  return refusal(
    'THROTTLED',
    `Your operations of this minute, with what those under way may come to, are more than the ${costPerMinute} AWS calls that are allowed. Ask again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds, http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } } },
  );
}
