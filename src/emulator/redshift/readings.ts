import type { Cluster, Snapshot } from '@aws-sdk/client-redshift';

import { redshiftFault } from './faults.ts';
import { forever } from './rules.ts';
import { retentionEnd } from './store.ts';
import type { StoredCluster, StoredSnapshot } from './stored.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Returns a snapshot as an account sees it now, with its progress and remaining days; only the owner sees sharing. */
export function readSnapshot(stored: StoredSnapshot, viewer: string, now: Date): Snapshot {
  const { AccountsWithRestoreAccess: shares = [], RestorableNodeTypes, Tags = [], ...members } = stored;
  const owned = viewer === stored.OwnerAccount;
  return {
    ...members,
    ...progress(stored, now),
    ...daysLeft(stored, now),
    ...(owned ? { Tags } : {}),
    // AWS omits the element if no account is authorized.
    ...(owned && shares.length > 0 ? { AccountsWithRestoreAccess: shares } : {}),
    RestorableNodeTypes: RestorableNodeTypes ?? (stored.NodeType ? [stored.NodeType] : []),
  };
}

/** Returns a snapshot as Delete and Revoke return it: without the RestorableNodeTypes that Describe returns. */
export function readThinSnapshot(stored: StoredSnapshot, viewer: string, now: Date): Snapshot {
  const { RestorableNodeTypes: _, ...thin } = readSnapshot(stored, viewer, now);
  return thin;
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

function progress(stored: StoredSnapshot, now: Date): Partial<Snapshot> {
  const { readyAt, SnapshotCreateTime, ActualIncrementalBackupSizeInMegaBytes: size = 0 } = stored;
  if (readyAt === undefined || now.getTime() >= readyAt) return { Status: stored.Status };
  const started = stored.startedAt ?? SnapshotCreateTime.getTime();
  const total = Math.max(1, (readyAt - started) / 1000);
  const elapsed = Math.max(0, (now.getTime() - started) / 1000);
  return {
    Status: statusOf(stored, now),
    BackupProgressInMegaBytes: Math.floor((size * elapsed) / total),
    CurrentBackupRateInMegaBytesPerSecond: size / total,
    EstimatedSecondsToCompletion: stored.SnapshotType === 'automated' ? -1 : Math.ceil(total - elapsed),
    ElapsedTimeInSeconds: Math.floor(elapsed),
  };
}

function daysLeft(stored: StoredSnapshot, now: Date): Partial<Snapshot> {
  if (stored.SnapshotType !== 'manual') return {};
  const end = retentionEnd(stored);
  return {
    ManualSnapshotRemainingDays: end === undefined ? forever : Math.ceil((end - now.getTime()) / dayMilliseconds),
  };
}
