import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { isThere } from '../store.ts';

/** Throws NumberOfNodesQuotaExceeded if the account's clusters in the region cannot have this many more nodes. */
export function checkNodeQuota(added: number, { here, now, assumptions: { redshiftNodeQuota: quota } }: Call): void {
  let nodes = added;
  for (const cluster of here.redshift.clusters.values()) if (isThere(cluster, now)) nodes += cluster.NumberOfNodes ?? 1;
  if (added > 0 && nodes > quota) {
    throw redshiftFault('NumberOfNodesQuotaExceeded', `Cannot have more than ${quota} nodes.`);
  }
}
