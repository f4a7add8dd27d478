import { keyArn } from '../../snapshots/kms-key.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import { compareValues } from '../full-reads/order.ts';
import type { OrderDirection } from '../lists/filter.ts';
import { latestOf } from './newest.ts';
import type { StoragePrices } from './storage-prices.ts';

/** The dimensions that snapshots can be grouped by. */
export type SnapshotDimension =
  'SERVICE' | 'ACCOUNT' | 'REGION' | 'CLUSTER' | 'TYPE' | 'STATUS' | 'KMS_KEY' | 'ENCRYPTED';

/** The snapshots that have the same value in every requested dimension. */
export interface SnapshotGroup {
  readonly keys: readonly DimensionValue[];
  readonly count: number;
  /** The sum of the known sizes; null if the group has snapshots, and the size of none is known. */
  readonly totalMegabytes: number | null;
  readonly unknownSizeCount: number;
  readonly oldestAt: Date | null;
  readonly newestAt: Date | null;
  /** Null if no prices are configured. */
  readonly monthlyCost: MonthlyCost | null;
}

export interface DimensionValue {
  readonly dimension: SnapshotDimension;
  /** Null if the snapshots have no value in this dimension, or AWS does not report it. */
  readonly value: string | null;
}

/** The order of groups, as the caller passes it. */
export interface SnapshotGroupOrder {
  readonly field: 'COUNT' | 'TOTAL_MEGABYTES' | 'OLDEST_AT' | 'NEWEST_AT';
  readonly direction: OrderDirection;
}

/** An estimate in the configured currency, and the number of snapshots whose cost it does not include. */
export interface MonthlyCost {
  /** Null if the account pays for snapshots of the group, and the cost of none is known. */
  readonly amount: number | null;
  readonly currency: string;
  readonly unknownCount: number;
}

const values: Record<SnapshotDimension, (row: SnapshotRecord) => string | null> = {
  SERVICE: (row) => row.source.service,
  ACCOUNT: (row) => row.source.account,
  REGION: (row) => row.source.region,
  // Empty if AWS does not report the cluster.
  CLUSTER: (row) => row.kind.clusterIdentifier(row) || null,
  TYPE: (row) => row.kind.type(row),
  STATUS: snapshotStatus,
  KMS_KEY: (row) => {
    const key = row.kind.kmsKeyId(row);
    return key == null ? null : keyArn(key, row.source);
  },
  ENCRYPTED: (row) => row.kind.encrypted(row)?.toString() ?? null,
};

const ranks: Record<SnapshotGroupOrder['field'], (group: SnapshotGroup) => number | null> = {
  COUNT: ({ count }) => count,
  TOTAL_MEGABYTES: ({ totalMegabytes }) => totalMegabytes,
  OLDEST_AT: ({ oldestAt }) => oldestAt?.getTime() ?? null,
  NEWEST_AT: ({ newestAt }) => newestAt?.getTime() ?? null,
};

/** Groups snapshots by the dimensions; without dimensions, returns one group. */
export function summarize(
  rows: readonly SnapshotRecord[],
  dimensions: readonly SnapshotDimension[],
  prices: StoragePrices | undefined,
): SnapshotGroup[] {
  const keysOf = (row: SnapshotRecord): DimensionValue[] =>
    dimensions.map((dimension) => ({ dimension, value: values[dimension](row) }));
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keysOf(row)));
  if (dimensions.length === 0) return [toGroup([], rows, prices)];
  return Array.from(groups, ([keys, own]) => toGroup(JSON.parse(keys) as DimensionValue[], own, prices));
}

/**
 * Sorts groups. Groups without the value, such as those of unknown size, come last in both directions; groups with
 * equal values, or without an order, come in the order of their keys.
 */
export function inOrder(groups: readonly SnapshotGroup[], orderBy: Maybe<SnapshotGroupOrder>): SnapshotGroup[] {
  if (orderBy == null) return groups.toSorted(compareKeys);
  const rank = ranks[orderBy.field];
  return groups.toSorted(
    (one, other) => compareValues(rank(one), rank(other), orderBy.direction) || compareKeys(one, other),
  );
}

/** Compares the keys of two groups of one summary, from the first dimension to the last. */
function compareKeys(one: SnapshotGroup, other: SnapshotGroup): number {
  return one.keys.reduce(
    (result, { value }, index) => result || compareValues(value, other.keys[index]?.value ?? null, 'ASC'),
    0,
  );
}

function toGroup(
  keys: DimensionValue[],
  rows: readonly SnapshotRecord[],
  prices: StoragePrices | undefined,
): SnapshotGroup {
  const sizes = rows.map((row) => row.kind.size(row)?.totalMegabytes ?? null);
  const dates = rows.map((row) => row.kind.createdAt(row)).filter((date) => date != null);
  // The owner pays for the storage of a shared snapshot.
  const paid = rows.filter((row) => row.kind.type(row) !== 'SHARED' && row.kind.type(row) !== 'PUBLIC');
  const costs = prices && paid.map((row) => prices.cost(row.source, row.kind.size(row)?.totalMegabytes ?? null));
  return {
    keys,
    count: rows.length,
    totalMegabytes: sumOfKnown(sizes),
    unknownSizeCount: sizes.filter((size) => size === null).length,
    oldestAt: dates.reduce((oldest: Date | null, date) => (oldest && oldest <= date ? oldest : date), null),
    newestAt: latestOf(dates),
    monthlyCost: costs
      ? {
          currency: prices.currency,
          amount: sumOfKnown(costs),
          unknownCount: costs.filter((cost) => cost === null).length,
        }
      : null,
  };
}

/** Adds up the known numbers. Returns null if all are unknown, because 0 would be a claim; nothing adds up to 0. */
function sumOfKnown(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0 && numbers.length > 0) return null;
  return known.reduce((total, number) => total + number, 0);
}
