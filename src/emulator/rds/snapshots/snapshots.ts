import type {
  CreateDBClusterSnapshotMessage,
  CreateDBClusterSnapshotResult,
  DeleteDBClusterSnapshotMessage,
  DeleteDBClusterSnapshotResult,
} from '@aws-sdk/client-rds';

import { listedAt } from '../../world/assumptions.ts';
import type { Call } from '../../service.ts';
import { rdsFault } from '../faults.ts';
import { clusterStatusOf, readSnapshot, statusOf } from '../readings.ts';
import { recordEvent } from '../events/events.ts';
import { mergeTags, newIdentifier } from '../rules.ts';
import { completeSnapshot } from '../stock/complete-snapshot.ts';
import { findSnapshot, requireCluster, requireSnapshot } from '../store.ts';
import { requireAvailable } from '../clusters/states.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

/**
 * Creates a manual snapshot of an available cluster. At first, the snapshot is `creating` and the cluster `backing-up`.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBClusterSnapshot.html
 */
export function createDBClusterSnapshot(
  input: CreateDBClusterSnapshotMessage,
  call: Call,
): CreateDBClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const identifier = newIdentifier(input.DBClusterSnapshotIdentifier ?? '', 'DBClusterSnapshotIdentifier');
  const cluster = requireCluster(here, input.DBClusterIdentifier, now);
  const tags = snapshotTags(cluster, input.Tags);
  const status = clusterStatusOf(cluster, now);
  if (status !== 'available' && (status !== 'backing-up' || assumptions.rdsOneSnapshotAtATime)) {
    requireAvailable(cluster, now);
  }
  const { snapshot } = takeSnapshot(cluster, identifier, tags, call);
  return { DBClusterSnapshot: readSnapshot(snapshot, call) };
}

/** Adds a new manual snapshot, marks its cluster as `backing-up`, and returns when both become available. */
export function takeSnapshot(
  cluster: StoredCluster,
  identifier: string,
  TagList: StoredSnapshot['TagList'],
  call: Call,
): { readonly snapshot: StoredSnapshot; readonly readyAt: number } {
  const { here, now, assumptions } = call;
  requireRoom(identifier, call);
  const readyAt = now.getTime() + assumptions.snapshotSeconds * 1000;
  const { DBClusterIdentifier } = cluster;
  const members = {
    DBClusterSnapshotIdentifier: identifier,
    DBClusterIdentifier,
    TagList,
    readyAt,
    listedAt: listedAt(call),
  };
  const snapshot = completeSnapshot(members, here, now, cluster);
  here.rds.snapshots.put(snapshot);
  here.rds.clusters.put({ ...cluster, backedUpAt: readyAt });
  const event = { type: 'db-cluster-snapshot', name: identifier, category: 'backup' } as const;
  recordEvent({ ...event, message: 'Creating manual cluster snapshot', at: now.getTime() }, here);
  recordEvent({ ...event, message: 'Manual cluster snapshot created', at: readyAt }, here);
  return { snapshot, readyAt };
}

/** Returns the tags of a new snapshot: those asked for or else, with `CopyTagsToSnapshot`, those of the cluster. */
export function snapshotTags(
  { TagList, CopyTagsToSnapshot }: StoredCluster,
  asked: CreateDBClusterSnapshotMessage['Tags'],
): StoredSnapshot['TagList'] {
  if (asked !== undefined && asked.length > 0) return mergeTags([], asked);
  return CopyTagsToSnapshot ? TagList : [];
}

/**
 * Deletes a manual snapshot, or cancels the copy that creates it. AWS returns the status before the deletion.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DeleteDBClusterSnapshot.html
 */
export function deleteDBClusterSnapshot(
  input: DeleteDBClusterSnapshotMessage,
  call: Call,
): DeleteDBClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const snapshot = requireSnapshot(here, input.DBClusterSnapshotIdentifier);
  if (snapshot.SnapshotType !== 'manual') throw invalidState('Only manual snapshots may be deleted.');
  const status = statusOf(snapshot, now);
  const isDeletable = status === 'failed' ? assumptions.rdsDeletesFailed : ['available', 'copying'].includes(status);
  if (!isDeletable) {
    throw invalidState(`Cannot delete the snapshot because its status is ${status}.`);
  }
  if (assumptions.rdsRefusesToDeleteShared && snapshot.RestoreAccounts.length > 0) {
    throw invalidState('Cannot delete the snapshot because it is shared.');
  }
  if (assumptions.snapshotLingerSeconds > 0) {
    const goneAt = now.getTime() + assumptions.snapshotLingerSeconds * 1000;
    here.rds.snapshots.put({ ...snapshot, goneAt });
  } else {
    here.rds.snapshots.delete(snapshot.DBClusterSnapshotIdentifier);
  }
  return { DBClusterSnapshot: readSnapshot(snapshot, call) };
}

/** Throws a fault if the snapshot's name is in use or the account's quota of manual snapshots is reached. */
export function requireRoom(identifier: string, { here, assumptions }: Call): void {
  if (findSnapshot(here, identifier)) {
    throw rdsFault(
      'DBClusterSnapshotAlreadyExistsFault',
      `Cannot create the cluster snapshot because one with the identifier ${identifier} already exists.`,
    );
  }
  const { rdsManualSnapshotQuota: quota } = assumptions;
  let manual = 0;
  for (const { SnapshotType, goneAt } of here.rds.snapshots.values()) {
    if (SnapshotType === 'manual' && goneAt === undefined) manual += 1;
  }
  if (manual >= quota) throw rdsFault('SnapshotQuotaExceeded', `Cannot create more than ${quota} manual snapshots`);
}

function invalidState(message: string): Error {
  return rdsFault('InvalidDBClusterSnapshotStateFault', message);
}
