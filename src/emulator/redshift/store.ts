import type { Cluster, Snapshot, SnapshotSchedule, TableRestoreStatus } from '@aws-sdk/client-redshift';

import type { Assumptions } from '../assumptions.ts';
import { createSorted, type Sorted } from '../sorted.ts';
import type { Region } from '../world.ts';
import { redshiftFault } from './faults.ts';
import { forever } from './rules.ts';

/** A cluster as it is once ready; what depends on the time is worked out when it is read. */
export interface StoredCluster extends Cluster {
  readonly ClusterIdentifier: string;
  readonly ClusterStatus: string;
  readonly ClusterCreateTime: Date;
  /** When `creating` ends, in milliseconds since 1970. */
  readonly readyAt?: number;
  /** When its final snapshot is done and `deleting` begins. */
  readonly deletingAt?: number;
  /** When `deleting` ends and the cluster is gone. */
  readonly goneAt?: number;
}

/** A snapshot as it is once ready; what depends on the time is worked out when it is read. */
export interface StoredSnapshot extends Snapshot {
  readonly SnapshotIdentifier: string;
  readonly ClusterIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: string;
  readonly Status: string;
  readonly OwnerAccount: string;
  readonly SnapshotArn: string;
  /** When it becomes ready, in milliseconds since 1970; absent where it always was. */
  readonly readyAt?: number;
  /** When the making began, where that is not SnapshotCreateTime. */
  readonly startedAt?: number;
  /** Its status until then. */
  readonly statusUntilReady?: string;
  /** When lists begin to show it, in milliseconds since 1970. */
  readonly listedAt?: number;
  /** When lists stop to show it after its deletion. */
  readonly goneAt?: number;
}

/** A snapshot schedule without the clusters that follow it. */
export interface StoredSchedule extends SnapshotSchedule {
  readonly ScheduleIdentifier: string;
}

/** The restoring of one table; how far it is gets worked out when it is read. */
export interface StoredTableRestore extends TableRestoreStatus {
  readonly TableRestoreRequestId: string;
  readonly ClusterIdentifier: string;
  readonly RequestTime: Date;
  readonly TotalDataInMegaBytes: number;
  /** When it is done, in milliseconds since 1970. */
  readonly readyAt: number;
}

/** Redshift's resources in one account and region. */
export interface RedshiftStore {
  readonly clusters: Sorted<StoredCluster>;
  readonly snapshots: Sorted<StoredSnapshot>;
  readonly schedules: Sorted<StoredSchedule>;
  readonly tableRestores: Sorted<StoredTableRestore>;
}

/** Makes a store without resources. */
export function createRedshiftStore(): RedshiftStore {
  return {
    clusters: createSorted((cluster) => cluster.ClusterIdentifier),
    snapshots: createSorted((snapshot) => snapshot.SnapshotIdentifier),
    schedules: createSorted((schedule) => schedule.ScheduleIdentifier),
    tableRestores: createSorted((restore) => restore.TableRestoreRequestId),
  };
}

/** Whether a snapshot is neither deleted nor past its retention, when AWS deletes it. */
export function isKept(snapshot: StoredSnapshot, now: Date): boolean {
  return snapshot.goneAt === undefined && now.getTime() < (retentionEnd(snapshot) ?? Infinity);
}

/** Whether lists show a snapshot, which may lag behind what has become of it. */
export function isListed(snapshot: StoredSnapshot, now: Date): boolean {
  const { listedAt = -Infinity, goneAt = Infinity } = snapshot;
  const end = Math.min(goneAt, retentionEnd(snapshot) ?? Infinity);
  return now.getTime() >= listedAt && now.getTime() < end;
}

/** When a manual snapshot's retention runs out, in milliseconds since 1970; undefined for never. */
export function retentionEnd(snapshot: StoredSnapshot): number | undefined {
  const { ManualSnapshotRetentionPeriod: days = forever, SnapshotRetentionStartTime: start } = snapshot;
  if (days === forever || snapshot.SnapshotType !== 'manual') return undefined;
  return (start ?? snapshot.SnapshotCreateTime).getTime() + days * 24 * 60 * 60 * 1000;
}

/** Whether a cluster is there, be it on its way out. */
export function isThere(cluster: StoredCluster, now: Date): boolean {
  return cluster.goneAt === undefined || now.getTime() < cluster.goneAt;
}

/** The cluster of that exact name, or undefined. */
export function findCluster({ redshift }: Region, name: string | undefined, now: Date): StoredCluster | undefined {
  const cluster = redshift.clusters.get(name ?? '');
  return cluster && isThere(cluster, now) ? cluster : undefined;
}

/** The cluster of that exact name; fault: ClusterNotFound. */
export function requireCluster(place: Region, name: string | undefined, now: Date): StoredCluster {
  const cluster = findCluster(place, name, now);
  if (cluster) return cluster;
  throw redshiftFault('ClusterNotFound', `Cluster ${name} not found.`);
}

/** A snapshot name as it is stored and compared. */
export function foldIdentifier(name: string, assumptions: Assumptions): string {
  return assumptions.redshiftFoldsIdentifiers ? name.toLowerCase() : name;
}

/** Where to look for a snapshot, and when. */
export interface Looked {
  readonly here: Region;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** The caller's own snapshot of that name, of that cluster where one is named, or undefined. */
export function findSnapshot(
  { here, now, assumptions }: Looked,
  name: string | undefined,
  cluster?: string,
): StoredSnapshot | undefined {
  const snapshot = here.redshift.snapshots.get(foldIdentifier(name ?? '', assumptions));
  if (!snapshot || !isKept(snapshot, now)) return undefined;
  return cluster === undefined || cluster === snapshot.ClusterIdentifier ? snapshot : undefined;
}

/** The caller's own snapshot; fault: ClusterSnapshotNotFound. */
export function requireSnapshot(call: Looked, name: string | undefined, cluster?: string): StoredSnapshot {
  const snapshot = findSnapshot(call, name, cluster);
  if (snapshot) return snapshot;
  throw snapshotNotFound(name);
}

/** The fault for a snapshot that is not there, or not for the caller to see. */
export function snapshotNotFound(name: string | undefined): Error {
  return redshiftFault('ClusterSnapshotNotFound', `Snapshot ${name} not found.`);
}

/** The ARN of a snapshot; it names the cluster too. */
export function snapshotArn({ partition, region, account }: Region, cluster: string, snapshot: string): string {
  return `arn:${partition}:redshift:${region}:${account}:snapshot:${cluster}/${snapshot}`;
}

/** The key that Redshift makes for an account and region. */
export function defaultKey({ partition, region, account }: Region): string {
  return `arn:${partition}:kms:${region}:${account}:alias/aws/redshift`;
}

/** The ARN of a cluster, which the API takes and never answers. */
export function clusterArn({ partition, region, account }: Region, cluster: string): string {
  return `arn:${partition}:redshift:${region}:${account}:cluster:${cluster}`;
}
