import type { Cluster, Snapshot, TableRestoreStatus } from '@aws-sdk/client-redshift';

import type { Assumptions } from '../world/assumptions.ts';
import { redshiftFault } from './faults.ts';
import { restorableNodeTypes } from './clusters/node-types.ts';
import { retentionEnd } from './store.ts';
import type { StoredCluster, StoredSnapshot, StoredTableRestore } from './stored.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** The account that reads, and the moment of the read. */
export interface Reader {
  readonly account: string;
  readonly now: Date;
  readonly assumptions: Assumptions;
}

/** The figures of a snapshot that is being created, as observed in AWS's responses. */
export const unmeasured = {
  TotalBackupSizeInMegaBytes: -1,
  ActualIncrementalBackupSizeInMegaBytes: -1,
  BackupProgressInMegaBytes: -1,
  CurrentBackupRateInMegaBytesPerSecond: 0,
  ElapsedTimeInSeconds: 0,
  EstimatedSecondsToCompletion: -1,
} as const;

/** Returns a snapshot as an account sees it now, with its progress and remaining days; only the owner sees sharing. */
export function readSnapshot(stored: StoredSnapshot, reader: Reader): Snapshot {
  const { AccountsWithRestoreAccess: shares = [], RestorableNodeTypes, Tags = [], ...members } = stored;
  const { SnapshotRetentionStartTime, ...shown } = members;
  const owned = reader.account === stored.OwnerAccount;
  const isMaking = isUnfinished(stored, reader.now);
  return {
    ...shown,
    SnapshotCreateTime: createTimeOf(stored, reader.now),
    ...progress(stored, reader),
    // Both start to exist when the snapshot is complete.
    ...(isMaking ? {} : { SnapshotRetentionStartTime, ...daysLeft(stored, reader.now) }),
    ...(owned ? { Tags } : {}),
    // AWS omits the element if no account is authorized.
    ...(owned && shares.length > 0 ? { AccountsWithRestoreAccess: shares } : {}),
    RestorableNodeTypes: restorableNodeTypes({ ...stored, RestorableNodeTypes }),
  };
}

/** Returns a snapshot as every other operation returns it: without the RestorableNodeTypes that Describe returns. */
export function readThinSnapshot(stored: StoredSnapshot, reader: Reader): Snapshot {
  const { RestorableNodeTypes: _, ...thin } = readSnapshot(stored, reader);
  return thin;
}

/** Returns when a snapshot was created, as lists show it now. */
export function createTimeOf(stored: StoredSnapshot, now: Date): Date {
  const { settledCreateTime, SnapshotCreateTime } = stored;
  return settledCreateTime === undefined || isUnfinished(stored, now)
    ? SnapshotCreateTime
    : new Date(settledCreateTime);
}

/** Whether a snapshot is still being created. */
export function isUnfinished(
  { Status = '', readyAt }: { readonly Status?: string | undefined; readonly readyAt?: number | undefined },
  now: Date,
): boolean {
  return readyAt === undefined ? ['creating', 'final snapshot'].includes(Status) : now.getTime() < readyAt;
}

/** Returns a snapshot's current status. */
export function statusOf({ Status, readyAt, statusUntilReady = 'creating' }: StoredSnapshot, now: Date): string {
  return readyAt !== undefined && now.getTime() < readyAt ? statusUntilReady : Status;
}

/** Returns a cluster as Describe returns it now. */
export function readCluster(stored: StoredCluster, now: Date): Cluster {
  const status = clusterStatusOf(stored, now);
  return {
    ...stored,
    ClusterStatus: status,
    ClusterAvailabilityStatus: status === 'available' ? 'Available' : availability(status),
    ...restoring(stored, now),
    Tags: stored.Tags ?? [],
  };
}

/** Returns a cluster's current status. */
export function clusterStatusOf({ ClusterStatus, readyAt, deletingAt }: StoredCluster, now: Date): string {
  const time = now.getTime();
  // AWS spells the status `final snapshot` for a snapshot and `final-snapshot` for its cluster.
  if (deletingAt !== undefined) return time < deletingAt ? 'final-snapshot' : 'deleting';
  return readyAt !== undefined && time < readyAt ? 'creating' : ClusterStatus;
}

