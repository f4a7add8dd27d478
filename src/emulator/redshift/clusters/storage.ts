import type { CustomerStorageMessage } from '@aws-sdk/client-redshift';

import type { Call } from '../../service.ts';
import { isUnfinished } from '../readings.ts';
import { isKept, isThere } from '../store.ts';
import { capacityOf } from './derived.ts';

/**
 * Returns the storage of the region's clusters, and of its finished snapshots: each adds what it contains beyond the
 * one before.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeStorage.html
 */
export function describeStorage(_input: object, { here, now }: Call): CustomerStorageMessage {
  const { clusters, snapshots } = here.redshift;
  let backups = 0;
  for (const snapshot of snapshots.values()) {
    const { ActualIncrementalBackupSizeInMegaBytes: size = 0 } = snapshot;
    if (isKept(snapshot, now) && !isUnfinished(snapshot, now)) backups += Math.max(0, size);
  }
  let provisioned = 0;
  for (const cluster of clusters.values()) {
    const { NodeType, NumberOfNodes = 1 } = cluster;
    if (isThere(cluster, now)) provisioned += capacityOf(NodeType, NumberOfNodes) ?? 0;
  }
  return { TotalBackupSizeInMegaBytes: backups, TotalProvisionedStorageInMegaBytes: provisioned };
}
