import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import stringify from 'safe-stable-stringify';
import { orAborted } from '../../aws/calls/abort.ts';
import type { RequestScope } from '../../aws/request-scope.ts';
import { count, createUsage, type Usage } from '../../aws/usage.ts';
import { UpstreamError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import { type AwsQuery, largestPage, type Listing, pagesOf } from '../backend.ts';
import type { FullReadSettings } from '../settings.ts';
import { createCompactor } from './compactor.ts';

/** Everything that one AWS query answers, read from its first page to its last. */
export interface FullRead<Row> {
  readonly rows: readonly Row[];
  /** Records of other database engines that AWS listed among them. */
  readonly foreign: number;
  /** When its oldest page was asked for. */
  readonly fetchedAt: Date;
  /** False where there was more than the bound on pages lets read. */
  readonly isWhole: boolean;
}

/** A record with what AWS gave inside it. */
interface AwsRow {
  readonly aws: unknown;
}

/** What to read in full; `what` keeps apart queries that differ in the operation alone. */
export interface FullQuestion<Row, Conditions> {
  readonly what: 'snapshots' | 'clusters';
  readonly listing: Listing<Row, Conditions>;
  readonly source: Source;
  readonly query: AwsQuery<Conditions>;
}

/** Full reads for all requests: one for all who ask at the same time, kept for a short while. */
export interface FullReads {
  /** AWS pages of 100 records that one read takes at most. */
  readonly maximumPages: number;
  /** Rejects with what AWS answered, and keeps no failure. */
  read<Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage): Promise<FullRead<Row>>;
  /** How many AWS pages this took the last time; undefined where it was never read in full. */
  pages<Row, Conditions>(question: FullQuestion<Row, Conditions>): number | undefined;
  /** Drops what is known of a source, because it was changed. A read under way is answered, and not kept. */
  forget(source: Source): void;
}

interface Kept {
  readonly read: FullRead<unknown>;
  readonly bytes: number;
}

/**
 * Sources read at the same time, each one page after the other, as Marker demands. More would only wait for the
 * processor, and hold up what else it has to do.
 */
const concurrency = 32;

/**
 * A read is finished even if its requester leaves: others may be waiting, and the result is kept. Pages that a list has
 * just read are not asked for again.
 */
const unbound = ({ isFresh }: RequestScope): RequestScope => ({ signal: undefined, isFresh, isKeeping: true });

/** Makes the one memory of full reads of a gateway. */
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
  /** How often each source was forgotten; it stands in the key, so that nothing read before is found after. */
  const changes = new Map<string, number>();

  const forget = ({ key }: Source) => {
    changes.set(key, (changes.get(key) ?? 0) + 1);
  };
  /** The sources that a request has had read anew, because it takes no answers of before. */
  const renewed = new WeakMap<RequestScope, Set<string>>();
  const renew = (source: Source, scope: RequestScope) => {
    const keys = renewed.get(scope) ?? new Set();
    if (keys.has(source.key)) return;
    renewed.set(scope, keys.add(source.key));
    forget(source);
  };
  /** What each request has read, which stands for the whole request even where nothing is kept. */
  const known = new WeakMap<RequestScope, Set<string>>();
  const isFirst = (key: string, scope: RequestScope) => {
    const keys = known.get(scope) ?? new Set();
    if (keys.has(key)) return false;
    known.set(scope, keys.add(key));
    return true;
  };
  const lengths = new LRUCache<string, number>({ max: 10_000 });

  return {
    maximumPages,
    pages: (question) => lengths.get(nameOf(question)),
    read: async <Row extends AwsRow, Conditions>(question: FullQuestion<Row, Conditions>, usage: Usage) => {
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
      // The key names the operation and its parameters, and so the type of its records.
      return found.read as FullRead<Row>;
    },
    forget,
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
      `The time of the request was over before ${service} in account ${account}, region ${region} was read in full. The reading goes on, so ask again in a moment.`,
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
  const read = (marker: string | undefined) =>
    listing.read(source, query, { marker, size: largestPage, isForAll: true }, usage);
  for await (const page of pagesOf(read, maximumPages)) {
    for (const row of page.rows) {
      if (row === null) foreign += 1;
      else rows.push({ ...row, aws: compactor.compact(row.aws) });
    }
    if (page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
    isWhole = !page.marker;
  }
  return { read: { rows, foreign, fetchedAt, isWhole }, bytes: compactor.bytes() };
}
