import { snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { SnapshotOrder } from '../lists/filter.ts';
import type { CursorContent } from '../paging/cursor.ts';

/** A position in an order: what the list is ordered by, and the id that distinguishes equals. */
export interface Rank {
  readonly value: string | number | null;
  /** The id of the snapshot, or the snapshot where its id was not needed yet. */
  readonly of: string | SnapshotRecord;
}

/** One order over the snapshots of all sources. Those that lack the value come last, whatever the direction. */
export interface Order {
  rank(row: SnapshotRecord): Rank;
  /** Negative where `one` comes first; 0 only for the same snapshot. */
  compare(one: Rank, other: Rank): number;
}

const values: Record<SnapshotOrder['field'], (row: SnapshotRecord) => string | number | null | undefined> = {
  CREATED_AT: (row) => row.kind.createdAt(row)?.getTime(),
  IDENTIFIER: (row) => row.kind.identifier(row),
  CLUSTER: (row) => row.kind.clusterIdentifier(row),
  SIZE: (row) => row.kind.size(row)?.totalMegabytes,
};

/** The order that a caller asks for. */
export function createOrder({ field, direction }: SnapshotOrder): Order {
  const value = values[field];
  const sign = direction === 'ASC' ? 1 : -1;
  return {
    rank: (row) => ({ value: value(row) ?? null, of: row }),
    compare: (one, other) => {
      if (one.value === other.value) return compare(idOf(one), idOf(other));
      if (one.value === null) return 1;
      if (other.value === null) return -1;
      return sign * compare(one.value, other.value);
    },
  };
}

/** A rank as cursors carry it. */
export function toContent(rank: Rank): CursorContent {
  return [rank.value, idOf(rank)];
}

/** The reverse of `toContent`, for the content of a cursor of such a list. */
export function toRank(content: CursorContent): Rank {
  const [value, id] = content as readonly [string | number | null, string];
  return { value, of: id };
}

/** The first `count` items in order, without sorting the others. */
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

function compare(one: string | number, other: string | number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
