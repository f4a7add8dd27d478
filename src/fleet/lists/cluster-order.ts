import { SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Order, OrderValue } from '../full-reads/order.ts';
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
  const known = new Map<string, OrderValue>();
  const key = (cluster: ClusterRecord) => cluster.kind.arn(cluster);
  const values: Record<ClusterOrder['field'], Pick<Order<ClusterRecord>, 'value' | 'readValues'>> = {
    IDENTIFIER: { value: (row) => row.kind.identifier(row) || null },
    CREATED_AT: { value: (row) => row.kind.createdAt(row)?.getTime() ?? null },
    LATEST_SNAPSHOT_AT: {
      value: (row) => known.get(key(row)) ?? null,
      readValues: async (rows, reports) => {
        await Promise.all(rows.map(async (row) => known.set(key(row), await latestAt(row, reports))));
      },
    },
  };
  return { name: `${field} ${direction}`, direction, key, ...values[field] };
}
