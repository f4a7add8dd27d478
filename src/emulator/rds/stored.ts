import type { DBCluster, DBClusterSnapshot, Tag } from '@aws-sdk/client-rds';
import { createSorted, type Sorted } from '../world/sorted.ts';

/** A cluster in its final state; members that depend on the time are computed on each read. */
export interface StoredCluster extends Omit<DBCluster, 'TagList'> {
  readonly DBClusterIdentifier: string;
  readonly DBClusterArn: string;
  readonly Engine: string;
  readonly Status: string;
  readonly ClusterCreateTime: Date;
  readonly TagList: readonly Tag[];
  /** When `creating` ends, in epoch milliseconds. */
  readonly readyAt?: number;
  /** When the running snapshot becomes available and `backing-up` ends. */
  readonly backedUpAt?: number;
  /** When `deleting` ends and the cluster no longer exists. */
  readonly goneAt?: number;
}

/** A snapshot in its final state; members that depend on the time are computed on each read. */
export interface StoredSnapshot extends Omit<DBClusterSnapshot, 'TagList'> {
  readonly DBClusterSnapshotIdentifier: string;
  readonly DBClusterSnapshotArn: string;
  readonly DBClusterIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: string;
  readonly Engine: string;
  readonly Status: string;
  readonly TagList: readonly Tag[];
  /** The accounts that can restore the snapshot; `all` makes it public. */
  readonly RestoreAccounts: readonly string[];
  /** When the creation starts and ends, in epoch milliseconds; absent if the status never changes. */
  readonly startedAt?: number;
  readonly readyAt?: number;
  /** The status before `readyAt`. */
  readonly statusUntilReady?: string;
  /** When lists start to show the snapshot, in epoch milliseconds. */
  readonly listedAt?: number;
  /** When lists stop showing the deleted snapshot. */
  readonly goneAt?: number;
}

/** The RDS control plane's resources in one account and region, of every engine. */
export interface RdsStore {
  readonly clusters: Sorted<StoredCluster>;
  readonly snapshots: Sorted<StoredSnapshot>;
}

/** Creates an empty store. */
export function createRdsStore(): RdsStore {
  return {
    clusters: createSorted((cluster) => cluster.DBClusterIdentifier),
    snapshots: createSorted((snapshot) => snapshot.DBClusterSnapshotIdentifier),
  };
}
