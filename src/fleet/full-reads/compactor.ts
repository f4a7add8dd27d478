import { memoryOfText } from '../../aws/protocol/text-memory.ts';
import type { AwsRecord } from '../../snapshots/record.ts';

/** Copies records into a compact form for a long-lived cache. */
export interface Compactor {
  compact<Row extends AwsRecord>(row: Row): Row;
  /** Returns the approximate memory of the copies, in bytes. */
  bytes(): number;
  /** Frees the memory that only further copies need. */
  end(): void;
}

/**
 * The memory of V8, in bytes. An object has 4 places for members; the others are in a list, which grows by 3. A text also
 * takes an entry in the table of all texts.
 */
const bytesOf = { object: 56, list: 16, word: 8, array: 48, date: 104, number: 16, string: 20, entry: 40 };
const membersInside = 4;
const membersAdded = 3;

/**
 * Creates a compactor whose copies share one string for each distinct text, because most strings are repeated.
 */
export function createCompactor(): Compactor {
  const texts = new Map<string, string>();
  // An empty list also takes memory.
  let bytes = bytesOf.array;

  const intern = (text: string): string => {
    const same = texts.get(text);
    if (same !== undefined) return same;
    const own = Buffer.from(text).toString();
    texts.set(own, own);
    bytes += bytesOf.string + memoryOfText(own);
    return own;
  };

  const copyObject = (from: object): object => {
    // A spread keeps the V8 shape, so that all copies of one kind of record share a shape.
    const to: Record<string, unknown> = { ...from };
    const keys = Object.keys(to);
    bytes += sizeOfObject(keys.length);
    for (const key of keys) to[key] = copy(to[key]);
    return to;
  };

  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return intern(value);
    if (typeof value === 'number') bytes += bytesOf.number;
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) {
      bytes += bytesOf.date;
      return value;
    }
    if (!Array.isArray(value)) return copyObject(value);
    bytes += bytesOf.array + value.length * bytesOf.word;
    return value.map(copy);
  };

  return {
    compact: (row) => {
      // The object around the copy, and its place in a list.
      bytes += bytesOf.object + 2 * bytesOf.word;
      return { ...row, aws: copy(row.aws) };
    },
    bytes: () => bytes + texts.size * bytesOf.entry,
    end: () => texts.clear(),
  };
}

function sizeOfObject(members: number): number {
  const added = Math.ceil(Math.max(members - membersInside, 0) / membersAdded) * membersAdded;
  return bytesOf.object + (added > 0 ? bytesOf.list + added * bytesOf.word : 0);
}
