import { InvalidInputError } from '../../errors.ts';
import { dayMilliseconds, retentionEnd, untilDeleted } from '../../snapshots/retention.ts';
import { retentionStart, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { NewRetention } from '../backend.ts';

/** AWS decides about periods that end this close to now, because its clock is not that of the gateway. */
const clockTolerance = 60_000;

/** How a new retention period changes when AWS deletes a snapshot. */
export interface RetentionEffect {
  /** Null if AWS keeps the snapshot until it is deleted, or if the start of its retention is unknown. */
  readonly endsAt: Date | null;
  readonly endsAtOnce: boolean;
  /** Whether the snapshot ends sooner than before; an unknown end counts as forever. */
  readonly isSooner: boolean;
  /** Whether it ends sooner than before, and within the horizon. */
  readonly isSoon: boolean;
  /** Whether AWS keeps it beyond the horizon; an unknown end does not count. */
  readonly isKept: boolean;
}

/** Returns the effect of a retention period; the change counts as a deletion if the end is within `horizonDays`. */
export function effectOf(snapshot: SnapshotRecord, change: NewRetention, horizonDays: number): RetentionEffect {
  const { days = untilDeleted, now } = change;
  const retention = snapshot.kind.retention(snapshot);
  const start = retentionStart(snapshot, now);
  const current = retentionEnd(retention, start) ?? 'forever';
  const end = retentionEnd(retention, start, days);
  if (end === 'forever') return { endsAt: null, endsAtOnce: false, isSooner: false, isSoon: false, isKept: true };
  const isAtOnce = endsAtOnce(snapshot, change);
  const isSooner = isAtOnce || end === null || current === 'forever' || end < current;
  const horizon = now.getTime() + horizonDays * dayMilliseconds;
  const isKept = end !== null && end.getTime() > horizon;
  return { endsAt: end, endsAtOnce: isAtOnce, isSooner, isSoon: isSooner && !isKept, isKept };
}

/** Whether AWS deletes a snapshot immediately when this retention period is set. */
export function endsAtOnce(snapshot: SnapshotRecord, { days = untilDeleted, force, now }: NewRetention): boolean {
  const end = retentionEnd(snapshot.kind.retention(snapshot), retentionStart(snapshot, now), days);
  return force && end !== 'forever' && (end === null || end <= now);
}

/** Throws for a period that has already ended, unless AWS is to delete the snapshot immediately. */
export function requireLongEnough(snapshot: SnapshotRecord, { days = untilDeleted, force, now }: NewRetention): void {
  const retention = snapshot.kind.retention(snapshot);
  const start = retentionStart(snapshot, now);
  const end = retentionEnd(retention, start, days);
  if (force || !(end instanceof Date) || start == null || end.getTime() > now.getTime() - clockTolerance) return;
  const shortest = Math.floor((now.getTime() - start.getTime()) / dayMilliseconds) + 1;
  throw new InvalidInputError(
    `Cannot set the retention period of snapshot ${snapshot.kind.identifier(snapshot)} to ${days} days: its retention started at ${start.toISOString()}, so the period has already ended. Set days to ${shortest} or more, or set force: true to delete the snapshot immediately.`,
    ['input', 'days'],
  );
}
