import type { Maybe } from './maybe.ts';

/** The retention period, in days, by which AWS represents a snapshot that is kept forever. */
export const untilDeleted = -1;

/** The length of a day, in milliseconds. */
export const dayMilliseconds = 24 * 60 * 60 * 1000;

/** How long AWS keeps a manual snapshot; `days` is null for a snapshot that is kept forever. */
export interface SnapshotRetention {
  readonly days: Maybe<number>;
  /** As AWS reports it, rounded down; AWS omits it while the snapshot is being created. */
  readonly remainingDays: Maybe<number>;
  readonly startedAt: Maybe<Date>;
  readonly forever: boolean;
}

/**
 * Returns when the retention of a snapshot ends or, with `days`, when it would end with that period (`untilDeleted` for
 * forever). Null if the period or its start is unknown, if the end is not a date, and for the `null` retention of an automated snapshot.
 */
export function retentionEnd(
  retention: SnapshotRetention | null,
  start: Maybe<Date>,
  days: Maybe<number> = retention?.forever ? untilDeleted : retention?.days,
): Date | 'forever' | null {
  if (days == null) return null;
  if (days === untilDeleted) return 'forever';
  if (start == null) return null;
  const end = new Date(start.getTime() + days * dayMilliseconds);
  return Number.isNaN(end.getTime()) ? null : end;
}
