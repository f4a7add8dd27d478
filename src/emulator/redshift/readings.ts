import type { Cluster, Snapshot, TableRestoreStatus } from '@aws-sdk/client-redshift';

import { day } from '../time/dates.ts';
import type { Assumptions } from '../world/assumptions.ts';
import { redshiftFault } from './faults.ts';
import { pendingValues, statusOfChange } from './clusters/changes.ts';
import { derivedMembers } from './clusters/derived.ts';
import { restorableNodeTypes } from './clusters/node-types.ts';
import { retentionEnd } from './store.ts';
import type { StoredCluster, StoredSnapshot, StoredTableRestore } from './stored.ts';

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

/** The share of its time that a restore is `starting`. */
const startingShare = 0.1;

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
    ClusterAvailabilityStatus: availabilities[status] ?? 'Unavailable',
    PendingModifiedValues: { ...stored.PendingModifiedValues, ...pendingValues(stored, now) },
    ...(status === 'creating' ? { Endpoint: undefined } : derivedMembers(stored, now)),
    // The host name of a cluster that is being deleted no longer exists.
    ...(status === 'deleting' ? { Endpoint: { Port: stored.Endpoint?.Port } } : {}),
    ...restoring(stored, now),
    Tags: stored.Tags ?? [],
  };
}

/** Returns a cluster's current status. */
export function clusterStatusOf(cluster: StoredCluster, now: Date): string {
  const { ClusterStatus, readyAt, deletingAt } = cluster;
  const time = now.getTime();
  // AWS spells the status `final snapshot` for a snapshot and `final-snapshot` for its cluster.
  if (deletingAt !== undefined) return time < deletingAt ? 'final-snapshot' : 'deleting';
  if (readyAt !== undefined && time < readyAt) return 'creating';
  return statusOfChange(cluster, now) ?? ClusterStatus;
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

/** Returns a cluster in the form in which a world contains it: without its changes and what follows from the time. */
export function storedForm(stored: StoredCluster, now: Date): Cluster {
  const ClusterStatus = clusterStatusOf({ ...stored, changes: [] }, now);
  return { ...stored, ClusterStatus, ...restoring(stored, now) };
}

/** Returns the progress of the restore that creates a cluster; AWS reports the figures only for DC2 nodes. */
function restoring(
  { RestoreStatus, NodeType, readyAt, ClusterCreateTime }: StoredCluster,
  now: Date,
): Partial<Cluster> {
  if (!RestoreStatus || readyAt === undefined) return {};
  const total = Math.max(1, (readyAt - ClusterCreateTime.getTime()) / 1000);
  const past = Math.max(0, (now.getTime() - ClusterCreateTime.getTime()) / 1000);
  const elapsed = now.getTime() < readyAt ? past : total;
  const Status = restoreStatusAt(elapsed / total);
  if (!NodeType?.startsWith('dc2.')) return { RestoreStatus: { Status } };
  const { SnapshotSizeInMegaBytes: size = 0 } = RestoreStatus;
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

/** Returns the status of a restore of which a share is done: AWS prepares the cluster before it restores data. */
function restoreStatusAt(share: number): string {
  if (share >= 1) return 'completed';
  return share < startingShare ? 'starting' : 'restoring';
}

/** The ClusterAvailabilityStatus of each ClusterStatus; of any other, it is `Unavailable`. */
const availabilities: Readonly<Record<string, string | undefined>> = {
  available: 'Available',
  'available, prep-for-resize': 'Available',
  'available, resize-cleanup': 'Available',
  'cancelling-resize': 'Modifying',
  creating: 'Modifying',
  // Terraform waits for the end of a deletion only while this is `Modifying` or `Maintenance`.
  deleting: 'Modifying',
  'final-snapshot': 'Modifying',
  'hardware-failure': 'Failed',
  'incompatible-hsm': 'Failed',
  'incompatible-network': 'Failed',
  'incompatible-parameters': 'Failed',
  'incompatible-restore': 'Failed',
  modifying: 'Modifying',
  paused: 'Paused',
  pausing: 'Modifying',
  renaming: 'Modifying',
  resizing: 'Modifying',
  resuming: 'Modifying',
  'rotating-keys': 'Modifying',
  'updating-hsm': 'Modifying',
};

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
  return end === undefined ? {} : { ManualSnapshotRemainingDays: Math.floor((end - now.getTime()) / day) };
}
