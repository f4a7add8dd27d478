import type { PendingModifiedValues } from '@aws-sdk/client-redshift';

import type { Assumptions } from '../../world/assumptions.ts';
import type { Region, World } from '../../world/world.ts';
import { redshiftFault } from '../faults.ts';
import { findCluster, snapshotArn } from '../store.ts';
import type { ClusterChange, StoredCluster } from '../stored.ts';

/** Stores a cluster with one more change, which takes effect at its time. */
export function startChange(cluster: StoredCluster, change: ClusterChange, { redshift }: Region): StoredCluster {
  const changed = { ...cluster, changes: [...(cluster.changes ?? []), change] };
  redshift.clusters.put(changed);
  redshift.changing.add(cluster.ClusterIdentifier);
  return changed;
}

/** Returns the status of a cluster that is being changed; undefined if the cluster stays available. */
export function statusOfChange({ changes = [] }: Pick<StoredCluster, 'changes'>, now: Date): string | undefined {
  return changes.find(({ at, status }) => status !== undefined && now.getTime() < at)?.status;
}

/** Returns the values that are not in effect yet. */
export function pendingValues({ changes = [] }: Pick<StoredCluster, 'changes'>, now: Date): PendingModifiedValues {
  return Object.assign({}, ...changes.filter(({ at }) => now.getTime() < at).map(({ shown }) => shown));
}

/** Throws ClusterAlreadyExists if a cluster has this name, or is being renamed to it. */
export function requireFreeName(name: string, place: Region, now: Date): void {
  const { changing, clusters } = place.redshift;
  const isNewName = [...changing].some((old) =>
    clusters.get(old)?.changes?.some(({ members }) => members.ClusterIdentifier === name),
  );
  if (isNewName || findCluster(place, name, now)) {
    throw redshiftFault('ClusterAlreadyExists', `Cluster ${name} already exists.`);
  }
}

/** Returns when changes of clusters take effect, until `now`, in epoch milliseconds. */
export function momentsOfChanges(world: World, now: number): number[] {
  const moments = [...world.regions()].flatMap((place) => pendingChanges(place).map(({ at }) => at));
  return moments.filter((at) => at <= now);
}

/** Returns the changes of a region's clusters that are still to take effect, and forgets clusters without any. */
function pendingChanges({ redshift }: Region): ClusterChange[] {
  return [...redshift.changing].flatMap((name) => {
    const { changes = [], deletingAt } = redshift.clusters.get(name) ?? {};
    // A change of a cluster that is deleted never takes effect.
    if (changes.length > 0 && deletingAt === undefined) return changes;
    redshift.changing.delete(name);
    return [];
  });
}

/** Applies the changes of all clusters that take effect until `now`. */
export function settleClusters(world: World, now: number, assumptions: Assumptions): void {
  for (const place of world.regions()) {
    for (const name of place.redshift.changing) {
      const cluster = place.redshift.clusters.get(name);
      const due = cluster?.changes?.filter(({ at }) => at <= now) ?? [];
      if (cluster && due.length > 0) settle(cluster, due, place, assumptions);
    }
  }
}

function settle(
  cluster: StoredCluster,
  due: readonly ClusterChange[],
  place: Region,
  { redshiftRenamesSnapshots, redshiftRenewsCreateTime }: Assumptions,
): void {
  const { clusters, changing } = place.redshift;
  const left = (cluster.changes ?? []).filter((change) => !due.includes(change));
  const members: Partial<StoredCluster> = Object.assign({}, ...due.map((change) => change.members));
  const renewed = redshiftRenewsCreateTime ? renewedCreateTime(due) : {};
  const changed = { ...cluster, ...members, ...renewed, changes: left };
  if (changed.ClusterIdentifier !== cluster.ClusterIdentifier) {
    clusters.delete(cluster.ClusterIdentifier);
    if (redshiftRenamesSnapshots) renameSnapshots(cluster, changed.ClusterIdentifier, place);
    renameTableRestores(cluster, changed.ClusterIdentifier, place);
  }
  clusters.put(changed);
  changing.delete(cluster.ClusterIdentifier);
  if (left.length > 0) changing.add(changed.ClusterIdentifier);
}

/** Returns the ClusterCreateTime of a cluster whose creation is counted from its last resize or renaming. */
function renewedCreateTime(due: readonly ClusterChange[]): { ClusterCreateTime?: Date } {
  const last = due.findLast(
    ({ members }) => members.ClusterIdentifier !== undefined || members.NumberOfNodes !== undefined,
  );
  return last ? { ClusterCreateTime: new Date(last.at) } : {};
}

/** The snapshots of a cluster stay associated with it after it is renamed. */
function renameSnapshots({ ClusterIdentifier: old, ClusterCreateTime }: StoredCluster, name: string, place: Region) {
  const { snapshots } = place.redshift;
  const own = [...snapshots.values()].filter(
    (each) =>
      each.ClusterIdentifier === old &&
      each.SourceRegion === undefined &&
      each.ClusterCreateTime?.getTime() === ClusterCreateTime.getTime(),
  );
  for (const snapshot of own) {
    const SnapshotArn = snapshotArn(place, name, snapshot.SnapshotIdentifier);
    snapshots.put({ ...snapshot, ClusterIdentifier: name, SnapshotArn });
  }
}

/** The table restores of a cluster stay associated with it, too. */
function renameTableRestores(cluster: StoredCluster, name: string, { redshift: { tableRestores } }: Region): void {
  const own = [...tableRestores.values()].filter(
    ({ ClusterIdentifier, RequestTime }) =>
      ClusterIdentifier === cluster.ClusterIdentifier && RequestTime >= cluster.ClusterCreateTime,
  );
  tableRestores.replace({ added: own.map((restore) => ({ ...restore, ClusterIdentifier: name })) });
}
