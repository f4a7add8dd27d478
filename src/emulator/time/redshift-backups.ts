import { clusterStatusOf, createTimeOf } from '../redshift/readings.ts';
import { scheduleOf } from '../redshift/schedules.ts';
import { automatedSnapshot } from '../redshift/snapshots/automated.ts';
import { copyToOtherRegion } from '../redshift/snapshots/region-copies.ts';
import { isKept, isThere } from '../redshift/store.ts';
import type { StoredCluster, StoredSnapshot } from '../redshift/stored.ts';
import { firstBackup, type Backups, type BackupPlace, type DueSnapshot } from './backups.ts';
import { once, together } from './recurrence.ts';

/**
 * The automated snapshots of Redshift: when a new cluster becomes available, as in AWS's sample responses, and then by
 * the attached schedule, or about every eight hours. PauseCluster takes one, too.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#about-automated-snapshots
 */
export const redshiftBackups: Backups = {
  keepsNewest: true,
  version: ({ redshift }) => redshift.clusters.version() + redshift.schedules.version(),
  clusters: (place, now) =>
    [...place.redshift.clusters.values()]
      .filter((cluster) => isThere(cluster, now))
      .map((cluster) => {
        const { ClusterIdentifier: name, ClusterCreateTime, AutomatedSnapshotRetentionPeriod: days = 1 } = cluster;
        const { readyAt, changes = [] } = cluster;
        const { next, settings } = scheduleOf(cluster, place);
        const longestDays = Math.max(days, cluster.ClusterSnapshotCopyStatus?.RetentionPeriod ?? 0);
        return {
          name,
          retentionDays: days,
          longestDays,
          next: together([once(firstBackup(readyAt, ClusterCreateTime)), next]),
          // Pausing a cluster takes a snapshot.
          settings: [days, longestDays, settings, readyAt, changes.length].join(' '),
          isAvailable: (at) => at > ClusterCreateTime && clusterStatusOf(cluster, at).startsWith('available'),
        };
      }),
  snapshots: ({ redshift }, now) =>
    [...redshift.snapshots.values()].filter(isAutomated).flatMap((snapshot) => {
      const { ClusterIdentifier: cluster, SnapshotIdentifier: id, settledCreateTime: settled } = snapshot;
      const isOwn =
        redshift.clusters.get(cluster)?.ClusterCreateTime.getTime() === snapshot.ClusterCreateTime?.getTime();
      return isOwn ? [{ id, cluster, createdAt: settled ?? createTimeOf(snapshot, now).getTime() }] : [];
    }),
  take(due, where) {
    const taken = due.flatMap((each) => takeSnapshot(each, where));
    where.place.redshift.snapshots.replace({ added: taken.map(({ snapshot }) => snapshot) });
    const { place, world, assumptions } = where;
    for (const { snapshot, cluster } of taken) {
      const now = snapshot.SnapshotCreateTime;
      copyToOtherRegion(snapshot, cluster, { world, assumptions, now, account: place.account, region: place.region });
    }
  },
  clear(expired, { redshift }, now) {
    const isGone = ({ goneAt = Infinity }: { readonly goneAt?: number }) => goneAt <= now.getTime();
    const ended = [...redshift.snapshots.values()].filter(
      (snapshot) => isGone(snapshot) || (snapshot.goneAt === undefined && !isKept(snapshot, now)),
    );
    const deleted = [...expired, ...ended.map(({ SnapshotIdentifier }) => SnapshotIdentifier)];
    redshift.snapshots.replace({ deleted });
    for (const each of [...redshift.clusters.values()].filter(isGone)) redshift.clusters.delete(each.ClusterIdentifier);
  },
};

function takeSnapshot(
  { cluster: name, at: time }: DueSnapshot,
  { place, assumptions }: BackupPlace,
): { readonly snapshot: StoredSnapshot; readonly cluster: StoredCluster }[] {
  const cluster = place.redshift.clusters.get(name);
  if (!cluster) return [];
  return [{ snapshot: automatedSnapshot(cluster, new Date(time), place, assumptions), cluster }];
}

function isAutomated({ SnapshotType, SourceRegion, goneAt }: StoredSnapshot): boolean {
  return SnapshotType === 'automated' && SourceRegion === undefined && goneAt === undefined;
}
