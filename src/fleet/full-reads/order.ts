import { snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { OrderDirection, SnapshotOrder } from '../lists/filter.ts';
import type { CursorContent } from '../paging/cursor.ts';
import type { Reports } from '../reports.ts';

/** The value that a list is ordered by; null if the record has none. */
export type OrderValue = string | number | null;

/** A position in an order: the value that the list is ordered by, and the id that breaks ties. */
export interface Rank {
  readonly value: OrderValue;
  /** Returns the id of the record, which is computed on first use. */
  id(): string;
}

/** An order over the records of all sources. Records without the value come last in both directions. */
export interface Order<Row> {
  /** Identifies the order among those of the same kind of record. */
  readonly name: string;
  readonly direction: OrderDirection;
  /** Returns the value of a record. */
  value(row: Row): OrderValue;
  /** Returns the id that breaks ties. */
  key(row: Row): string;
  /**
   * Reads the values that the records themselves lack, before `value` is called for these records. A value that cannot be
   * read is null, and is reported. Undefined if the order depends on the records alone.
   */
  readonly readValues?: (rows: readonly Row[], reports: Reports) => Promise<void>;
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
  return { name: `${field} ${direction}`, direction, value: (row) => value(row) ?? null, key: snapshotKey };
}

/** Returns a negative number if `one` comes first in a direction; 0 only for the same record. */
export function compareRanks(one: Rank, other: Rank, direction: OrderDirection): number {
  return compareValues(one.value, other.value, direction) || compareValues(one.id(), other.id(), 'ASC');
}

/** Converts a rank to the content of a cursor. */
export function toContent(rank: Rank): CursorContent {
  return [rank.value, rank.id()];
}

/** Converts the content of a cursor of an ordered list to a rank. */
export function toRank(content: CursorContent): Rank {
  const [value, id] = content as readonly [OrderValue, string];
  return { value, id: () => id };
}

/** Returns a negative number if `one` comes first, and 0 for equal values. Null comes last in both directions. */
export function compareValues(one: OrderValue, other: OrderValue, direction: OrderDirection): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other === (direction === 'ASC') ? -1 : 1;
}
