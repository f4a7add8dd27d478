import { snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { SnapshotOrder } from '../lists/filter.ts';
import type { CursorContent } from '../paging/cursor.ts';

/** A position in an order: the value that the list is ordered by, and the id that breaks ties. */
export interface Rank {
  readonly value: string | number | null;
  /** The id of the snapshot, or the snapshot itself if its id has not been needed yet. */
  readonly of: string | SnapshotRecord;
}

/** An order over the snapshots of all sources. Snapshots without the value come last in both directions. */
export interface Order {
  rank(row: SnapshotRecord): Rank;
  /** Returns a negative number if `one` comes first; 0 only for the same snapshot. */
  compare(one: Rank, other: Rank): number;
}

const values: Record<SnapshotOrder['field'], (row: SnapshotRecord) => string | number | null | undefined> = {
  CREATED_AT: (row) => row.kind.createdAt(row)?.getTime(),
  IDENTIFIER: (row) => row.kind.identifier(row),
  // Empty if AWS does not report the cluster.
  CLUSTER: (row) => row.kind.clusterIdentifier(row) || null,
  SIZE: (row) => row.kind.size(row)?.totalMegabytes,
};

/** Creates the order that a caller requested. */
export function createOrder({ field, direction }: SnapshotOrder): Order {
  const value = values[field];
  return {
    rank: (row) => ({ value: value(row) ?? null, of: row }),
    compare: (one, other) =>
      compareValues(one.value, other.value, direction) || compareValues(idOf(one), idOf(other), 'ASC'),
  };
}

/** Converts a rank to the content of a cursor. */
export function toContent(rank: Rank): CursorContent {
  return [rank.value, idOf(rank)];
}

/** Converts the content of a cursor of an ordered list to a rank. */
export function toRank(content: CursorContent): Rank {
  const [value, id] = content as readonly [string | number | null, string];
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

function idOf({ of }: Rank): string {
  return typeof of === 'string' ? of : snapshotKey(of);
}

/** Returns a negative number if `one` comes first, and 0 for equal values. Null comes last in both directions. */
export function compareValues(one: Rank['value'], other: Rank['value'], direction: SnapshotOrder['direction']): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other === (direction === 'ASC') ? -1 : 1;
}
