import { rdsFault } from '../faults.ts';
import { clusterStatusOf } from '../readings.ts';
import type { StoredCluster } from '../stored.ts';

/** Throws InvalidDBClusterStateFault unless the cluster has the status `available`. */
export function requireAvailable(cluster: StoredCluster, now: Date): void {
  const status = clusterStatusOf(cluster, now);
  if (status === 'available') return;
  throw rdsFault(
    'InvalidDBClusterStateFault',
    `DBCluster ${cluster.DBClusterIdentifier} is not currently in the available state; its status is ${status}.`,
  );
}
