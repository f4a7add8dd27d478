import { RateLimitedError } from '../../errors.ts';
import { createAllowance, type Spent } from '../../replicas/allowance.ts';
import type { StrictRedis } from '../../replicas/strict-redis.ts';
import type { Source } from '../../snapshots/source.ts';

/** The limit of an entry of the configuration; undefined if the entry has none. */
interface LimitedEntry {
  readonly perHour?: number | undefined;
}

/** Gives back this many of the counted changes, which were not made. Never rejects. */
export type Refund = (count: number) => Promise<void>;

/**
 * Counts changes of one request in a source toward the limits of its entries. Throws RATE_LIMITED, and counts none, if
 * they exceed a limit; UPSTREAM if the count is in Redis, which does not respond.
 */
export type CountChanges = (source: Source, count: number) => Promise<Refund>;

export interface HourlyLimitOptions {
  /** The name of the counts in Redis. */
  readonly name: string;
  /** What is counted, as the start of a sentence: `Deletion`. */
  readonly what: string;
  /** What to do above the limit, as the start of a sentence. */
  readonly advice: string;
  readonly redis: StrictRedis | undefined;
}

/** Creates the count of each request; a dry run checks the limits and counts nothing. */
export function createHourlyLimit<Entry extends LimitedEntry>(
  entries: readonly Entry[],
  entriesOf: (source: Source) => readonly Entry[],
  { name, what, advice, redis }: HourlyLimitOptions,
): (subject: string, isDryRun: boolean) => CountChanges {
  const hours = new Map(
    entries.map((entry, index) => [
      entry,
      createAllowance({ name: `${name}:${index}`, points: entry.perHour ?? 0, seconds: 3600, redis }),
    ]),
  );
  return (subject, isDryRun) => {
    /** The changes that a dry run would have counted in other sources. */
    const planned = new Map<Entry, number>();
    return async (source, count) => {
      const spent: Spent[] = [];
      const limited = entriesOf(source).filter(({ perHour }) => perHour !== undefined);
      const refund: Refund = async (unused) => {
        await Promise.allSettled(spent.map((each) => each.giveBack(unused)));
      };
      for (const entry of limited) {
        const { perHour = 0 } = entry;
        const hour = hours.get(entry);
        if (hour === undefined || count === 0) continue;
        const own = await hour.spend(subject, isDryRun ? 0 : count);
        const others = planned.get(entry) ?? 0;
        const before = isDryRun ? own.consumedPoints + others : own.consumedPoints - count;
        if (!isDryRun) spent.push(own);
        if (before + count <= perHour) continue;
        await refund(count);
        const planning = isDryRun ? others + count : count;
        throw tooMany({
          what,
          advice,
          perHour,
          before,
          count,
          isPossible: planning <= perHour,
          wait: own.msBeforeNext,
        });
      }
      for (const entry of limited) planned.set(entry, (planned.get(entry) ?? 0) + count);
      return refund;
    };
  };
}

interface Excess extends Pick<HourlyLimitOptions, 'what' | 'advice'> {
  readonly perHour: number;
  /** The number of changes counted before. */
  readonly before: number;
  readonly count: number;
  /** Whether the limit allows the request in an hour without other changes. */
  readonly isPossible: boolean;
  /** Milliseconds until the hour ends. */
  readonly wait: number;
}

function tooMany({ what, advice, perHour, before, count, isPossible, wait }: Excess): RateLimitedError {
  const retryAfterSeconds = isPossible ? Math.max(1, Math.ceil(wait / 1000)) : null;
  const retry = isPossible ? `, or retry in ${retryAfterSeconds} s` : '';
  return new RateLimitedError(
    `${what} limit exceeded: the limit is ${perHour} per hour (used: ${before}, requested: ${count}). ${advice}${retry}.`,
    { retryAfterSeconds },
  );
}
