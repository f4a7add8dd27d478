import type { Region } from '../world.ts';
import { rdsFault } from './faults.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

/** Whether a cluster is there, be it on its way out. */
export function isThere({ goneAt }: StoredCluster, now: Date): boolean {
  return goneAt === undefined || now.getTime() < goneAt;
}

/** The cluster of that name in any case, or undefined. */
export function findCluster({ rds }: Region, name: string | undefined, now: Date): StoredCluster | undefined {
  const cluster = rds.clusters.get((name ?? '').toLowerCase());
  return cluster && isThere(cluster, now) ? cluster : undefined;
}

/** The cluster of that name in any case; fault: DBClusterNotFoundFault. */
export function requireCluster(place: Region, name: string | undefined, now: Date): StoredCluster {
  const cluster = findCluster(place, name, now);
  if (cluster) return cluster;
  throw rdsFault('DBClusterNotFoundFault', `DBCluster ${name} not found.`);
}

/** Whether lists show a snapshot, which may lag behind what has become of it. */
export function isListed({ listedAt = -Infinity, goneAt = Infinity }: StoredSnapshot, now: Date): boolean {
  return now.getTime() >= listedAt && now.getTime() < goneAt;
}

/** The account's own snapshot of that name in any case that is not deleted, or undefined. */
export function findSnapshot({ rds }: Region, name: string | undefined): StoredSnapshot | undefined {
  const snapshot = rds.snapshots.get((name ?? '').toLowerCase());
  return snapshot?.goneAt === undefined ? snapshot : undefined;
}

/** The account's own snapshot; fault: DBClusterSnapshotNotFoundFault. */
export function requireSnapshot(place: Region, name: string | undefined): StoredSnapshot {
  const snapshot = findSnapshot(place, name);
  if (snapshot) return snapshot;
  throw snapshotNotFound(name);
}

/** The fault for a snapshot that is not there, or not for the caller to see. */
export function snapshotNotFound(name: string | undefined): Error {
  return rdsFault('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot not found: ${name}`);
}
