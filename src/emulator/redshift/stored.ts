import type { Cluster, Snapshot, SnapshotSchedule, TableRestoreStatus } from '@aws-sdk/client-redshift';

import { createSorted, type Sorted } from '../sorted.ts';

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
