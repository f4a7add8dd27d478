import type { Assumptions } from '../assumptions.ts';
import type { Region } from '../world.ts';
import { redshiftFault } from './faults.ts';
import { forever } from './rules.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

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
