import {
  backupKeyOf,
  clusterJson,
  keyOf,
  seedClusters,
  sizeOf,
  tagsOf,
  type SeedCluster,
  type SeedResource,
} from './clusters.ts';
import { day, nameDate } from '../time/dates.ts';
import { daysBefore, scatter } from './dates.ts';
import { nextBackup } from './timing.ts';

/** The short form of a snapshot of a seeded cluster, the same for both services. */
export interface SeedSnapshot {
  readonly name: string;
  readonly ageDays: number;
  readonly type: 'manual' | 'automated';
  readonly isTagged?: boolean;
}

/** Returns the ordinary snapshots of a cluster: one automated snapshot per day of retention, and some manual ones. */
export function ordinarySnapshots(cluster: SeedCluster, now: Date): SeedResource[] {
  const { state, retention } = cluster;
  if (state === 'creating') return [];
  const nights = state === 'gone' || state === 'paused' ? 0 : retention;
  const automated = Array.from({ length: nights }, (_, night) => automatedSnapshot(cluster, night, now));
  return [...automated, ...manualSnapshots(cluster)].map((snapshot) => snapshotJson(cluster, snapshot, now));
}

/** Returns the automated snapshot from `night` nights ago, named as the cluster's service names it. */
export function automatedSnapshot(cluster: SeedCluster, night: number, now: Date): SeedSnapshot {
  const ageDays = night + 1 - (nextBackup(backupKeyOf(cluster), now).getTime() - now.getTime()) / day;
  const date = daysBefore(now, ageDays);
  const isRedshift = cluster.service === 'redshift';
  const name = `${isRedshift ? 'rs' : 'rds'}:${cluster.name}-${nameDate(date, isRedshift ? 'seconds' : 'minutes')}`;
  return { name, ageDays, type: 'automated' };
}

/** Returns a snapshot in the form of a world's JSON. Members that are missing there default to the cluster's. */
export function snapshotJson(cluster: SeedCluster, snapshot: SeedSnapshot, now: Date): SeedResource {
  const { service, account, region, engine, isEncrypted, state, ageDays, nodeType } = cluster;
  const { name, type } = snapshot;
  const tags = type === 'automated' || snapshot.isTagged === false ? [] : tagsOf(cluster);
  const SnapshotCreateTime = daysBefore(now, snapshot.ageDays);
  const place = { service, account, region };
  // A deleted cluster is not in the world's JSON, so its members cannot be the defaults.
  const own = state === 'gone' ? { ClusterCreateTime: daysBefore(now, ageDays) } : {};
  const key = isEncrypted ? { KmsKeyId: keyOf(cluster) } : {};
  if (service === 'rds') {
    const named = { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster.name, SnapshotType: type };
    return { ...place, ...named, ...own, ...key, Engine: engine, SnapshotCreateTime, Tags: tags };
  }
  const total = sizeOf(cluster) * 40_960 * (0.8 + 0.4 * scatter(name));
  const incremental = type === 'automated' ? total / 50 : total / 10;
  return {
    ...place,
    SnapshotIdentifier: name,
    ClusterIdentifier: cluster.name,
    SnapshotType: type,
    ...own,
    ...key,
    ...(nodeType === undefined ? {} : { NodeType: nodeType }),
    Encrypted: isEncrypted,
    SnapshotCreateTime,
    TotalBackupSizeInMegaBytes: Math.round(total),
    ActualIncrementalBackupSizeInMegaBytes: Math.round(incremental),
    CurrentBackupRateInMegaBytesPerSecond: Math.round(20 + 60 * scatter(`rate ${name}`)),
    ElapsedTimeInSeconds: Math.round(incremental / 40),
    EngineFullVersion: '1.0.78125',
    ...(type === 'automated' ? {} : { ManualSnapshotRetentionPeriod: -1 }),
    Tags: tags,
  };
}

/** Returns the clusters of the seeded world that still exist, in the form of a world's JSON. */
export function clustersJson(now: Date): SeedResource[] {
  return seedClusters.filter(({ state }) => state !== 'gone').map((cluster) => clusterJson(cluster, now));
}

function manualSnapshots({ name, state, ageDays, retention }: SeedCluster): SeedSnapshot[] {
  if (state === 'gone') {
    return [
      { name: `${name}-final`, ageDays: Math.floor(ageDays / 3), type: 'manual' },
      { name: `${name}-before-migration`, ageDays: Math.floor(ageDays / 3) + 20, type: 'manual', isTagged: false },
    ];
  }
  if (retention === 0) return [{ name: `${name}-first-load`, ageDays: 260, type: 'manual' }];
  const reasons = ['before-upgrade', 'month-end', 'before-schema-change', 'audit'];
  const count = 2 + Math.floor(scatter(`manual ${name}`) * 3);
  return reasons.slice(0, count).map((reason, index) => ({
    name: `${name}-${reason}`,
    ageDays: Math.floor((ageDays * (index + 0.5)) / reasons.length) + 0.4,
    type: 'manual',
    isTagged: index !== 1,
  }));
}
