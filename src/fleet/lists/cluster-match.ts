import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { beforeDay, type Calendar, completeDays, createCalendar, utc } from '../questions/days.ts';
import { inSlices, recordsInStep, type Steps } from '../full-reads/derived/slices.ts';
import type { ChangesAt } from '../options.ts';
import type { ClusterConditions } from './conditions.ts';
import {
  every,
  everyLater,
  folded,
  hasName,
  type Match,
  nameOfTests,
  type Tests,
  testsFor,
  unknown,
  type Verdict,
} from './match.ts';
import { nextDay } from './relative-times.ts';

/**
 * Returns the available snapshots of a cluster that were created at or after a time, or at a time that AWS does not
 * report.
 */
type SnapshotsSince = (cluster: ClusterRecord, since: Date) => Promise<readonly SnapshotRecord[]>;

/** What the tests of clusters depend on. */
export interface ClusterTests {
  readonly snapshotsSince: SnapshotsSince;
  readonly sees: (cluster: ClusterRecord) => MaybePromise<boolean>;
  /** The time from which hours and days are counted. */
  readonly now: Date;
  readonly changesAt?: ChangesAt | undefined;
}

/** Tests clusters: by identifier now, and by snapshots and visibility later. */
export function createClusterMatch(options: ClusterTests): Match<ClusterRecord, ClusterConditions> {
  return {
    now: (conditions) => every(testsFor(conditions, free)),
    name: (conditions) => nameOfTests(conditions, free),
    later: (conditions, pushed) => everyLater(testsFor(conditions, costlyTests(conditions, options), pushed)),
  };
}

const free: Tests<ClusterRecord, ClusterConditions, Verdict> = {
  identifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => hasName(names, row.kind.identifier(row), 'identifiers');
  },
};

const hour = 60 * 60 * 1000;

/** All conditions on snapshots test one read of the snapshots. */
function costlyTests(
  conditions: ClusterConditions,
  { snapshotsSince, sees, now, changesAt }: ClusterTests,
): Tests<ClusterRecord, ClusterConditions, MaybePromise<Verdict>> {
  const { cutoff, calendar, days, readFrom } = periodOf(conditions, now);
  const { withoutSnapshotForHours: hours, gapWithinDays } = conditions;
  if (hours !== undefined || gapWithinDays !== undefined) changesAt?.(nextDay(now));
  const points = (cluster: ClusterRecord) => snapshotsSince(cluster, readFrom);
  return {
    seenBy: () => sees,
    withoutSnapshotSince: (time) => async (row) => hasNoneSince(await points(row), time, 'withoutSnapshotSince'),
    withoutSnapshotForHours: (wanted) => async (row) => {
      const found = await points(row);
      for (const date of found.map((each) => each.kind.createdAt(each)))
        if (date != null && date >= cutoff) changesAt?.(date.getTime() + wanted * hour + 1);
      return hasNoneSince(found, cutoff, 'withoutSnapshotForHours');
    },
    gapWithinDays: () => async (row) => inSlices(hasGap(row, await points(row), calendar, days)),
  };
}

/** Returns the times and days that the conditions refer to, and the time since which they read snapshots. */
export function periodOf(
  { withoutSnapshotSince: since, withoutSnapshotForHours: hours, gapWithinDays, timeZone }: ClusterConditions,
  now: Date,
) {
  const cutoff = new Date(now.getTime() - (hours ?? 0) * hour);
  const calendar = timeZone === undefined ? utc : createCalendar(timeZone);
  const days = gapWithinDays === undefined ? [] : completeDays(calendar, gapWithinDays, now);
  const readFrom = new Date(
    Math.min(
      since?.getTime() ?? Infinity,
      // The same all day, so that the read is shared.
      hours === undefined ? Infinity : beforeDay(utc.dayOf(cutoff)).getTime(),
      days[0] === undefined ? Infinity : beforeDay(days[0]).getTime(),
    ),
  );
  return { cutoff, calendar, days, readFrom };
}

/** Unknown if AWS does not report the creation time of a snapshot, and no other snapshot was created since the time. */
function hasNoneSince(points: readonly SnapshotRecord[], since: Date, condition: string): Verdict {
  const dates = points.map((row) => row.kind.createdAt(row));
  if (dates.some((date) => date != null && date >= since)) return false;
  return dates.some((date) => date == null) ? unknown(condition) : true;
}

/** Whether a cluster has no snapshot on one of the days, from the day of its creation. */
function* hasGap(
  cluster: ClusterRecord,
  points: readonly SnapshotRecord[],
  calendar: Calendar,
  days: readonly string[],
): Steps<Verdict> {
  const createdAt = cluster.kind.createdAt(cluster);
  const created = createdAt == null ? '' : calendar.dayOf(createdAt);
  const covered = new Set<string>();
  let undated = 0;
  for (const [index, point] of points.entries()) {
    const date = point.kind.createdAt(point);
    if (date == null) undated += 1;
    else covered.add(calendar.dayOf(date));
    if (index % recordsInStep === recordsInStep - 1) yield;
  }
  if (days.every((day) => day < created || covered.has(day))) return false;
  return createdAt == null || undated > 0 ? unknown('gapWithinDays') : true;
}
