import type { DBCluster, DBClusterSnapshot, Tag } from '@aws-sdk/client-docdb';

import { createSorted, type Sorted } from '../sorted.ts';
import type { Region } from '../world.ts';
import { rdsFault } from './faults.ts';

/** A cluster as it is once ready; what depends on the time is worked out when it is read. */
export interface StoredCluster extends DBCluster {
  readonly DBClusterIdentifier: string;
  readonly DBClusterArn: string;
  readonly Engine: string;
  readonly Status: string;
  readonly ClusterCreateTime: Date;
  readonly TagList: readonly Tag[];
  /** When `creating` ends, in milliseconds since 1970. */
  readonly readyAt?: number;
  /** When the running snapshot is done and `backing-up` ends. */
  readonly backedUpAt?: number;
  /** When `deleting` ends and the cluster is gone. */
  readonly goneAt?: number;
}

/** A snapshot as it is once ready; what depends on the time is worked out when it is read. */
export interface StoredSnapshot extends DBClusterSnapshot {
  readonly DBClusterSnapshotIdentifier: string;
  readonly DBClusterSnapshotArn: string;
  readonly DBClusterIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: string;
  readonly Engine: string;
  readonly Status: string;
  readonly TagList: readonly Tag[];
  /** The accounts that may restore it; `all` stands for everybody. */
  readonly RestoreAccounts: readonly string[];
  /** When the making began and when it ends, in milliseconds since 1970; absent where it always was. */
  readonly startedAt?: number;
  readonly readyAt?: number;
  /** Its status until then. */
  readonly statusUntilReady?: string;
  /** When lists begin to show it, in milliseconds since 1970. */
  readonly listedAt?: number;
  /** When lists stop to show it after its deletion. */
  readonly goneAt?: number;
}

/** The RDS control plane's resources in one account and region, of every engine. */
export interface RdsStore {
  readonly clusters: Sorted<StoredCluster>;
  readonly snapshots: Sorted<StoredSnapshot>;
}

/** Makes a store without resources. */
export function createRdsStore(): RdsStore {
  return {
    clusters: createSorted((cluster) => cluster.DBClusterIdentifier),
    snapshots: createSorted((snapshot) => snapshot.DBClusterSnapshotIdentifier),
  };
}

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
