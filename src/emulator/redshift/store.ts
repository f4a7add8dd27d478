import { invalidValue } from '../fault.ts';
import { defaultKeyOf } from '../kms/store.ts';
import { day } from '../time/dates.ts';
import type { Assumptions } from '../world/assumptions.ts';
import { partitionOf, type Region } from '../world/world.ts';
import { redshiftFault } from './faults.ts';
import { forever } from './rules.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

/** Whether a snapshot exists: it is neither deleted nor past its retention, after which AWS deletes it. */
export function isKept(snapshot: StoredSnapshot, now: Date): boolean {
  return snapshot.goneAt === undefined && now.getTime() < (retentionEnd(snapshot) ?? Infinity);
}

/** Whether lists show a snapshot; lists can lag behind its creation and deletion. */
export function isListed(snapshot: StoredSnapshot, now: Date): boolean {
  const { listedAt = -Infinity, goneAt = Infinity } = snapshot;
  const end = Math.min(goneAt, retentionEnd(snapshot) ?? Infinity);
  return now.getTime() >= listedAt && now.getTime() < end;
}

/**
 * Returns when the retention of a manual snapshot or of an automated copy ends, in epoch milliseconds; undefined if it is
 * kept forever. Other automated snapshots expire by the settings of their cluster.
 */
export function retentionEnd(snapshot: StoredSnapshot): number | undefined {
  const { ManualSnapshotRetentionPeriod: days = forever, SnapshotRetentionStartTime: start } = snapshot;
  if (snapshot.SnapshotType !== 'manual') return snapshot.expiresAt;
  if (days === forever) return undefined;
  return (start ?? snapshot.SnapshotCreateTime).getTime() + days * day;
}

/** Whether a cluster exists; a cluster that is being deleted still does. */
export function isThere(cluster: StoredCluster, now: Date): boolean {
  return cluster.goneAt === undefined || now.getTime() < cluster.goneAt;
}

/** Returns the cluster with exactly this name, or undefined. */
export function findCluster({ redshift }: Region, name: string | undefined, now: Date): StoredCluster | undefined {
  const cluster = redshift.clusters.get(name ?? '');
  return cluster && isThere(cluster, now) ? cluster : undefined;
}

/** Returns the cluster with exactly this name. Throws ClusterNotFound. */
export function requireCluster(place: Region, name: string | undefined, now: Date): StoredCluster {
  const cluster = findCluster(place, name, now);
  if (cluster) return cluster;
  throw redshiftFault('ClusterNotFound', `Cluster ${name} not found.`);
}

/** Returns a snapshot name as it is stored and compared. */
export function foldIdentifier(name: string, assumptions: Assumptions): string {
  return assumptions.redshiftFoldsIdentifiers ? name.toLowerCase() : name;
}

/** The region and the moment of a snapshot lookup. */
export interface Looked {
  readonly here: Region;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** Returns the caller's own snapshot with this name, and of this cluster if given, or undefined. */
export function findSnapshot(
  { here, now, assumptions }: Looked,
  name: string | undefined,
  cluster?: string,
): StoredSnapshot | undefined {
  const snapshot = here.redshift.snapshots.get(foldIdentifier(name ?? '', assumptions));
  if (!snapshot || !isKept(snapshot, now)) return undefined;
  return cluster === undefined || cluster === snapshot.ClusterIdentifier ? snapshot : undefined;
}

/** Returns the caller's own snapshot. Throws ClusterSnapshotNotFound. */
export function requireSnapshot(call: Looked, name: string | undefined, cluster?: string): StoredSnapshot {
  const snapshot = findSnapshot(call, name, cluster);
  if (snapshot) return snapshot;
  throw snapshotNotFound(name);
}

/** Returns the fault for a snapshot that does not exist or that the caller cannot see. */
export function snapshotNotFound(name: string | undefined): Error {
  return redshiftFault('ClusterSnapshotNotFound', `Snapshot ${name} not found.`);
}

/** Returns the ARN of a snapshot, which contains the cluster's name. */
export function snapshotArn(place: Region, cluster: string, snapshot: string): string {
  return redshiftArn(place, 'snapshot', `${cluster}/${snapshot}`);
}

/** Returns the ARN of the default key of Redshift in an account and region, the key of `alias/aws/redshift`. */
export function defaultKey(place: Region): string {
  return defaultKeyOf('redshift', place);
}

/** Returns the ARN of a cluster, which the API accepts but never returns. */
export function clusterArn(place: Region, cluster: string): string {
  return redshiftArn(place, 'cluster', cluster);
}

/** Returns the ARN of a resource of Redshift. */
export function redshiftArn({ partition, region, account }: Region, kind: string, name: string): string {
  return `arn:${partition}:redshift:${region}:${account}:${kind}:${name}`;
}

/** Returns the parts of an ARN of Redshift. Throws InvalidParameterValue, also for the partition of another region. */
export function parseArn(
  arn: string,
  parameter: string,
): { readonly region: string; readonly account: string; readonly kind: string; readonly name: string } {
  const pattern = /^arn:(aws[a-z-]*):redshift:([a-z0-9-]+):(\d{12}):([a-z]+):(.+)$/;
  const [, partition, region = '', account = '', kind = '', name = ''] = pattern.exec(arn) ?? [];
  if (partition === undefined || partition !== partitionOf(region)) {
    throw invalidValue(`Invalid ARN '${arn}' for ${parameter}`);
  }
  return { region, account, kind, name };
}
