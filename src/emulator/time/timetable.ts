import { applyPending, momentsOfPending } from '../rds/clusters/pending.ts';
import { momentsOfChanges, settleClusters } from '../redshift/clusters/changes.ts';
import type { Assumptions } from '../world/assumptions.ts';
import type { Region, World } from '../world/world.ts';
import type { AutomatedSnapshot, BackedUpCluster, BackupPlace, Backups } from './backups.ts';
import { day } from './dates.ts';
import { rdsBackups } from './rds-backups.ts';
import { momentsBetween } from './recurrence.ts';
import { redshiftBackups } from './redshift-backups.ts';

/** What is due next for one cluster, in epoch milliseconds. */
interface Plan {
  readonly settings: string;
  readonly retentionDays: number;
  readonly snapshotAt: number;
  readonly expiryAt: number;
}

/** The plans of one service in one region, and the state that they were made for. */
interface Plans {
  readonly version: number;
  readonly isFilled: boolean;
  readonly byCluster: ReadonlyMap<string, Plan>;
  /** The first moment of all plans. */
  readonly dueAt: number;
}

/** The time since the last run. */
interface Span {
  readonly since: number;
  readonly now: number;
}

/** A schedule of weekly moments has a moment in any period of this length. */
const longestInterval = 7 * day;

/**
 * Returns a function that runs what became due since its last call, or since `start`: changes of clusters take effect,
 * and automated snapshots are taken and expire by their retention. Nothing else changes a world between two calls, so that
 * the result does not depend on how often it runs. A snapshot that would have expired again is not created. Automated
 * snapshots whose retention is already over at `start` are kept, because the world contains them on purpose; so are those
 * without their cluster.
 */
export function createTimetable(world: World, assumptions: Assumptions, start: Date): () => void {
  const services = [redshiftBackups, rdsBackups].map((backups) => ({ backups, known: new WeakMap<Region, Plans>() }));
  let since = start.getTime();

  function runUntil(now: number): void {
    const span = { since, now };
    since = now;
    if (!assumptions.automatedSnapshots) return;
    for (const place of world.regions()) {
      for (const { backups, known } of services) {
        const plans = known.get(place);
        const isCurrent = plans?.version === backups.version(place) && plans.isFilled === world.isFilled(place);
        if (isCurrent && span.now < plans.dueAt) continue;
        known.set(place, run(backups, plans, span, { place, world, assumptions }));
      }
    }
  }

  return () => {
    const now = Math.max(since, world.now().getTime());
    // A change of a cluster affects the snapshots after it, and not those before.
    const moments = new Set([...momentsOfChanges(world, now), ...momentsOfPending(world, now)]);
    for (const at of [...moments].toSorted((left, right) => left - right)) {
      runUntil(Math.max(since, at));
      settleClusters(world, at, assumptions);
      applyPending(world, at, assumptions);
    }
    runUntil(now);
  };
}

function run(backups: Backups, plans: Plans | undefined, span: Span, where: BackupPlace): Plans {
  const { place, world, assumptions } = where;
  const now = new Date(span.now);
  const isFilled = world.isFilled(place);
  const clusters = backups.clusters(place, now, assumptions);
  const due = clusters
    .flatMap((cluster) => dueMoments(cluster, span, assumptions).map((at) => ({ cluster: cluster.name, at })))
    .toSorted((left, right) => left.at - right.at);
  if (due.length > 0) backups.take(due, where);
  const planned = clusters.map((cluster) => ({ cluster, known: plans?.byCluster.get(cluster.name) }));
  // Reading all snapshots takes time, and is only needed if one was taken or expires, or for a new or changed cluster.
  const isRead =
    due.length > 0 ||
    plans?.isFilled !== isFilled ||
    planned.some(({ cluster, known }) => known?.settings !== cluster.settings || known.expiryAt <= span.now);
  const snapshots = isRead ? Map.groupBy(backups.snapshots(place, now), ({ cluster }) => cluster) : undefined;
  const expired: string[] = [];
  const byCluster = new Map<string, Plan>();
  let dueAt = Infinity;
  for (const { cluster, known } of planned) {
    const { name, settings, retentionDays } = cluster;
    const expiries = snapshots && expiriesOf(snapshots.get(name) ?? [], cluster, backups.keepsNewest);
    const since = known && known.retentionDays !== retentionDays ? -Infinity : span.since;
    for (const { id, at } of expiries ?? []) if (at > since && at <= span.now) expired.push(id);
    const ahead = expiries?.filter(({ at }) => at > span.now).map(({ at }) => at) ?? [known?.expiryAt ?? Infinity];
    const plan = { settings, retentionDays, snapshotAt: cluster.next(span.now), expiryAt: Math.min(...ahead) };
    byCluster.set(name, plan);
    dueAt = Math.min(dueAt, plan.snapshotAt, plan.expiryAt);
  }
  if (isRead) backups.clear(expired, place, now);
  return { version: backups.version(place), isFilled, byCluster, dueAt };
}

/** Returns when snapshots were due in the span, without those that have expired again, except the newest. */
function dueMoments(
  { next, longestDays, retentionDays, isAvailable }: BackedUpCluster,
  { since, now }: Span,
  { snapshotSeconds }: Assumptions,
): number[] {
  if (retentionDays === 0) return [];
  // The retention of a copy starts when the snapshot and then the copy are complete.
  const kept = now - longestDays * day - 2 * snapshotSeconds * 1000;
  const moments = momentsBetween(next, Math.max(since, Math.min(kept, now - longestInterval)), now);
  const taken = moments.filter((at) => isAvailable(new Date(at)));
  return taken.filter((at, index) => at > kept || index === taken.length - 1);
}

/** Returns when each snapshot of a cluster expires, in epoch milliseconds. */
function expiriesOf(
  snapshots: readonly AutomatedSnapshot[],
  { retentionDays }: BackedUpCluster,
  keepsNewest: boolean,
): { readonly id: string; readonly at: number }[] {
  const ordered = snapshots.toSorted((left, right) => left.createdAt - right.createdAt);
  return ordered.map(({ id, createdAt }, index) => {
    const end = createdAt + retentionDays * day;
    // With a retention of zero days, automated snapshots are off, and none is kept.
    if (!keepsNewest || retentionDays === 0) return { id, at: end };
    return { id, at: Math.max(end, ordered[index + 1]?.createdAt ?? Infinity) };
  });
}
