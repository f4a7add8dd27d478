import type { Maybe } from './maybe.ts';

/** How AWS writes the retention of a snapshot that is kept until it is deleted, in days. */
export const untilDeleted = -1;

/** How long AWS keeps a manual snapshot; `days` is null for one that is kept until it is deleted. */
export interface SnapshotRetention {
  readonly days: Maybe<number>;
  readonly remainingDays: Maybe<number>;
  readonly startedAt: Maybe<Date>;
  readonly forever: boolean;
}
