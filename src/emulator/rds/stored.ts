import type { DBCluster, DBClusterSnapshot, Tag } from '@aws-sdk/client-docdb';
import { createSorted, type Sorted } from '../sorted.ts';

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
