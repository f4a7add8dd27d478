import type { Maybe } from './maybe.ts';

/** The retention period, in days, by which AWS represents a snapshot that is kept forever. */
export const untilDeleted = -1;

/** How long AWS keeps a manual snapshot; `days` is null for a snapshot that is kept forever. */
export interface SnapshotRetention {
  readonly days: Maybe<number>;
  readonly remainingDays: Maybe<number>;
  readonly startedAt: Maybe<Date>;
  readonly forever: boolean;
}
