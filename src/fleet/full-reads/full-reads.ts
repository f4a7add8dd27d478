import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import stringify from 'safe-stable-stringify';
import { orAborted } from '../../aws/calls/abort.ts';
import { count, createUsage, type Terms, type Usage } from '../../aws/usage.ts';
import { UpstreamError } from '../../errors.ts';
import type { Source } from '../../graphql/source.ts';
import type { Listing, Strand } from '../backend.ts';
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
interface AwsRecord {
  readonly aws: unknown;
}

/** What to read in full; `what` keeps apart queries that differ in the operation alone. */
export interface FullQuestion<Row, Filter> {
  readonly what: 'snapshots' | 'clusters';
  readonly listing: Listing<Row, Filter>;
  readonly source: Source;
  readonly strand: Strand<Filter>;
}

/** Full reads for all requests: one for all who ask at the same time, kept for a short while. */
export interface FullReads {
  /** AWS pages of 100 records that one read takes at most. */
  readonly maximumPages: number;
  /** Rejects with what AWS answered, and keeps no failure. */
  read<Row extends AwsRecord, Filter>(question: FullQuestion<Row, Filter>, usage: Usage): Promise<FullRead<Row>>;
  /** How many AWS pages this took the last time; undefined where it was never read in full. */
  pages<Row, Filter>(question: FullQuestion<Row, Filter>): number | undefined;
  /** Drops what is known of a source, because it was changed. A read under way is answered, and not kept. */
  forget(source: Source): void;
}

export interface FullReadsOptions {
  /** Seconds that a read is kept; 0 keeps none. */
  readonly ageSeconds: number;
  /** Megabytes that all reads may keep together; the longest unused go first. */
  readonly megabytes: number;
  readonly maximumPages: number;
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
const pageSize = 100;

/**
 * Others may wait for a read, and more will ask: it is read to its end even when the one who began it has left. Pages
 * that a list has just read are not asked for again.
 */
const unbound = ({ isFresh }: Terms): Terms => ({ signal: undefined, isFresh, isKeeping: true });

/** Makes the one memory of full reads of a gateway. */
export function createFullReads({ ageSeconds, megabytes, maximumPages }: FullReadsOptions): FullReads {
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
  const changes = new Map<Source, number>();

  const forget = (source: Source) => {
    changes.set(source, (changes.get(source) ?? 0) + 1);
  };
  /** The sources that a request has had read anew, because it takes no answers of before. */
  const renewed = new WeakMap<Terms, Set<Source>>();
  const renew = (source: Source, terms: Terms) => {
    const sources = renewed.get(terms) ?? new Set();
    if (sources.has(source)) return;
    renewed.set(terms, sources.add(source));
    forget(source);
  };
  /** What each request has read, which stands for the whole request even where nothing is kept. */
  const known = new WeakMap<Terms, Set<string>>();
  const isFirst = (key: string, terms: Terms) => {
    const keys = known.get(terms) ?? new Set();
    if (keys.has(key)) return false;
    known.set(terms, keys.add(key));
    return true;
  };
  const lengths = new LRUCache<string, number>({ max: 10_000 });

  return {
    maximumPages,
    pages: (question) => lengths.get(nameOf(question)),
    read: async <Row extends AwsRecord, Filter>(question: FullQuestion<Row, Filter>, usage: Usage) => {
      const { source } = question;
      if (usage.terms.isFresh) renew(source, usage.terms);
      const name = nameOf(question);
      const status: LRUCache.Status<string, Kept, () => Promise<Kept>> = {};
      const key = `${changes.get(source) ?? 0} ${name}`;
      const reading = kept.forceFetch(key, {
        context: () => readPages(question, maximumPages, createUsage(usage, unbound(usage.terms))),
        forceRefresh: ageSeconds === 0 && isFirst(key, usage.terms),
        status,
      });
      const found = await inTime(reading, source, usage.terms);
      lengths.set(name, Math.ceil((found.read.rows.length + found.read.foreign) / pageSize) || 1);
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
  { signal }: Terms,
): Promise<Value> {
  return orAborted(reading, signal).catch((error: unknown) => {
    if (!signal?.aborted || error !== signal.reason) throw error;
    throw new UpstreamError(
      `The time of the request was over before ${service} in account ${account}, region ${region} was read in full. The reading goes on, so ask again in a moment.`,
      { code: 'TIMED_OUT', cause: error },
    );
  });
}

function nameOf<Row, Filter>({ what, source, strand }: FullQuestion<Row, Filter>): string {
  return `${source.key} ${what} ${stringify(strand.input)}`;
}

async function readPages<Row extends AwsRecord, Filter>(
  { listing, source, strand }: FullQuestion<Row, Filter>,
  maximumPages: number,
  usage: Usage,
): Promise<Kept> {
  const compactor = createCompactor();
  const rows: Row[] = [];
  let foreign = 0;
  let fetchedAt: Date | undefined;
  let marker: string | undefined;
  let pages = 0;
  do {
    const page = await listing.read(source, strand, { marker, size: pageSize, isForAll: true }, usage);
    for (const row of page.rows) {
      if (row === null) foreign += 1;
      else rows.push({ ...row, aws: compactor.compact(row.aws) });
    }
    if (fetchedAt === undefined || page.fetchedAt < fetchedAt) fetchedAt = page.fetchedAt;
    marker = page.marker;
    pages += 1;
  } while (marker && pages < maximumPages);
  return { read: { rows, foreign, fetchedAt, isWhole: !marker }, bytes: compactor.bytes() };
}
