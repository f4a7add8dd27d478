import type { ExecutionArgs } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import type { Context } from '../../context.ts';
import type { RedisLink } from '../../redis-link.ts';
import { createAllowance } from '../allowance.ts';
import { costOf } from './costs.ts';
import { type LimitSettings, refusal } from './limits.ts';

/** What an operation may cost, and what it leaves of the minute's allowance; both in AWS calls. */
interface Cost {
  readonly announced: number;
  readonly remaining: number;
}

export interface BudgetOptions {
  readonly limits: LimitSettings;
  /** AWS pages that one list may read. */
  readonly maximumPages: number;
  /** Left out, the allowance is of this process alone. */
  readonly redis?: RedisLink | undefined;
}

/**
 * Prices each operation before it is executed, refuses what is over the limits without asking AWS, and tells the price
 * in `extensions.cost`. The price is taken from the principal's allowance, and what was not used is given back.
 */
export function useBudget({ limits, maximumPages, redis }: BudgetOptions): Plugin<object, object, Context> {
  const allowance = createAllowance({ name: 'cost', points: limits.costPerMinute, seconds: 60, redis });
  const costs = new WeakMap<object, Cost>();

  const admit = async (args: ExecutionArgs) => {
    const ctx = args.contextValue as Context;
    const announced = costOf(
      { ...args, variables: args.variableValues ?? {} },
      {
        sources: ctx.sources.all.length,
        maximumPages,
        isPartial: ctx.rights.arePartialIn(ctx.sources.all),
      },
    );
    if (announced > limits.cost) {
      return refusal(
        'QUOTA_EXCEEDED',
        `The operation may come to ${announced} AWS calls; ${limits.cost} are allowed. Ask for fewer records, or for less of each.`,
        { cost: { announced } },
      );
    }
    const left = await allowance.spend(ctx.principal.subject, announced);
    if (left.consumedPoints > limits.costPerMinute) return throttled(limits, left);
    ctx.usage.terms.mostCalls = announced;
    costs.set(ctx, { announced, remaining: left.remainingPoints });
    return undefined;
  };

  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const error = await admit(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const error = await admit(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onExecutionResult: async ({ result, setResult, context }) => {
      const cost = costs.get(context);
      if (cost === undefined || result === undefined || isAsyncIterable(result)) return;
      const { usage, principal } = context as object as Context;
      const unused = Math.max(0, cost.announced - usage.calls);
      await allowance.giveBack(principal.subject, unused);
      setResult({
        ...result,
        extensions: { ...result.extensions, cost: { ...cost, remaining: cost.remaining + unused } },
      });
    },
  };
}

function throttled({ costPerMinute }: LimitSettings, { msBeforeNext }: RateLimiterRes) {
  const retryAfterSeconds = Math.ceil(msBeforeNext / 1000);
  return refusal(
    'THROTTLED',
    `Your operations of this minute come to more than the ${costPerMinute} AWS calls that are allowed. Ask again in ${retryAfterSeconds} seconds.`,
    { retryAfterSeconds, http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } } },
  );
}
