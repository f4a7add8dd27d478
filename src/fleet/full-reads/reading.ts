import { createUsage, type Usage } from '../../aws/usage.ts';
import { SnapgateError, ThrottledError, UpstreamError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsQuery, createPageCheck, largestPage, type Listing } from '../backend.ts';
import { createCompactor } from './compactor.ts';

/** A record with the data of AWS inside it. */
export interface AwsRow {
  readonly aws: unknown;
}

/** What to read in full; `what` distinguishes queries with the same input but different operations. */
export interface FullQuestion<Row, Conditions> {
  readonly what: 'snapshots' | 'clusters';
  readonly listing: Listing<Row, Conditions>;
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
}

/** The records of one AWS query that were read so far. */
export interface FullRead<Row> {
  readonly rows: readonly Row[];
  /** The number of records of other database engines in the list. */
  readonly foreign: number;
  /** When the call for the oldest page started. */
  readonly fetchedAt: Date;
  /** True if the list was read to its end. */
  readonly isWhole: boolean;
  /** Why records are missing. */
  readonly flaw?: UpstreamError | undefined;
}

/** How a page left the reading: it goes on, it has ended, or it waits to be asked for again. */
export type Progress = {
  readonly isOver: boolean;
  readonly failure: SnapgateError | null;
  readonly waitSeconds: number;
};

/**
 * A full read of one AWS query, page by page. It belongs to no request: it is charged to the request that started or
 * continued it, but no request's limits end it. After a failure, it can be continued from its last Marker.
 */
export interface Reading {
  readonly source: Source;
  /** The number of AWS pages read so far. */
  readonly pages: number;
  /** The number of records read so far. */
  readonly records: number;
  /** The approximate memory of the records, in bytes. */
  readonly bytes: number;
  /** Whether all pages were read, or as many as the maximum. */
  readonly isEnded: boolean;
  /** Whether the reading cannot be continued, so that it has to start from the first page. */
  readonly isBroken: boolean;
  /** Reads the next page, charged to the request. */
  next(payer: Usage): Promise<Progress>;
  /** Returns what was read so far. Later pages do not change it. */
  result(): FullRead<unknown>;
}

const goesOn: Progress = { isOver: false, failure: null, waitSeconds: 0 };

/** Creates a full read, without making a call. */
export function createReading<Row extends AwsRow, Conditions>(
  { listing, source, query }: FullQuestion<Row, Conditions>,
  maximumPages: number,
): Reading {
  const compactor = createCompactor();
  const check = createPageCheck();
  const rows: Row[] = [];
  const state = { pages: 0, foreign: 0, isEnded: false, isBroken: false, pagesAtFailure: -1 };
  let marker: string | undefined;
  let fetchedAt = new Date();
  let isWhole = false;
  let flaw: UpstreamError | undefined;

  const readPage = async (payer: Usage) => {
    const page = check(await listing.read(source, query, { marker, size: largestPage, isForAll: true }, payer));
    const own = page.rows.filter((row) => row !== null);
    for (const row of own) rows.push({ ...row, aws: compactor.compact(row.aws) });
    state.foreign += page.rows.length - own.length;
    if (state.pages === 0 || page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
    flaw ??= page.flaw;
    marker = page.marker;
    state.pages += 1;
    isWhole = !marker;
    state.isEnded = isWhole || state.pages >= maximumPages;
  };

  const afterFailure = (failure: SnapgateError): Progress => {
    state.isBroken = !isPassing(failure);
    // AWS throttles for a moment: as long as pages are read between two failures, the reading waits and goes on.
    const isSlowedDown = failure instanceof ThrottledError && state.pages > Math.max(state.pagesAtFailure, 0);
    state.pagesAtFailure = state.pages;
    return { isOver: !isSlowedDown, failure, waitSeconds: isSlowedDown ? (failure.retryAfterSeconds ?? 1) : 0 };
  };

  return {
    source,
    get pages() {
      return state.pages;
    },
    get records() {
      return rows.length;
    },
    get bytes() {
      return compactor.bytes();
    },
    get isEnded() {
      return state.isEnded;
    },
    get isBroken() {
      return state.isBroken;
    },
    next: async (payer) => {
      try {
        await readPage(unbound(payer));
        return state.isEnded ? { ...goesOn, isOver: true } : goesOn;
      } catch (error) {
        if (!(error instanceof SnapgateError)) throw error;
        return afterFailure(error);
      }
    },
    result: () => ({ rows: state.isEnded ? rows : [...rows], foreign: state.foreign, fetchedAt, isWhole, flaw }),
  };
}

/** Whether a call can succeed later with the same Marker. */
function isPassing(failure: SnapgateError): boolean {
  if (failure instanceof UpstreamError) return !failure.isListBroken;
  return failure instanceof ThrottledError;
}

/** No time limit, client or maximum number of calls of a request ends a full read. */
function unbound(payer: Usage): Usage {
  return createUsage(payer, { signal: undefined, isFresh: payer.scope.isFresh, isForAll: true });
}
