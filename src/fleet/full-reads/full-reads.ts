import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import stringify from 'safe-stable-stringify';
import { orAborted } from '../../aws/calls/abort.ts';
import type { RequestScope } from '../../aws/request-scope.ts';
import { count, createUsage, type Usage } from '../../aws/usage.ts';
import { SnapgateError, UpstreamError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsQuery, largestPage, type Listing, pagesOf } from '../backend.ts';
import type { FullReadSettings } from '../settings.ts';
import { createCompactor } from './compactor.ts';

/** All records of one AWS query, read from the first page to the last. */
export interface FullRead<Row> {
  readonly rows: readonly Row[];
  /** The number of records of other database engines in the list. */
  readonly foreign: number;
  /** When the call for the oldest page started. */
  readonly fetchedAt: Date;
  /** False if the list has more pages than the maximum, or if it failed. */
  readonly isWhole: boolean;
  /** Why records are missing. */
  readonly flaw?: UpstreamError | undefined;
}

/** The records that were read, and the error that ended the list early, if any. */
export interface SomeRead<Row> extends FullRead<Row> {
  readonly failure: SnapgateError | null;
}

/** A record with the data of AWS inside it. */
interface AwsRow {
  readonly aws: unknown;
}

/** What to read in full; `what` distinguishes queries with the same input but different operations. */
export interface FullQuestion<Row, Conditions> {
  readonly what: 'snapshots' | 'clusters';
  readonly listing: Listing<Row, Conditions>;
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
}

/** Full reads for all requests: concurrent requests share a read, and its result is cached for a short time. */
export interface FullReads {
  /** The maximum number of AWS pages, of 100 records each, of one full read. */
  readonly maximumPages: number;
  /** Reads all records, or returns a cached read. Rejects with the error of AWS; failures are not cached. */
  read<Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage): Promise<FullRead<Row>>;
  /** Like `read`, but if AWS fails after the first page, returns the records that were read. These are not cached. */
  readSome<Row extends AwsRow, Conditions>(
    question: FullQuestion<Row, Conditions>,
    usage: Usage,
  ): Promise<SomeRead<Row>>;
  /** Returns the number of AWS pages of the last full read; undefined if there was none. */
  pages<Row, Conditions>(question: FullQuestion<Row, Conditions>): number | undefined;
  /** Discards the cached reads of a source, because it was changed. A read in progress is returned, but not cached. */
  forget(source: Source): void;
}

interface Kept {
  readonly read: FullRead<unknown>;
  readonly bytes: number;
}

/** Rejects a full read that failed after its first page, so that it is not cached. */
class InterruptedRead extends Error {
  readonly read: FullRead<unknown>;
  readonly failure: SnapgateError;

  constructor(read: FullRead<unknown>, failure: SnapgateError) {
    super('The full read was interrupted.', { cause: failure });
    this.read = read;
    this.failure = failure;
  }
}

/**
 * The number of sources read concurrently, each page by page, because a Marker is needed for the next page. With more,
 * reads would wait for the CPU and delay other work.
 */
const concurrency = 32;

/**
 * A read is finished even if its requester leaves: others may be waiting, and the result is cached. Pages that a list
 * has just read come from the cache.
 */
const unbound = ({ isFresh }: RequestScope): RequestScope => ({ signal: undefined, isFresh, isKeeping: true });