/** Returns a table restore with its progress now. A restore without an end keeps its status. */
export function readTableRestore({ readyAt, ...restore }: StoredTableRestore, now: Date): TableRestoreStatus {
  const { RequestTime, TotalDataInMegaBytes: total, Status: kept = 'SUCCEEDED' } = restore;
  if (readyAt === undefined && kept !== 'SUCCEEDED') return { ...restore, Status: kept };
  if (readyAt === undefined || now.getTime() >= readyAt) {
    return { ...restore, Status: 'SUCCEEDED', Message: 'SUCCEEDED', ProgressInMegaBytes: total };
  }
  const start = RequestTime.getTime();
  const share = Math.max(0, (now.getTime() - start) / Math.max(1, readyAt - start));
  const Status = share === 0 ? 'PENDING' : 'IN_PROGRESS';
  return { ...restore, Status, Message: Status, ProgressInMegaBytes: Math.floor(total * share) };
}

/** Throws InvalidClusterState if a cluster is not `available`. */
export function requireAvailable(cluster: StoredCluster, now: Date): void {
  const status = clusterStatusOf(cluster, now);
  if (status.startsWith('available')) return;
  throw redshiftFault(
    'InvalidClusterState',
    `The cluster ${cluster.ClusterIdentifier} is not available; its status is ${status}.`,
  );
}

/** Returns the progress of the restore that creates a cluster; AWS reports the figures only for DC2 nodes. */
function restoring(
  { RestoreStatus, NodeType, readyAt, ClusterCreateTime }: StoredCluster,
  now: Date,
): Partial<Cluster> {
  if (!RestoreStatus || readyAt === undefined) return {};
  const Status = now.getTime() < readyAt ? 'restoring' : 'completed';
  if (!NodeType?.startsWith('dc2.')) return { RestoreStatus: { Status } };
  const { SnapshotSizeInMegaBytes: size = 0 } = RestoreStatus;
  const total = Math.max(1, (readyAt - ClusterCreateTime.getTime()) / 1000);
  const elapsed = Math.min(total, Math.max(0, (now.getTime() - ClusterCreateTime.getTime()) / 1000));
  return {
    RestoreStatus: {
      Status,
      SnapshotSizeInMegaBytes: size,
      CurrentRestoreRateInMegaBytesPerSecond: size / total,
      ProgressInMegaBytes: Math.floor((size * elapsed) / total),
      ElapsedTimeInSeconds: Math.floor(elapsed),
      EstimatedTimeToCompletionInSeconds: Math.ceil(total - elapsed),
    },
  };
}

function availability(status: string): string {
  return ['creating', 'modifying', 'resizing', 'renaming'].includes(status) ? 'Modifying' : 'Unavailable';
}

function progress(stored: StoredSnapshot, { now, assumptions }: Reader): Partial<Snapshot> {
  const { readyAt, SnapshotCreateTime, ActualIncrementalBackupSizeInMegaBytes: size = 0 } = stored;
  if (readyAt === undefined || now.getTime() >= readyAt) return { Status: stored.Status };
  const started = stored.copiedAt ?? SnapshotCreateTime.getTime();
  const total = Math.max(1, (readyAt - started) / 1000);
  const elapsed = Math.max(0, (now.getTime() - started) / 1000);
  const known = { Status: statusOf(stored, now), ElapsedTimeInSeconds: Math.floor(elapsed) };
  if (!assumptions.redshiftMeasuresUnfinished) return { ...unmeasured, ...known };
  return {
    ...known,
    BackupProgressInMegaBytes: Math.floor((size * elapsed) / total),
    CurrentBackupRateInMegaBytesPerSecond: size / total,
    EstimatedSecondsToCompletion: stored.SnapshotType === 'automated' ? -1 : Math.ceil(total - elapsed),
  };
}

/** Returns the days until AWS deletes a manual snapshot, rounded down; nothing for a snapshot that is kept forever. */
function daysLeft(stored: StoredSnapshot, now: Date): Partial<Snapshot> {
  const end = stored.SnapshotType === 'manual' ? retentionEnd(stored) : undefined;
  return end === undefined ? {} : { ManualSnapshotRemainingDays: Math.floor((end - now.getTime()) / dayMilliseconds) };
}
