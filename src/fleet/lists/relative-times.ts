import { dayMilliseconds } from '../../snapshots/retention.ts';
import { type ClusterConditions, type DaySpan, invalid, type SnapshotConditions } from './conditions.ts';

/** The conditions that refer to the current time. */
const relative: readonly (keyof SnapshotConditions | keyof ClusterConditions)[] = [
  'olderThanDays',
  'youngerThanDays',
  'expiringWithinDays',
  'withoutSnapshotForHours',
  'gapWithinDays',
];

/** Whether the result of conditions depends on the current time. */
export function isRelative(conditions: SnapshotConditions | ClusterConditions): boolean {
  return relative.some((name) => name in conditions);
}

/** Returns the time a number of days of 24 hours before another time. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * dayMilliseconds);
}

/**
 * Adds the days on which the snapshots were created. They are the same for all times of a day, so that these times share
 * the AWS queries. Throws INVALID_INPUT if ages and times of creation exclude each other.
 */
export function relativeTo(
  now: Date,
  conditions: SnapshotConditions,
  changesAt?: (time: number) => void,
): SnapshotConditions {
  const { olderThanDays, youngerThanDays, createdAfter, createdBefore } = conditions;
  const [last, first] = [olderThanDays, youngerThanDays].map((days) =>
    days === undefined ? undefined : daysBefore(now, days),
  );
  if (last && createdAfter && createdAfter > last) {
    throw invalid('createdAfter', excludes(createdAfter, 'later', `olderThanDays: ${olderThanDays}`, last));
  }
  if (first && createdBefore && createdBefore < first) {
    throw invalid('createdBefore', excludes(createdBefore, 'earlier', `youngerThanDays: ${youngerThanDays}`, first));
  }
  if (!first && !last) return conditions;
  changesAt?.(nextDay(now));
  if (createdBefore && youngerThanDays !== undefined) {
    changesAt?.(createdBefore.getTime() + youngerThanDays * dayMilliseconds + 1);
  }
  return { ...conditions, createdOn: daysOf(first, last) };
}

const quarter = 15 * 60 * 1000;

/**
 * Returns a time at or before the next start of a day in any time zone: the next quarter of an hour, because time zones
 * differ from UTC by multiples of it.
 */
export function nextDay(now: Date): number {
  return (Math.floor(now.getTime() / quarter) + 1) * quarter;
}

function excludes(time: Date, order: 'earlier' | 'later', condition: string, limit: Date): string {
  return `(${time.toISOString()}) is ${order} than ${limit.toISOString()}, the time of ${condition}, so no snapshot can match. Change one of them.`;
}

/** Returns the whole days around two times. AWS rejects dates long before the first snapshots, which exclude nothing. */
function daysOf(first: Date | undefined, last: Date | undefined): DaySpan {
  return {
    ...(first && first.getTime() >= dayMilliseconds && { from: toDay(first, Math.floor) }),
    ...(last && { until: toDay(last, Math.ceil) }),
  };
}

/** Returns a time rounded to whole days of UTC, not before 1970. */
function toDay(time: Date, round: (days: number) => number): Date {
  return new Date(Math.max(round(time.getTime() / dayMilliseconds), 0) * dayMilliseconds);
}
