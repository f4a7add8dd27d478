import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { keyPrefix } from './key-prefix.ts';
import { UnexpectedReplyError } from './redis-connection.ts';

/** The points that each subject can spend in a time window. */
export interface Allowance {
  /** Spends points, even more than remain, and returns the number of points spent so far. */
  spend(subject: string, points: number): Promise<Spent>;
}

/** The result of spending points. */
export interface Spent {
  /** All points spent in the current time window. */
  readonly consumedPoints: number;
  readonly remainingPoints: number;
  /** Milliseconds until the time window ends. */
  readonly msBeforeNext: number;
  /** Refunds unused points, unless the time window in which they were spent has ended. */
  giveBack(points: number): Promise<void>;
}

export interface AllowanceOptions {
  /** Distinguishes this allowance from other allowances in Redis. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  /** If omitted, the allowance applies to this process alone. */
  readonly redis?: CountingRedis | undefined;
}

/** Sends a command to Redis; undefined if this allowance then counts on its own. */
type CountingRedis = <Result>(command: (redis: Redis) => Promise<Result>) => Promise<Result | undefined>;

/** Creates an allowance that replicas share through Redis. While Redis is unavailable, replicas count separately. */
export function createAllowance({ name, points, seconds, redis }: AllowanceOptions): Allowance {
  const settings = { points, duration: seconds, keyPrefix: `${keyPrefix}${name}` };
  const own = new RateLimiterMemory(settings);
  const limiters = new WeakMap<Redis, RateLimiterRedis>();
  const limiterOf = (storeClient: Redis) => {
    const limiter = limiters.get(storeClient) ?? new RateLimiterRedis({ ...settings, storeClient });
    limiters.set(storeClient, limiter);
    return limiter;
  };
  return {
    spend: async (subject, amount) => {
      const shared = await redis?.(async (client) => {
        const counted = await limiterOf(client).consume(subject, amount).catch(asCount);
        return requireCount(counted, seconds);
      });
      const { consumedPoints, remainingPoints, msBeforeNext } =
        shared ?? (await own.consume(subject, amount).catch(asCount));
      const end = performance.now() + msBeforeNext;
      return {
        consumedPoints,
        remainingPoints,
        msBeforeNext,
        giveBack: async (unused) => {
          // A refund after the time window, or to the other counter, would add points that were never spent.
          if (unused <= 0 || performance.now() >= end) return;
          if (shared) await redis?.((client) => limiterOf(client).reward(subject, unused));
          else await own.reward(subject, unused);
        },
      };
    },
  };
}

/** Returns the count, with which the limiter rejects if the limit is exceeded. */
function asCount(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}

/** Requires numbers: a count that is not a number would exceed no limit. */
function requireCount(count: RateLimiterRes, seconds: number): RateLimiterRes {
  const { consumedPoints, msBeforeNext } = count;
  if (Number.isSafeInteger(consumedPoints) && msBeforeNext >= 0 && msBeforeNext <= seconds * 1000) return count;
  throw new UnexpectedReplyError([consumedPoints, msBeforeNext]);
}
