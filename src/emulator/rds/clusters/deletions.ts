import type { DeleteDBClusterMessage, DeleteDBClusterResult } from '@aws-sdk/client-rds';

import { invalidCombination } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { findEngine } from '../catalog/engines.ts';
import { recordEvent } from '../events/events.ts';
import { rdsFault } from '../faults.ts';
import { readCluster } from '../readings.ts';
import { newIdentifier } from '../rules.ts';
import { snapshotTags, takeSnapshot } from '../snapshots/snapshots.ts';
import { instancesOf, requireCluster } from '../store.ts';
import type { StoredCluster } from '../stored.ts';
import { requireAvailable } from './states.ts';

/**
 * Deletes a cluster without instances and its automated snapshots, after a final manual snapshot unless the input skips
 * it. A Multi-AZ DB cluster is deleted with its instances. Automated backups are not retained.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
 */
export function deleteDBCluster(input: DeleteDBClusterMessage, call: Call): DeleteDBClusterResult {
  const { here, now, assumptions } = call;
  const { SkipFinalSnapshot = false, FinalDBSnapshotIdentifier, DeleteAutomatedBackups = true } = input;
  checkFinalSnapshot(SkipFinalSnapshot, FinalDBSnapshotIdentifier);
  if (!DeleteAutomatedBackups) throw invalidCombination('Automated backups of deleted clusters are not emulated.');
  const cluster = requireCluster(here, input.DBClusterIdentifier, now);
  checkDeletable(cluster, call);
  const name = cluster.DBClusterIdentifier;
  const deletingAt = SkipFinalSnapshot ? now.getTime() : finalSnapshot(cluster, FinalDBSnapshotIdentifier ?? '', call);
  for (const snapshot of here.rds.snapshots.values()) {
    // Snapshots keep the name that the cluster had.
    if (snapshot.DbClusterResourceId !== cluster.DbClusterResourceId || snapshot.SnapshotType !== 'automated') continue;
    here.rds.snapshots.delete(snapshot.DBClusterSnapshotIdentifier);
  }
  const goneAt = deletingAt + assumptions.clusterSeconds * 1000;
  for (const instance of instancesOf(here, name, now)) here.rds.instances.put({ ...instance, goneAt });
  here.rds.clusters.put({ ...cluster, goneAt });
  recordEvent({ type: 'db-cluster', name, category: 'deletion', message: 'DB cluster deleted', at: goneAt }, here);
  // AWS returns the status before the deletion, as in its samples.
  return { DBCluster: readCluster(cluster, call) };
}

function checkFinalSnapshot(isSkipped: boolean, identifier: string | undefined): void {
  if (isSkipped !== (identifier !== undefined)) return;
  throw invalidCombination(
    isSkipped
      ? 'FinalDBSnapshotIdentifier cannot be specified when SkipFinalSnapshot is true.'
      : 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
  );
}

function checkDeletable(cluster: StoredCluster, { here, now }: Call): void {
  const { DBClusterIdentifier: name, Engine, DeletionProtection } = cluster;
  if (DeletionProtection) {
    throw invalidCombination('Cannot delete protected Cluster, please disable deletion protection and try again.');
  }
  const isEmpty = instancesOf(here, name, now).every(({ goneAt }) => goneAt !== undefined);
  if (!isEmpty && !findEngine(Engine)?.isMultiAz) {
    const message = 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.';
    throw rdsFault('InvalidDBClusterStateFault', message);
  }
  requireAvailable(cluster, now);
}

/** Starts the final snapshot and returns when it becomes available, in epoch milliseconds. */
function finalSnapshot(cluster: StoredCluster, name: string, call: Call): number {
  const identifier = newIdentifier(name, 'FinalDBSnapshotIdentifier');
  return takeSnapshot(cluster, identifier, snapshotTags(cluster, undefined), call).readyAt;
}
