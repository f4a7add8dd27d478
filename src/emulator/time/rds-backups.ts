import { recordEvent } from '../rds/events/events.ts';
import { clusterStatusOf } from '../rds/readings.ts';
import { snapshotTags } from '../rds/snapshots/snapshots.ts';
import { completeSnapshot } from '../rds/stock/complete-snapshot.ts';
import { isThere } from '../rds/store.ts';
import type { StoredCluster, StoredSnapshot } from '../rds/stored.ts';
import { listedAt } from '../world/assumptions.ts';
import type { Region } from '../world/world.ts';
import { firstBackup, type Backups, type BackupPlace, type DueSnapshot } from './backups.ts';
import { day, hour, minute, nameDate } from './dates.ts';
import { every, once, together } from './recurrence.ts';

/**
 * The automated snapshots of the RDS control plane: when a new cluster becomes available, and then daily at the start of
 * the cluster's backup window.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-cluster_snapshot_considerations.html
 */
export const rdsBackups: Backups = {
  keepsNewest: false,
  version: ({ rds }) => rds.clusters.version(),
  clusters: ({ rds }, now, { rdsTakesFirstSnapshot }) =>
    [...rds.clusters.values()]
      .filter((cluster) => isThere(cluster, now))
      .map((cluster) => {
        const { DBClusterIdentifier, BackupRetentionPeriod: days = 1, ClusterCreateTime } = cluster;
        const start = windowStart(cluster);
        const isNew = rdsTakesFirstSnapshot && cluster.statusUntilReady === 'creating';
        const first = isNew ? firstBackup(cluster.readyAt, ClusterCreateTime) : undefined;
        return {
          name: DBClusterIdentifier,
          retentionDays: days,
          longestDays: days,
          next: together([once(first), every(day, start)]),
          settings: [days, start, first].join(' '),
          isAvailable: (at) => at > ClusterCreateTime && clusterStatusOf(cluster, at) === 'available',
        };
      }),
  snapshots({ rds }) {
    // A renamed cluster keeps its resource id, and its snapshots the name that it had.
    const names = new Map(
      Array.from(rds.clusters.values(), (each) => [each.DbClusterResourceId ?? '', each.DBClusterIdentifier]),
    );
    return [...rds.snapshots.values()].filter(isAutomated).flatMap((snapshot) => {
      const { DBClusterSnapshotIdentifier: id, DbClusterResourceId, SnapshotCreateTime } = snapshot;
      const cluster = names.get(DbClusterResourceId ?? '');
      return cluster === undefined ? [] : [{ id, cluster, createdAt: SnapshotCreateTime.getTime() }];
    });
  },
  take(due, where) {
    const { rds } = where.place;
    const copying = [...rds.snapshots.values()].filter(({ statusUntilReady }) => statusUntilReady === 'copying');
    const taken = due
      .filter(({ cluster, at }) => !copying.some((copy) => isCopying(copy, cluster, at)))
      .flatMap((each) => takeSnapshot(each, where));
    rds.snapshots.replace({ added: taken });
    for (const snapshot of taken) recordBackup(snapshot, where.place);
    for (const { DBClusterIdentifier, readyAt } of taken) {
      const cluster = rds.clusters.get(DBClusterIdentifier);
      if (cluster && readyAt !== undefined) rds.clusters.put({ ...cluster, backedUpAt: readyAt });
    }
  },
  clear(expired, { rds }, now) {
    const isGone = ({ goneAt = Infinity }: { readonly goneAt?: number }) => goneAt <= now.getTime();
    const deleted = [...rds.snapshots.values()].filter(isGone).map((each) => each.DBClusterSnapshotIdentifier);
    rds.snapshots.replace({ deleted: [...expired, ...deleted] });
    for (const cluster of [...rds.clusters.values()].filter(isGone)) rds.clusters.delete(cluster.DBClusterIdentifier);
    for (const each of [...rds.instances.values()].filter(isGone)) rds.instances.delete(each.DBInstanceIdentifier);
  },
};

function takeSnapshot({ cluster: name, at: time }: DueSnapshot, { place, assumptions }: BackupPlace): StoredSnapshot[] {
  const cluster = place.rds.clusters.get(name);
  if (!cluster) return [];
  const at = new Date(time);
  const members = {
    DBClusterSnapshotIdentifier: `rds:${name}-${nameDate(at.toISOString(), 'minutes')}`,
    DBClusterIdentifier: name,
    SnapshotType: 'automated',
    SnapshotCreateTime: at,
    TagList: snapshotTags(cluster, undefined),
    readyAt: time + assumptions.snapshotSeconds * 1000,
    listedAt: listedAt({ now: at, assumptions }),
  };
  return [completeSnapshot(members, place, at, cluster)];
}

function recordBackup(
  { DBClusterSnapshotIdentifier: name, SnapshotCreateTime, readyAt }: StoredSnapshot,
  place: Region,
): void {
  const event = { type: 'db-cluster-snapshot', name, category: 'backup' } as const;
  const at = SnapshotCreateTime.getTime();
  recordEvent({ ...event, message: 'Creating automated cluster snapshot', at }, place);
  recordEvent({ ...event, message: 'Automated cluster snapshot created', at: readyAt ?? at }, place);
}

/** Whether a snapshot of the cluster is being copied, during which AWS takes no automated snapshot. */
function isCopying({ DBClusterIdentifier, startedAt, readyAt }: StoredSnapshot, cluster: string, at: number): boolean {
  const [start, end] = [startedAt ?? Infinity, readyAt ?? -Infinity];
  return DBClusterIdentifier === cluster && at >= start && at < end;
}

function isAutomated({ SnapshotType, goneAt }: StoredSnapshot): boolean {
  return SnapshotType === 'automated' && goneAt === undefined;
}

/** Returns the start of the backup window, in milliseconds after midnight UTC. */
function windowStart({ PreferredBackupWindow = '' }: StoredCluster): number {
  const [, hours = '0', minutes = '0'] = /^(\d\d):(\d\d)-/.exec(PreferredBackupWindow) ?? [];
  return Number(hours) * hour + Number(minutes) * minute;
}
