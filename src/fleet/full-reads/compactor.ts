/** Copies records into a compact form for a long-lived cache. */
export interface Compactor {
  compact<Row>(row: Row): Row;
  /** Returns the approximate memory of the copies, in bytes. */
  bytes(): number;
}

/** The memory that V8 needs for a value in addition to its text, measured over many snapshots. */
const bytesOf = { object: 64, member: 8, date: 104, number: 16, string: 24 };

/**
 * Creates a compactor whose copies share one string for each distinct text. A string read from AWS is a slice that
 * keeps its whole page in memory, and most strings are repeated.
 */
export function createCompactor(): Compactor {
  const texts = new Map<string, string>();
  // An empty list also takes memory.
  let bytes = bytesOf.object;

  const intern = (text: string): string => {
    const same = texts.get(text);
    if (same !== undefined) return same;
    const own = Buffer.from(text).toString();
    texts.set(own, own);
    bytes += bytesOf.string + own.length;
    return own;
  };

  const copyObject = (from: object): object => {
    // A spread keeps the V8 shape, so that all copies of one kind of record share a shape.
    const to: Record<string, unknown> = { ...from };
    bytes += bytesOf.object;
    for (const key of Object.keys(to)) {
      bytes += bytesOf.member;
      to[key] = copy(to[key]);
    }
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
    return Array.isArray(value) ? value.map(copy) : copyObject(value);
  };

  return {
    compact: <Row>(row: Row) => copy(row) as Row,
    bytes: () => bytes,
  };
}
