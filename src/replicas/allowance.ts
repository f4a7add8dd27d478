import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RedisLink } from './redis-link.ts';

/** Points that principals may spend in a time. */
export interface Allowance {
  /** Spends points, also more than are left: the result tells how many are spent by now. */
  spend(subject: string, points: number): Promise<Spent>;
}

/** Points that were spent. */
export interface Spent {
  /** With all that were spent before in the same time. */
  readonly consumedPoints: number;
  readonly remainingPoints: number;
  /** Milliseconds until the time is over. */
  readonly msBeforeNext: number;
  /** Gives back what was spent in vain, where the time in which it was spent is not over. */
  giveBack(points: number): Promise<void>;
}

export interface AllowanceOptions {
  /** Sets it apart from the other allowances of all replicas. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
  /** Left out, the points are those of this process. */
  readonly redis?: RedisLink | undefined;
}

/** An allowance that replicas share by Redis; while that does not answer, each counts for itself. */
export function createAllowance({ name, points, seconds, redis }: AllowanceOptions): Allowance {
  const settings = { points, duration: seconds, keyPrefix: `snapgate:1:${name}` };
  const own = new RateLimiterMemory(settings);
  const limiters = new WeakMap<Redis, RateLimiterRedis>();
  const limiterOf = (storeClient: Redis) => {
    const limiter = limiters.get(storeClient) ?? new RateLimiterRedis({ ...settings, storeClient });
    limiters.set(storeClient, limiter);
    return limiter;
  };
  return {
    spend: async (subject, amount) => {
      const shared = await redis?.((client) => limiterOf(client).consume(subject, amount).catch(asCount));
      const { consumedPoints, remainingPoints, msBeforeNext } =
        shared ?? (await own.consume(subject, amount).catch(asCount));
      const end = performance.now() + msBeforeNext;
      return {
        consumedPoints,
        remainingPoints,
        msBeforeNext,
        giveBack: async (unused) => {
          // Later, or to another counter, it would be points that nobody has spent.
          if (unused <= 0 || performance.now() >= end) return;
          if (shared) await redis?.((client) => limiterOf(client).reward(subject, unused));
          else await own.reward(subject, unused);
        },
      };
    },
  };
}

/** The limiter rejects with its count where that is over the limit. */
function asCount(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}
