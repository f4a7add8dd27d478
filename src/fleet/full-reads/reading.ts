import stringify from 'safe-stable-stringify';
import { createUsage, type Usage } from '../../aws/usage.ts';
import { SnapgateError, ThrottledError, UpstreamError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsQuery, largestPage, type Listing } from '../backend.ts';
import { createPages, type FullRead, type Pages } from './pages.ts';

/** What to read in full; `what` distinguishes queries with the same input but different operations. */
export interface FullQuestion<Row, Conditions> {
  readonly what: 'snapshots' | 'clusters';
  readonly listing: Listing<Row, Conditions>;
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
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
  /** The number of these records that AWS returned without their tags. */
  readonly untagged: number;
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
/** A Marker that fails this long after the first page was read can have become invalid, in milliseconds. */
const oldMarker = 60_000;

/** Creates a full read, without making a call. */
export function createReading<Row extends AwsRecord, Conditions>(
  { listing, source, query }: FullQuestion<Row, Conditions>,
  maximumPages: number,
): Reading {
  const state = { isBroken: false, pagesAtFailure: -1 };
  const hasTags = (row: Row) => listing.hasTags?.(row) ?? listing.callsPerTest === 0;
  let pages = createPages(maximumPages, hasTags);

  const readPage = async (of: Pages<Row>, payer: Usage) => {
    const { marker } = of;
    of.add(await listing.read(source, query, { marker, size: largestPage, isForAll: true }, unbound(payer)));
    return of;
  };

  /** Reads the first page again if the next page fails repeatedly: AWS may no longer accept its Marker. */
  const startAgain = async (failure: SnapgateError, payer: Usage): Promise<boolean> => {
    const isRepeated = pages.length > 0 && pages.length === state.pagesAtFailure;
    const isOld = performance.now() - pages.startedAt > oldMarker;
    if (!isRepeated || !isOld || !(failure instanceof UpstreamError)) return false;
    const again = await readPage(createPages(maximumPages, hasTags), payer).catch(() => undefined);
    if (again === undefined) return false;
    pages = again;
    state.pagesAtFailure = -1;
    return true;
  };

  const afterFailure = (failure: SnapgateError): Progress => {
    state.isBroken = !isPassing(failure);
    // AWS throttles for a moment: as long as pages are read between two failures, the reading waits and goes on.
    const isSlowedDown = failure instanceof ThrottledError && pages.length > Math.max(state.pagesAtFailure, 0);
    state.pagesAtFailure = pages.length;
    return { isOver: !isSlowedDown, failure, waitSeconds: isSlowedDown ? (failure.retryAfterSeconds ?? 1) : 0 };
  };

  return {
    source,
    get pages() {
      return pages.length;
    },
    get records() {
      return pages.records;
    },
    get untagged() {
      return pages.untagged;
    },
    get bytes() {
      return pages.bytes;
    },
    get isEnded() {
      return pages.isEnded;
    },
    get isBroken() {
      return state.isBroken;
    },
    next: async (payer) => {
      try {
        await readPage(pages, payer);
      } catch (error) {
        if (!(error instanceof SnapgateError)) throw error;
        if (!(await startAgain(error, payer))) return afterFailure(error);
      }
      return pages.isEnded ? { ...goesOn, isOver: true } : goesOn;
    },
    result: () => pages.result(),
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

/** Returns the name of a list: its source, operation and parameters. */
export function nameOf<Row, Conditions>({ what, source, query }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what} ${stringify(query.input)}`;
}

/** Returns the name of all lists of a source with one operation. */
export function groupOf<Row, Conditions>({ what, source }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what}`;
}
