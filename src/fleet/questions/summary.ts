import { keyArn } from '../../snapshots/kms-key.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import { keptResult } from '../full-reads/derived/kept-results.ts';
import { inSlices, recordsInStep, type Steps } from '../full-reads/derived/slices.ts';
import { indexAt, type Indexes } from '../full-reads/derived/verdicts.ts';
import type { GatheredList } from '../full-reads/gather.ts';
import { compareValues } from '../full-reads/order.ts';
import type { OrderDirection } from '../lists/filter.ts';
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

/** Groups the matches of all lists by the dimensions; without dimensions, returns one group. */
export async function summarize(
  lists: readonly GatheredList<SnapshotRecord>[],
  dimensions: readonly SnapshotDimension[],
  prices: StoragePrices | undefined,
): Promise<SnapshotGroup[]> {
  const tallies = await Promise.all(lists.map((list) => tallyList(list, dimensions)));
  const groups = new Map<string, GroupSum>();
  if (dimensions.length === 0) groups.set(nameOf([]), createSum([]));
  for (const [index, own] of tallies.entries()) {
    const source = lists[index]?.source;
    for (const [name, tally] of own) {
      const sum = groups.get(name) ?? createSum(tally.values);
      groups.set(name, sum);
      if (source) add(sum, tally, (megabytes) => prices?.cost(source, megabytes) ?? null);
    }
  }
  return Array.from(groups.values(), (sum) => toGroup(sum, dimensions, prices?.currency));
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

/** What is known of the snapshots of one group in one list. */
interface Tally {
  readonly values: readonly (string | null)[];
  count: number;
  unknownSizes: number;
  megabytes: number;
  /** The snapshots that the account pays for, and what is known of their sizes. */
  paid: number;
  paidUnknownSizes: number;
  paidMegabytes: number;
  oldest: number;
  newest: number;
}

/** The tallies of one group in all lists. */
interface GroupSum extends Tally {
  cost: number;
  unknownCosts: number;
}

type Tallies = ReadonlyMap<string, Tally>;

/** The tallies are kept with the full read if there are fewer than one for this number of snapshots. */
const snapshotsForTally = 8;

function tallyList(
  { rows, matching, name }: GatheredList<SnapshotRecord>,
  dimensions: readonly SnapshotDimension[],
): Promise<Tallies> {
  const compute = () => inSlices(tallyEach(rows, matching, dimensions));
  if (name === undefined) return compute();
  const isSmall = ({ size }: Tallies) => size <= 1 + rows.length / snapshotsForTally;
  return keptResult(rows, `summary ${dimensions.join()} ${name}`, compute, isSmall);
}

function* tallyEach(
  rows: readonly SnapshotRecord[],
  matching: Indexes,
  dimensions: readonly SnapshotDimension[],
): Steps<Tallies> {
  const tallies = new Map<string, Tally>();
  for (let position = 0; position < matching.size; position += 1) {
    const row = rows[indexAt(matching, position)] as SnapshotRecord;
    const own = dimensions.map((dimension) => values[dimension](row));
    const name = nameOf(own);
    const tally = tallies.get(name) ?? createTally(own);
    tallies.set(name, tally);
    tallyOne(tally, row);
    if (position % recordsInStep === recordsInStep - 1) yield;
  }
  return tallies;
}

function nameOf(own: readonly (string | null)[]): string {
  return JSON.stringify(own);
}

function createTally(own: readonly (string | null)[]): Tally {
  return {
    values: own,
    count: 0,
    unknownSizes: 0,
    megabytes: 0,
    paid: 0,
    paidUnknownSizes: 0,
    paidMegabytes: 0,
    oldest: Infinity,
    newest: -Infinity,
  };
}

function createSum(own: readonly (string | null)[]): GroupSum {
  return { ...createTally(own), cost: 0, unknownCosts: 0 };
}

function tallyOne(tally: Tally, row: SnapshotRecord): void {
  const type = row.kind.type(row);
  const size = row.kind.size(row)?.totalMegabytes ?? null;
  const createdAt = row.kind.createdAt(row)?.getTime();
  // The owner pays for the storage of a shared snapshot.
  const isPaid = type !== 'SHARED' && type !== 'PUBLIC';
  tally.count += 1;
  if (size === null) tally.unknownSizes += 1;
  else tally.megabytes += size;
  if (isPaid) {
    tally.paid += 1;
    if (size === null) tally.paidUnknownSizes += 1;
    else tally.paidMegabytes += size;
  }
  if (createdAt === undefined) return;
  tally.oldest = Math.min(tally.oldest, createdAt);
  tally.newest = Math.max(tally.newest, createdAt);
}

/** Adds the tally of a list; `costOf` returns the cost of megabytes in its source, or null if it is not known. */
function add(sum: GroupSum, tally: Tally, costOf: (megabytes: number) => number | null): void {
  sum.count += tally.count;
  sum.unknownSizes += tally.unknownSizes;
  sum.megabytes += tally.megabytes;
  sum.paid += tally.paid;
  sum.oldest = Math.min(sum.oldest, tally.oldest);
  sum.newest = Math.max(sum.newest, tally.newest);
  const cost = costOf(tally.paidMegabytes);
  sum.cost += cost ?? 0;
  sum.unknownCosts += cost === null ? tally.paid : tally.paidUnknownSizes;
}

function toGroup(sum: GroupSum, dimensions: readonly SnapshotDimension[], currency: string | undefined): SnapshotGroup {
  return {
    keys: dimensions.map((dimension, index) => ({ dimension, value: sum.values[index] ?? null })),
    count: sum.count,
    totalMegabytes: sumOfKnown(sum.megabytes, sum.count, sum.unknownSizes),
    unknownSizeCount: sum.unknownSizes,
    oldestAt: sum.oldest === Infinity ? null : new Date(sum.oldest),
    newestAt: sum.newest === -Infinity ? null : new Date(sum.newest),
    monthlyCost:
      currency === undefined
        ? null
        : {
            currency,
            amount: sumOfKnown(sum.cost, sum.paid, sum.unknownCosts),
            unknownCount: sum.unknownCosts,
          },
  };
}

/** Returns a sum, or null if none of its parts is known, because 0 would be a claim; nothing adds up to 0. */
function sumOfKnown(sum: number, count: number, unknown: number): number | null {
  return count > 0 && unknown === count ? null : sum;
}
