import type {
  Cluster,
  ClusterParameterGroup,
  Event,
  LoggingStatus,
  PendingModifiedValues,
  Snapshot,
  SnapshotCopyGrant,
  SnapshotSchedule,
  TableRestoreStatus,
} from '@aws-sdk/client-redshift';

import { createSorted, type Sorted } from '../world/sorted.ts';

/** A cluster in its final state; members that depend on the time are computed on each read. */
export interface StoredCluster extends Cluster {
  readonly ClusterIdentifier: string;
  readonly ClusterStatus: string;
  readonly ClusterCreateTime: Date;
  /** When `creating` ends, in epoch milliseconds. */
  readonly readyAt?: number;
  /** The settings of the audit log; absent if it was never on. */
  readonly logging?: LoggingStatus;
  /** The changes that are not in effect yet. */
  readonly changes?: readonly ClusterChange[];
  /** When its final snapshot is available and `deleting` starts. */
  readonly deletingAt?: number;
  /** When `deleting` ends and the cluster no longer exists. */
  readonly goneAt?: number;
}

/** A change of a cluster that takes effect later. */
export interface ClusterChange {
  /** When the change takes effect, in epoch milliseconds. */
  readonly at: number;
  /** The status of the cluster until then; absent if the cluster stays available. */
  readonly status?: string;
  /** The values that the cluster shows as pending until then. */
  readonly shown: PendingModifiedValues;
  /** The members that the change replaces. */
  readonly members: Partial<Cluster>;
}

/** A snapshot in its final state; members that depend on the time are computed on each read. */
export interface StoredSnapshot extends Snapshot {
  readonly SnapshotIdentifier: string;
  readonly ClusterIdentifier: string;
  readonly SnapshotCreateTime: Date;
  readonly SnapshotType: string;
  readonly Status: string;
  readonly OwnerAccount: string;
  readonly SnapshotArn: string;
  /** When the snapshot becomes available, in epoch milliseconds; absent if its status never changes. */
  readonly readyAt?: number;
  /** When the copy that creates the snapshot started; absent if the creation started at SnapshotCreateTime. */
  readonly copiedAt?: number;
  /** The SnapshotCreateTime from `readyAt` on, in epoch milliseconds; absent if it never changes. */
  readonly settledCreateTime?: number;
  /** The status before `readyAt`. */
  readonly statusUntilReady?: string;
  /** When an automated copy from another region expires, in epoch milliseconds. */
  readonly expiresAt?: number;
  /** When lists start to show the snapshot, in epoch milliseconds. */
  readonly listedAt?: number;
  /** When lists stop showing the deleted snapshot. */
  readonly goneAt?: number;
}

/** A parameter group that is not in every region. */
export interface StoredParameterGroup extends ClusterParameterGroup {
  readonly ParameterGroupName: string;
}

/** An event, which can be in the future. */
export interface StoredEvent extends Event {
  readonly key: string;
  readonly Date: Date;
}

/** A snapshot schedule without its associated clusters. */
export interface StoredSchedule extends SnapshotSchedule {
  readonly ScheduleIdentifier: string;
}

/** A grant that lets Redshift encrypt copies of other regions' snapshots with a key of this region. */
export interface StoredGrant extends SnapshotCopyGrant {
  readonly SnapshotCopyGrantName: string;
}

/** The restore of one table; its progress is computed on each read. */
export interface StoredTableRestore extends TableRestoreStatus {
  readonly TableRestoreRequestId: string;
  readonly ClusterIdentifier: string;
  readonly RequestTime: Date;
  readonly TotalDataInMegaBytes: number;
  /** When the restore succeeds, in epoch milliseconds; absent if its status never changes. */
  readonly readyAt?: number;
}

/** Redshift's resources in one account and region. */
export interface RedshiftStore {
  readonly clusters: Sorted<StoredCluster>;
  /** The names of the clusters that have changes; a name can also be there without any. */
  readonly changing: Set<string>;
  readonly snapshots: Sorted<StoredSnapshot>;
  readonly schedules: Sorted<StoredSchedule>;
  readonly grants: Sorted<StoredGrant>;
  readonly parameterGroups: Sorted<StoredParameterGroup>;
  readonly tableRestores: Sorted<StoredTableRestore>;
  readonly events: Sorted<StoredEvent>;
}

/** Creates an empty store. */
export function createRedshiftStore(): RedshiftStore {
  return {
    clusters: createSorted((cluster) => cluster.ClusterIdentifier),
    changing: new Set(),
    snapshots: createSorted((snapshot) => snapshot.SnapshotIdentifier),
    schedules: createSorted((schedule) => schedule.ScheduleIdentifier),
    grants: createSorted((grant) => grant.SnapshotCopyGrantName),
    parameterGroups: createSorted((group) => group.ParameterGroupName),
    events: createSorted((event) => event.key),
    tableRestores: createSorted((restore) => restore.TableRestoreRequestId),
  };
}
