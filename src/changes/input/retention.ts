import * as z from 'zod';
import type { Maybe } from '../../snapshots/maybe.ts';
import { untilDeleted } from '../../snapshots/retention.ts';
import { longestRetention, shown } from './rules.ts';

/** A retention period of an input, which has exactly one of the members. */
export interface RetentionPeriod {
  readonly days?: Maybe<number>;
  readonly forever?: Maybe<boolean>;
}

/** The retention period of manual snapshots, as an object; `field` is its name in messages. */
export function retentionRule(field: string) {
  return z
    .object({
      days: z
        .int()
        .refine((days) => days >= 1 && days <= longestRetention, {
          error: ({ input }) => `${field}.days is ${shown(input)}; it must be 1 to ${longestRetention}.`,
        })
        .nullish(),
      forever: z
        .boolean()
        .refine((isForever) => isForever, {
          error: `${field}.forever is false; only true is accepted. To keep snapshots for a limited time, use days instead.`,
        })
        .nullish(),
    })
    .nullish();
}

/** Returns a retention period as in the AWS API: a number of days, or -1 for forever; undefined if it is omitted. */
export function periodOf(retention: Maybe<RetentionPeriod>): number | undefined {
  if (retention == null) return undefined;
  return retention.forever ? untilDeleted : (retention.days ?? undefined);
}
