import type { MaybePromise } from '../../snapshots/maybe.ts';
import { snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { OrderDirection, SnapshotOrder } from '../lists/filter.ts';
import type { CursorContent } from '../paging/cursor.ts';
import type { Reports } from '../reports.ts';

/** The value that a list is ordered by; null if the record has none. */
export type OrderValue = string | number | null;

/** A position in an order: the value that the list is ordered by, and the id that breaks ties. */
export interface Rank<Row> {
  readonly value: OrderValue;
  /** The id of the record, or the record itself if its id has not been needed yet. */
  readonly of: string | Row;
}

/** An order over the records of all sources. Records without the value come last in both directions. */
export interface Order<Row> {
  /** Returns the values of records in the same order. A value that cannot be read is null, and is reported. */
  values(rows: readonly Row[], reports: Reports): MaybePromise<readonly OrderValue[]>;
  /** Returns a negative number if `one` comes first; 0 only for the same record. */
  compare(one: Rank<Row>, other: Rank<Row>): number;
  /** Converts a rank to the content of a cursor. */
  toContent(rank: Rank<Row>): CursorContent;
}

const snapshotValues: Record<SnapshotOrder['field'], (row: SnapshotRecord) => string | number | null | undefined> = {
  CREATED_AT: (row) => row.kind.createdAt(row)?.getTime(),
  IDENTIFIER: (row) => row.kind.identifier(row),
  // Empty if AWS does not report the cluster.
  CLUSTER: (row) => row.kind.clusterIdentifier(row) || null,
  SIZE: (row) => row.kind.size(row)?.totalMegabytes,
};

/** Creates the order of snapshots that a caller requested. */
export function createSnapshotOrder({ field, direction }: SnapshotOrder): Order<SnapshotRecord> {
  const value = snapshotValues[field];
  return createOrder(direction, snapshotKey, (rows) => rows.map((row) => value(row) ?? null));
}

/** Creates an order by `values`; `key` returns the ids that break ties. */
export function createOrder<Row extends object>(
  direction: OrderDirection,
  key: (row: Row) => string,
  values: Order<Row>['values'],
): Order<Row> {
  const idOf = ({ of }: Rank<Row>) => (typeof of === 'string' ? of : key(of));
  return {
    values,
    toContent: (rank) => [rank.value, idOf(rank)],
    compare: (one, other) =>
      compareValues(one.value, other.value, direction) || compareValues(idOf(one), idOf(other), 'ASC'),
  };
}

/** Converts the content of a cursor of an ordered list to a rank. */
export function toRank(content: CursorContent): Rank<never> {
  const [value, id] = content as readonly [OrderValue, string];
  return { value, of: id };
}

/** Returns the first `count` items in order, without sorting the rest. */
export function firstInOrder<Item>(
  items: readonly Item[],
  count: number,
  compareItems: (one: Item, other: Item) => number,
): Item[] {
  const best: Item[] = [];
  for (const item of items) {
    const last = best.at(-1);
    if (best.length === count && last !== undefined && compareItems(item, last) >= 0) continue;
    const index = best.findIndex((each) => compareItems(item, each) < 0);
    best.splice(index < 0 ? best.length : index, 0, item);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Returns a negative number if `one` comes first, and 0 for equal values. Null comes last in both directions. */
export function compareValues(one: OrderValue, other: OrderValue, direction: OrderDirection): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other === (direction === 'ASC') ? -1 : 1;
}
