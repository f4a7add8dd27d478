import stringify from 'safe-stable-stringify';
import { count, createUsage, type Usage } from '../../aws/usage.ts';
import { SnapgateError, ThrottledError, UpstreamError } from '../../errors.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsQuery, largestPage, type Listing } from '../backend.ts';
import { createPages, type FullRead, type Pages, pagesFrom } from './pages.ts';
import type { ListSharing } from './packed/sharing.ts';

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
  /** Whether an AWS page was read. */
  readonly isRead: boolean;
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
  /** For how long other replicas have used the read, if it was taken from one, in milliseconds; otherwise 0. */
  readonly sharedFor: number;
  /** Whether the reading cannot be continued, so that it has to start from the first page. */
  readonly isBroken: boolean;
  /** Reads the next page, charged to the request. */
  next(payer: Usage): Promise<Progress>;
  /** Lets another replica read the list, because this one pauses. */
  pause(): void;
  /** Returns what was read so far. Later pages do not change it. */
  result(): FullRead<unknown>;
}

const goesOn: Progress = { isOver: false, isRead: true, failure: null, waitSeconds: 0 };
const waits: Progress = { isOver: false, isRead: false, failure: null, waitSeconds: 0.1 };
/** A Marker that fails this long after the first page was read can have become invalid, in milliseconds. */
const oldMarker = 60_000;

/** Creates a full read, without making a call. With `sharing`, it can be that of another replica. */
export function createReading<Row extends AwsRecord, Conditions>(
  question: FullQuestion<Row, Conditions>,
  maximumPages: number,
  sharing?: ListSharing,
): Reading {
  const { listing, source } = question;
  const list = createList(question, maximumPages);
  let endedElsewhereAt = Infinity;

  /** Takes the read of another replica, or waits for it; undefined if this replica has to read. */
  const take = async (payer: Usage): Promise<Progress | undefined> => {
    if (list.pages.length > 0) return undefined;
    const taken = await sharing?.take(payer.scope.isFresh);
    if (taken === undefined) return undefined;
    if (taken === 'WAIT') return waits;
    list.pages = pagesFrom(taken, listing.record(source));
    endedElsewhereAt = taken.endedAt.getTime();
    count(payer, 'cached');
    return { ...goesOn, isOver: true, isRead: false };
  };

  return {
    source,
    get pages() {
      return list.pages.length;
    },
    get records() {
      return list.pages.records;
    },
    get untagged() {
      return list.pages.untagged;
    },
    get bytes() {
      return list.pages.bytes;
    },
    get isEnded() {
      return list.pages.isEnded;
    },
    get sharedFor() {
      return Math.max(0, Date.now() - endedElsewhereAt);
    },
    get isBroken() {
      return list.isBroken;
    },
    next: async (payer) => {
      const taken = await take(payer);
      if (taken !== undefined) return taken;
      if (sharing === undefined) return list.next(payer);
      const progress = await sharing.hold(() => list.next(payer));
      if (list.pages.isEnded) sharing.offer(list.pages);
      else if (progress.isOver) sharing.release();
      return progress;
    },
    pause: () => sharing?.release(),
    result: () => list.pages.result(),
  };
}

/** Creates the AWS list that a reading reads. */
function createList<Row extends AwsRecord, Conditions>(
  { listing, source, query }: FullQuestion<Row, Conditions>,
  maximumPages: number,
) {
  const hasTags = (row: Row) => listing.hasTags?.(row) ?? listing.callsPerTest === 0;
  const createNone = () => createPages(maximumPages, hasTags);
  let pagesAtFailure = -1;
  const list = {
    pages: createNone(),
    isBroken: false,
    next: async (payer: Usage): Promise<Progress> => {
      try {
        await readPage(list.pages, payer);
      } catch (error) {
        if (!(error instanceof SnapgateError)) throw error;
        if (!(await startAgain(error, payer))) return afterFailure(error);
      }
      return list.pages.isEnded ? { ...goesOn, isOver: true } : goesOn;
    },
  };

  const readPage = async (of: Pages<Row>, payer: Usage) => {
    const { marker } = of;
    of.add(await listing.read(source, query, { marker, size: largestPage, isForAll: true }, unbound(payer)));
    return of;
  };

  /** Reads the first page again if the next page fails repeatedly: AWS may no longer accept its Marker. */
  const startAgain = async (failure: SnapgateError, payer: Usage): Promise<boolean> => {
    const { length, startedAt } = list.pages;
    const isRepeated = length > 0 && length === pagesAtFailure;
    const isOld = performance.now() - startedAt > oldMarker;
    if (!isRepeated || !isOld || !(failure instanceof UpstreamError)) return false;
    const again = await readPage(createNone(), payer).catch(() => undefined);
    if (again === undefined) return false;
    list.pages = again;
    pagesAtFailure = -1;
    return true;
  };

  const afterFailure = (failure: SnapgateError): Progress => {
    const { length } = list.pages;
    list.isBroken = !isPassing(failure);
    // AWS throttles for a moment: as long as pages are read between two failures, the reading waits and goes on.
    const isSlowedDown = failure instanceof ThrottledError && length > Math.max(pagesAtFailure, 0);
    pagesAtFailure = length;
    const waitSeconds = isSlowedDown ? (failure.retryAfterSeconds ?? 1) : 0;
    return { isOver: !isSlowedDown, isRead: false, failure, waitSeconds };
  };
  return list;
}

/** Whether a call can succeed later with the same Marker. */
function isPassing(failure: SnapgateError): boolean {
  if (failure instanceof UpstreamError) return !failure.isListBroken;
  return failure instanceof ThrottledError;
}

/** No time limit, client or maximum number of calls of a request ends a full read. */
function unbound(payer: Usage): Usage {
  const { isFresh, since } = payer.scope;
  return createUsage(payer, { signal: undefined, isFresh, since, isForAll: true });
}

/** Returns the name of a list: its source, operation and parameters. */
export function nameOf<Row, Conditions>({ what, source, query }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what} ${stringify(query.input)}`;
}

/** Returns the name of all lists of a source with one operation. */
export function groupOf<Row, Conditions>({ what, source }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what}`;
}
