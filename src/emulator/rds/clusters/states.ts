import { rdsFault } from '../faults.ts';
import { clusterStatusOf } from '../readings.ts';
import type { StoredCluster } from '../stored.ts';

/** Throws InvalidDBClusterStateFault unless the cluster has the status `available`, or one of the others. */
export function requireAvailable(cluster: StoredCluster, now: Date, others: readonly string[] = []): void {
  const status = clusterStatusOf(cluster, now);
  if (status === 'available' || others.includes(status)) return;
  throw rdsFault(
    'InvalidDBClusterStateFault',
    `DBCluster ${cluster.DBClusterIdentifier} is not currently in the available state; its status is ${status}.`,
  );
}