/** Creates the full reads of a gateway, with one cache for all requests. */
export function createFullReads({ ageSeconds, megabytes, maximumPages }: FullReadSettings): FullReads {
  const queue = new PQueue({ concurrency });
  const kept = new LRUCache<string, Kept, () => Promise<Kept>>({
    maxSize: megabytes * 1024 * 1024,
    sizeCalculation: ({ bytes }) => bytes,
    ttl: Math.max(ageSeconds, 1) * 1000,
    ttlAutopurge: true,
    fetchMethod: (_key, _stale, { context }) => queue.add(context),
    ignoreFetchAbort: true,
  });
  /** How often each source was invalidated. The count is part of the key, so that earlier reads are no longer found. */
  const changes = new Map<string, number>();

  const forget = ({ key }: Source) => {
    changes.set(key, (changes.get(key) ?? 0) + 1);
  };
  /** The sources that each request has invalidated because it bypasses the cache. */
  const renewed = new WeakMap<RequestScope, Set<string>>();
  const renew = (source: Source, scope: RequestScope) => {
    const keys = renewed.get(scope) ?? new Set();
    if (keys.has(source.key)) return;
    renewed.set(scope, keys.add(source.key));
    forget(source);
  };
  const isFirst = createFirsts();
  const lengths = new LRUCache<string, number>({ max: 10_000 });

  const read = async <Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage) => {
    const { source } = question;
    if (usage.scope.isFresh) renew(source, usage.scope);
    const name = nameOf(question);
    const status: LRUCache.Status<string, Kept, () => Promise<Kept>> = {};
    const key = `${changes.get(source.key) ?? 0} ${name}`;
    const reading = kept.forceFetch(key, {
      context: () => readPages(question, maximumPages, createUsage(usage, unbound(usage.scope))),
      forceRefresh: ageSeconds === 0 && isFirst(key, usage.scope),
      status,
    });
    const found = await inTime(reading, source, usage.scope);
    lengths.set(name, Math.ceil((found.read.rows.length + found.read.foreign) / largestPage) || 1);
    if (status.fetch === 'hit') count(usage, 'cached');
    if (status.fetch === 'inflight') count(usage, 'coalesced');
    // The key contains the operation and its parameters, which determine the type of the records.
    return found.read as FullRead<Row>;
  };

  return {
    maximumPages,
    pages: (question) => lengths.get(nameOf(question)),
    read: (question, usage) =>
      read(question, usage).catch((error: unknown) => {
        throw error instanceof InterruptedRead ? error.failure : error;
      }),
    readSome: async <Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage) => {
      try {
        return { ...(await read(question, usage)), failure: null };
      } catch (error) {
        if (!(error instanceof InterruptedRead)) throw error;
        return { ...(error.read as FullRead<Row>), failure: error.failure };
      }
    },
    forget,
  };
}

/** Remembers the full reads of each request, which are reused within it even if the cache is disabled. */
function createFirsts(): (key: string, scope: RequestScope) => boolean {
  const known = new WeakMap<RequestScope, Set<string>>();
  return (key, scope) => {
    const keys = known.get(scope) ?? new Set();
    if (keys.has(key)) return false;
    known.set(scope, keys.add(key));
    return true;
  };
}

async function inTime<Value>(
  reading: Promise<Value>,
  { service, account, region }: Source,
  { signal }: RequestScope,
): Promise<Value> {
  return orAborted(reading, signal).catch((error: unknown) => {
    if (!signal?.aborted || error !== signal.reason) throw error;
    throw new UpstreamError(
      `The request timed out before ${service} in account ${account}, region ${region} was read in full. The read continues in the background: retry in a few seconds.`,
      { code: 'TIMED_OUT', cause: error },
    );
  });
}

function nameOf<Row, Conditions>({ what, source, query }: FullQuestion<Row, Conditions>): string {
  return `${source.key} ${what} ${stringify(query.input)}`;
}

async function readPages<Row extends AwsRow, Conditions>(
  { listing, source, query }: FullQuestion<Row, Conditions>,
  maximumPages: number,
  usage: Usage,
): Promise<Kept> {
  const compactor = createCompactor();
  const rows: Row[] = [];
  let foreign = 0;
  let fetchedAt = new Date();
  let isWhole = false;
  let flaw: UpstreamError | undefined;
  const read = (marker: string | undefined) =>
    listing.read(source, query, { marker, size: largestPage, isForAll: true }, usage);
  let pages = 0;
  try {
    for await (const page of pagesOf(read, maximumPages)) {
      const own = page.rows.filter((row) => row !== null);
      rows.push(...own.map((row) => ({ ...row, aws: compactor.compact(row.aws) })));
      foreign += page.rows.length - own.length;
      if (page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
      isWhole = !page.marker;
      flaw ??= page.flaw;
      pages += 1;
    }
  } catch (error) {
    if (pages === 0 || !(error instanceof SnapgateError)) throw error;
    throw new InterruptedRead({ rows, foreign, fetchedAt, isWhole, flaw }, error);
  }
  return { read: { rows, foreign, fetchedAt, isWhole, flaw }, bytes: compactor.bytes() };
}
