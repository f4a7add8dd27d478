import type {
  DescribeTableRestoreStatusMessage,
  RestoreTableFromClusterSnapshotMessage,
  RestoreTableFromClusterSnapshotResult,
  TableRestoreStatusMessage,
} from '@aws-sdk/client-redshift';
import { randomUUID } from 'node:crypto';

import { readPage } from '../../paging.ts';
import type { Call } from '../../service.ts';
import type { Order } from '../../world/sorted.ts';
import { redshiftFault } from '../faults.ts';
import { readTableRestore, requireAvailable } from '../readings.ts';
import { requireRestorable } from './restores.ts';
import { requireCluster, requireSnapshot } from '../store.ts';
import type { StoredTableRestore } from '../stored.ts';

const byRequest: Order<StoredTableRestore> = {
  name: 'request',
  keyOf: ({ RequestTime, TableRestoreRequestId }) => [RequestTime.getTime(), TableRestoreRequestId],
};

/**
 * Starts to restore one table from a snapshot to the cluster of that snapshot. The emulator has no database, so every
 * table is assumed to be in the snapshot.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreTableFromClusterSnapshot.html
 */
export function restoreTableFromClusterSnapshot(
  input: RestoreTableFromClusterSnapshotMessage,
  call: Call,
): RestoreTableFromClusterSnapshotResult {
  const { here, now, assumptions } = call;
  const { SourceDatabaseName, SourceSchemaName = 'public', SourceTableName, NewTableName } = input;
  const { TargetDatabaseName = SourceDatabaseName, TargetSchemaName = SourceSchemaName } = input;
  const names = {
    SourceDatabaseName,
    SourceSchemaName,
    SourceTableName,
    TargetDatabaseName,
    TargetSchemaName,
    NewTableName,
  };
  const empty = Object.entries(names).find(([, value]) => value === '');
  if (empty) throw redshiftFault('InvalidTableRestoreArgument', `The value of ${empty[0]} is empty.`);
  const cluster = requireCluster(here, input.ClusterIdentifier, now);
  requireAvailable(cluster, now);
  const { ClusterIdentifier } = cluster;
  const snapshot = requireSnapshot(call, input.SnapshotIdentifier, ClusterIdentifier);
  requireRestorable(snapshot, now);
  requireTurn(ClusterIdentifier, call);
  const restore: StoredTableRestore = {
    ...caseFolded(names, input.EnableCaseSensitiveIdentifier),
    TableRestoreRequestId: randomUUID(),
    ClusterIdentifier,
    SnapshotIdentifier: snapshot.SnapshotIdentifier,
    RequestTime: now,
    TotalDataInMegaBytes: Math.round(snapshot.ActualIncrementalBackupSizeInMegaBytes ?? 0),
    readyAt: now.getTime() + assumptions.clusterSeconds * 1000,
  };
  here.redshift.tableRestores.put(restore);
  return { TableRestoreStatus: readTableRestore(restore, now) };
}

/**
 * Lists table restores, oldest first: all, those of a cluster, or one by its request id.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeTableRestoreStatus.html
 */
export function describeTableRestoreStatus(
  input: DescribeTableRestoreStatusMessage,
  { here, now }: Call,
): TableRestoreStatusMessage {
  const { ClusterIdentifier, TableRestoreRequestId: id } = input;
  if (ClusterIdentifier !== undefined) requireCluster(here, ClusterIdentifier, now);
  const isAsked = (restore: StoredTableRestore) =>
    (id ?? restore.TableRestoreRequestId) === restore.TableRestoreRequestId &&
    (ClusterIdentifier ?? restore.ClusterIdentifier) === restore.ClusterIdentifier;
  const { items, marker } = readPage(here.redshift.tableRestores.inOrder(byRequest), input, isAsked);
  if (id !== undefined && items.length === 0) {
    throw redshiftFault('TableRestoreNotFoundFault', `The table restore request ${id} was not found.`);
  }
  return { TableRestoreStatusDetails: items.map((restore) => readTableRestore(restore, now)), Marker: marker };
}

/** Returns names as Redshift stores them: in lowercase unless case-sensitive identifiers are enabled. */
function caseFolded(names: Readonly<Record<string, string | undefined>>, isSensitive = false) {
  if (isSensitive) return names;
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [name, value?.toLowerCase()]));
}

function requireTurn(cluster: string, { here, now, assumptions: { redshiftTableRestoreQuota: quota } }: Call): void {
  const running = [...here.redshift.tableRestores.values()].filter(
    ({ ClusterIdentifier, readyAt = 0 }) => ClusterIdentifier === cluster && now.getTime() < readyAt,
  );
  if (running.length < quota) return;
  throw redshiftFault(
    'InProgressTableRestoreQuotaExceededFault',
    `Cannot restore more than ${quota} tables to the cluster ${cluster} at the same time.`,
  );
}
