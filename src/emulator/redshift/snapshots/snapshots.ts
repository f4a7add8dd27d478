import type {
  CreateClusterSnapshotMessage,
  CreateClusterSnapshotResult,
  DeleteClusterSnapshotMessage,
  DeleteClusterSnapshotResult,
  ModifyClusterSnapshotMessage,
  ModifyClusterSnapshotResult,
} from '@aws-sdk/client-redshift';

import { listedAt } from '../../world/assumptions.ts';
import { missingParameter } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { readThinSnapshot, requireAvailable, statusOf } from '../readings.ts';
import { recordEvent } from '../clusters/events.ts';
import { copyToOtherRegion } from './region-copies.ts';
import { checkManualRetention, checkSnapshotIdentifier, forever, mergeTags } from '../rules.ts';
import { completeSnapshot, settledCreateTime } from '../stock/complete-snapshot.ts';
import { findSnapshot, foldIdentifier, isKept, requireCluster, requireSnapshot } from '../store.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

/**
 * Creates a manual snapshot of an available cluster. The snapshot is `creating` at first.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html
 */
export function createClusterSnapshot(input: CreateClusterSnapshotMessage, call: Call): CreateClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const { ManualSnapshotRetentionPeriod, Tags = [] } = input;
  const identifier = newSnapshotIdentifier(input.SnapshotIdentifier, 'SnapshotIdentifier', call);
  if (ManualSnapshotRetentionPeriod !== undefined) checkManualRetention(ManualSnapshotRetentionPeriod);
  const tags = mergeTags([], Tags);
  const cluster = requireCluster(here, input.ClusterIdentifier, now);
  requireAvailable(cluster, now);
  if (assumptions.redshiftOneSnapshotAtATime) requireIdle(cluster, call);
  requireRoom(identifier, call);
  const snapshot = completeSnapshot(
    {
      SnapshotIdentifier: identifier,
      ClusterIdentifier: cluster.ClusterIdentifier,
      ManualSnapshotRetentionPeriod: ManualSnapshotRetentionPeriod ?? cluster.ManualSnapshotRetentionPeriod ?? forever,
      Tags: tags,
      ...schedule(call),
    },
    here,
    now,
    cluster,
  );
  here.redshift.snapshots.put(snapshot);
  recordCreation(snapshot, call);
  copyToOtherRegion(snapshot, cluster, call);
  return { Snapshot: readThinSnapshot(snapshot, call) };
}

/**
 * Deletes a manual snapshot that is not shared. AWS deletes it immediately and returns the status `deleted`.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteClusterSnapshot.html
 */
export function deleteClusterSnapshot(input: DeleteClusterSnapshotMessage, call: Call): DeleteClusterSnapshotResult {
  const snapshot = requireSnapshot(call, input.SnapshotIdentifier, input.SnapshotClusterIdentifier);
  const name = snapshot.SnapshotIdentifier;
  if (snapshot.SnapshotType !== 'manual') {
    throw invalidState(`Cannot delete the snapshot ${name} because only manual snapshots may be deleted`);
  }
  const status = statusOf(snapshot, call.now);
  if (!['available', 'failed', 'cancelled'].includes(status)) {
    throw invalidState(`Cannot delete the snapshot ${name} because its status is ${status}.`);
  }
  if ((snapshot.AccountsWithRestoreAccess ?? []).length > 0) {
    throw invalidState(
      `Cannot delete the snapshot ${name} because other accounts still have access to it. Revoke access first.`,
    );
  }
  return { Snapshot: drop(snapshot, call) };
}

/**
 * Changes the retention period of a manual snapshot. With `Force`, a snapshot older than that is deleted immediately.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterSnapshot.html
 */
