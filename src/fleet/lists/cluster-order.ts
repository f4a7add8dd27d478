import { SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { createOrder, type Order, type OrderValue } from '../full-reads/order.ts';
import type { RecoveryPoints } from '../questions/recovery-points.ts';
import type { Reports } from '../reports.ts';
import type { ClusterOrder } from './filter.ts';

/** Creates the order of clusters that a caller requested. The latest snapshots are read together. */
export function createClusterOrder(
  { field, direction }: ClusterOrder,
  latest: RecoveryPoints['latest'],
): Order<ClusterRecord> {
  const latestAt = async (cluster: ClusterRecord, reports: Reports): Promise<OrderValue> => {
    try {
      const snapshot = await latest(cluster);
      return snapshot?.kind.createdAt(snapshot)?.getTime() ?? null;
    } catch (error) {
      if (!(error instanceof SnapgateError)) throw error;
      reports.partial(cluster.source, error);
      return null;
    }
  };
  const values: Record<ClusterOrder['field'], Order<ClusterRecord>['values']> = {
    IDENTIFIER: (rows) => rows.map((row) => row.kind.identifier(row) || null),
    CREATED_AT: (rows) => rows.map((row) => row.kind.createdAt(row)?.getTime() ?? null),
    LATEST_SNAPSHOT_AT: (rows, reports) => Promise.all(rows.map((row) => latestAt(row, reports))),
  };
  return createOrder(direction, (cluster) => cluster.kind.arn(cluster), values[field]);
}
