import { LRUCache } from 'lru-cache';
import type { KnownLength } from '../lookups/known-length.ts';
import { upTo } from '../../snapshots/lazily.ts';

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
  /** Returns what is known about the pages of a list; undefined if none of it was read. */
  known(name: string): KnownLength | undefined;
  /** Returns the size of a list or, if it was not read, of the longest list of its source, or an assumed size. */
  estimate(name: string, group: string): Length;
  /** Learns the size of a list that was read to its end or, if it was not, the least number of its pages. */
  learn(name: string, group: string, read: Length & { readonly isEnded: boolean }): void;
}

const maximumLists = 20_000;
/** The assumed size of a list that was not read: an average of a fleet's sources. */
const assumed: Length = { pages: 2, records: 10, untagged: 10 };

/** Creates the sizes, with none known. */
export function createLengths(): Lengths {
  const known = new LRUCache<string, Length>(upTo(maximumLists));
  const least = new LRUCache<string, number>(upTo(maximumLists));
  return {
    known: (name) => {
      const exact = known.get(name)?.pages;
      if (exact !== undefined) return { pages: exact, isExact: true };
      const pages = least.get(name);
      return pages === undefined ? undefined : { pages, isExact: false };
    },
    estimate: (name, group) => known.get(name) ?? known.get(group) ?? assumed,
    learn: (name, group, { pages, records, untagged, isEnded }) => {
      if (!isEnded) {
        least.set(name, Math.max(pages + 1, least.get(name) ?? 0));
        return;
      }
      // A copy, because the object can be a reading, which keeps all of its records in memory.
      const length = { pages, records, untagged };
      known.set(name, length);
      if (length.records >= (known.get(group)?.records ?? 0)) known.set(group, length);
    },
  };
}