export function modifyClusterSnapshot(input: ModifyClusterSnapshotMessage, call: Call): ModifyClusterSnapshotResult {
  const { ManualSnapshotRetentionPeriod: days, Force = false } = input;
  if (days !== undefined) checkManualRetention(days);
  const snapshot = requireSnapshot(call, input.SnapshotIdentifier);
  if (snapshot.SnapshotType !== 'manual') {
    throw invalidState(
      `Cannot modify the snapshot ${snapshot.SnapshotIdentifier} because it is not a manual snapshot.`,
    );
  }
  if (days === undefined) return { Snapshot: readThinSnapshot(snapshot, call) };
  const changed = { ...snapshot, ManualSnapshotRetentionPeriod: days };
  if (!isKept(changed, call.now)) {
    if (Force) return { Snapshot: drop(snapshot, call) };
    throw redshiftFault(
      'InvalidRetentionPeriodFault',
      `The snapshot ${snapshot.SnapshotIdentifier} is already older than ${days} days; it would be deleted.`,
    );
  }
  call.here.redshift.snapshots.put(changed);
  return { Snapshot: readThinSnapshot(changed, call) };
}

/** Returns when a new snapshot becomes available, how its SnapshotCreateTime changes then, and when lists show it. */
export function schedule(call: Call): { readonly readyAt: number; settledCreateTime: number; listedAt: number } {
  const { now, assumptions } = call;
  const readyAt = now.getTime() + assumptions.snapshotSeconds * 1000;
  const settled = settledCreateTime(now.getTime(), readyAt, assumptions);
  return { readyAt, settledCreateTime: settled, listedAt: listedAt(call) };
}

/** Returns a new snapshot's name as it is stored. Throws InvalidParameterValue or MissingParameter. */
export function newSnapshotIdentifier(name: string | undefined, parameter: string, { assumptions }: Call): string {
  if (!name) throw missingParameter(parameter);
  checkSnapshotIdentifier(name, parameter);
  return foldIdentifier(name, assumptions);
}

/** Throws a fault if the snapshot's name is in use or the account's quota of manual snapshots is reached. */
export function requireRoom(identifier: string, call: Call): void {
  if (findSnapshot(call, identifier)) {
    throw redshiftFault(
      'ClusterSnapshotAlreadyExists',
      `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists`,
    );
  }
  const { here, now, assumptions } = call;
  let manual = 0;
  for (const snapshot of here.redshift.snapshots.values()) {
    if (snapshot.SnapshotType === 'manual' && isKept(snapshot, now)) manual += 1;
  }
  if (manual >= assumptions.redshiftManualSnapshotQuota) {
    throw redshiftFault(
      'ClusterSnapshotQuotaExceeded',
      `Cannot create more than ${assumptions.redshiftManualSnapshotQuota} manual snapshots.`,
    );
  }
}

function requireIdle({ ClusterIdentifier }: StoredCluster, { here, now }: Call): void {
  for (const snapshot of here.redshift.snapshots.values()) {
    if (snapshot.ClusterIdentifier !== ClusterIdentifier || statusOf(snapshot, now) !== 'creating') continue;
    throw redshiftFault('InvalidClusterState', 'There is an operation running on the Cluster.');
  }
}

/** Records the events of a new snapshot. */
export function recordCreation(snapshot: StoredSnapshot, { here, now }: Call): void {
  const names = { cluster: snapshot.ClusterIdentifier, snapshot: snapshot.SnapshotIdentifier };
  recordEvent('snapshotStarted', { ...names, at: now.getTime() }, here, now);
  recordEvent('snapshotCompleted', { ...names, at: snapshot.readyAt ?? now.getTime() }, here, now);
}

function drop(snapshot: StoredSnapshot, call: Call): DeleteClusterSnapshotResult['Snapshot'] {
  const { here, now, assumptions } = call;
  const names = { cluster: snapshot.ClusterIdentifier, snapshot: snapshot.SnapshotIdentifier };
  recordEvent('snapshotDeleted', { ...names, at: now.getTime() }, here, now);
  if (assumptions.snapshotLingerSeconds > 0) {
    const goneAt = now.getTime() + assumptions.snapshotLingerSeconds * 1000;
    here.redshift.snapshots.put({ ...snapshot, goneAt });
  } else {
    here.redshift.snapshots.delete(snapshot.SnapshotIdentifier);
  }
  return { ...readThinSnapshot(snapshot, call), Status: 'deleted' };
}

function invalidState(message: string): Error {
  return redshiftFault('InvalidClusterSnapshotState', message);
}
