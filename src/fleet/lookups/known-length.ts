import { LRUCache } from 'lru-cache';
import stringify from 'safe-stable-stringify';
import type { Source } from '../../snapshots/source.ts';
import { largestPage } from '../backend.ts';
import { upTo } from '../../snapshots/lazily.ts';

/** What is known about the length of an AWS list without calling AWS. */
export interface KnownLength {
  /** The number of pages of 100 records: at least, or exactly when the list was last read to its end. */
  readonly pages: number;
  readonly isExact: boolean;
}

/** The lengths of the lists of one AWS operation, which all requests learn from the pages that they read. */
export interface KnownLengths {
  /** Returns what is known about the list with an input, which contains no paging parameters. */
  of(source: Source, input: object): KnownLength | undefined;
  /** Learns from a page of a list: its input, and the Marker of the next page, which is falsy at the end of the list. */
  learn(source: Source, input: PageInput, next: string | undefined): void;
}

/** The input of a page: the paging parameters of AWS, and others. */
interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

interface Progress {
  readonly known: KnownLength;
  /** The Marker of the page that follows the last one that was read, and the number of records before it. */
  readonly next: string | undefined;
  readonly position: number;
}

const maximumLists = 20_000;

/** Creates the lengths, with none known. */
export function createKnownLengths(): KnownLengths {
  const lists = new LRUCache<string, Progress>(upTo(maximumLists));
  return {
    of: (source, input) => lists.peek(keyOf(source, input))?.known,
    learn: (source, { Marker: marker, MaxRecords: size = largestPage, ...input }, next) => {
      const list = keyOf(source, input);
      const before = lists.get(list);
      const start = marker === undefined ? 0 : before?.next === marker ? before.position : undefined;
      // The position of a page that does not follow the last one is unknown.
      if (start === undefined) return;
      const position = start + size;
      lists.set(list, { known: knownAfter(before?.known, position, Boolean(next)), next, position });
    },
  };
}

function keyOf({ key }: Source, input: object): string {
  return `${key} ${stringify(input)}`;
}

function knownAfter(before: KnownLength | undefined, records: number, goesOn: boolean): KnownLength {
  if (!goesOn) return { pages: Math.ceil(records / largestPage), isExact: true };
  const pages = Math.floor(records / largestPage) + 1;
  return before && before.pages >= pages ? before : { pages, isExact: false };
}

/** The part of the calls of the lookups that a list of unknown length may cost without having found anything. */
const share = 1 / 4;

/** Whether a list that helps only in full is worth its first page. Otherwise, it was already found to be too long. */
export function isWorthExploring(known: KnownLength | undefined, lookups: number): boolean {
  return known === undefined || known.isExact || known.pages <= Math.max(1, lookups * share);
}

export interface ListCosts {
  readonly known: KnownLength | undefined;
  /** The pages of the list that were read. */
  readonly pages: number;
  /** The lookups that these pages have made unnecessary. */
  readonly found: number;
  /** The calls that all other records take without the list. */
  readonly lookups: number;
}

/**
 * Whether the rest of a list takes fewer calls than the lookups. If its length is unknown, one page is read to see what
 * it has, and the list is continued as long as it has found more than it has cost, or has cost little.
 */
export function isListCheaper({ known, pages, found, lookups }: ListCosts): boolean {
  if (known?.isExact && known.pages > pages) return known.pages - pages < lookups;
  const rest = Math.max(1, (known?.pages ?? 1) - pages);
  if (pages === 0) return lookups > 1 && rest <= Math.max(2, lookups * share) && rest <= lookups;
  return rest < lookups && (found > pages || pages + 1 <= lookups * share);
}
