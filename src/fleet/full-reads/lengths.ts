import { LRUCache } from 'lru-cache';

/** The size of a list. */
export interface Length {
  /** The number of AWS pages. */
  readonly pages: number;
  readonly records: number;
  /** The number of records that AWS returned without their tags. */
  readonly untagged: number;
}

/** The sizes of the lists that were read, in memory. */
export interface Lengths {
  /** Returns the size of a list when it was last read; undefined if it was not. */
  of(name: string): Length | undefined;
  /** Returns the size of a list or, if it was not read, of the longest list of its source, or an assumed size. */
  estimate(name: string, group: string): Length;
  set(name: string, group: string, length: Length): void;
}

const maximumLists = 20_000;
/** The assumed size of a list that was not read: an average of a fleet's sources. */
const assumed: Length = { pages: 2, records: 10, untagged: 10 };

/** Creates the sizes, with none known. */
export function createLengths(): Lengths {
  const known = new LRUCache<string, Length>({ max: maximumLists });
  return {
    of: (name) => known.get(name),
    estimate: (name, group) => known.get(name) ?? known.get(group) ?? assumed,
    set: (name, group, { pages, records, untagged }) => {
      // A copy, because the object can be a reading, which keeps all of its records in memory.
      const length = { pages, records, untagged };
      known.set(name, length);
      if (length.records >= (known.get(group)?.records ?? 0)) known.set(group, length);
    },
  };
}
