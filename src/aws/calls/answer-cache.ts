import { LRUCache } from 'lru-cache';
import type { SharedAnswers } from '../../replicas/shared-answers.ts';
import type { Basis } from './basis.ts';
import { memoryOf } from '../protocol/protocol.ts';
import type { CacheSettings } from '../settings.ts';
import type { RequestScope } from '../request-scope.ts';
import type { KnownResponse } from './sent-requests.ts';
import { createSourceChanges } from './source-changes.ts';

/** A response of AWS, and when the call for it started. */
export interface Fetched<Output> {
  readonly output: Output;
  readonly fetchedAt: Date;
  /** The same time in milliseconds of `performance.now()`; undefined if another replica made the call. */
  readonly startedAt?: number;
}

/**
 * A cache of AWS responses, by the key of the source and the call. It is shared by all principals: the gateway reads
 * with the same AWS permissions for every principal, and applies the grants of a principal after the cache.
 */
export interface AnswerCache {
  /** Returns the response that this process has cached, unless it is too old for the request. */
  get(source: string, question: string, scope: CacheScope): Fetched<object> | undefined;
  /**
   * Returns the last response, which may be outdated, if this process still has it in memory; undefined if the cache is
   * disabled.
   */
  last(source: string, question: string): KnownResponse | undefined;
  /** Returns the response that another replica has cached; undefined, without waiting, if replicas share no cache. */
  getShared(source: string, question: string): Promise<Fetched<object> | undefined>;
  /**
   * Caches a response, in this process for at least `leastSeconds`. If the cache is disabled, it is kept for some seconds
   * for the queries that started before the call.
   */
  set(source: string, question: string, answer: Fetched<object>, leastSeconds?: number): void;
  /** Adds a response that was returned for a question to a basis, or refuses it if the response is not cached. */
  addTo(basis: Basis, source: string, question: string, answer: Fetched<object>): void;
  /** Discards all responses of a source, because the source was changed, and notifies the other replicas. */
  forget(source: string): void;
  /** Calls `onChange` for each change of a source, by any replica. A source has only one watcher. */
  watch(source: string, onChange: () => void): void;
  state(): AnswerCacheState;
}

/** Which responses a request uses. For a trial, a miss is not counted, because a read follows it. */
type CacheScope = Pick<RequestScope, 'isFresh' | 'since' | 'isCachedOnly'>;

/** The state of the cache, for metrics. */
export interface AnswerCacheState {
  /** The approximate memory of the cached responses, in bytes. */
  readonly bytes: number;
  readonly entries: number;
  /** Since the start: the responses returned from the memory of this process. */
  readonly hits: number;
  /** Since the start: the responses returned from the cache of another replica. */
  readonly sharedHits: number;
  /** Since the start: the lookups in the memory of this process that found no current response. */
  readonly misses: number;
  /** Since the start: the responses removed because the cache was full. */
  readonly evictions: number;
}

/** The memory of a response from another replica, as a multiple of its serialized length; measured: 1.7 to 2.1. */
const growthOfShared = 2.1;
/** How long a response is kept for the queries that started before it, if the cache is disabled. */
const secondsOfQuery = 10;
/** The memory of an entry of the cache besides its key and its response, in bytes. */
const bytesOfEntry = 600;

/** Creates the cache that replicas share; `hear` is called with the source and time of each change by a replica. */
export type ShareAnswers = (hear: (source: string, at: number) => void) => SharedAnswers<Fetched<object>>;

/** Creates a cache with a limit in bytes, which evicts the least recently used responses first. */
export function createAnswerCache({ ageSeconds, megabytes }: CacheSettings, share?: ShareAnswers): AnswerCache {
  const { versions, change, hear, isCurrent, watch } = createSourceChanges();
  const shared = share?.(hear);
  /** The number of evictions when a response of the source was last cached. */
  const knownEvictions = new Map<string, number>();
  const counts = { hits: 0, sharedHits: 0, misses: 0, evictions: 0 };
  const memory = new LRUCache<string, Fetched<object>>({
    ttl: (ageSeconds || secondsOfQuery) * 1000,
    maxSize: megabytes * 1024 * 1024,
    noDeleteOnStaleGet: true,
    dispose: (_answer, _key, reason) => {
      if (reason === 'evict') counts.evictions += 1;
    },
  });
  const keep = (source: string, question: string, answer: Fetched<object>, bytes: number, milliseconds: number) => {
    const key = `${source} ${question}`;
    const before = memory.peek(key);
    // A response that is not in memory can have been evicted, and this one replaces it.
    const isReplaced = before
      ? before !== answer && isCurrent(source, before)
      : knownEvictions.get(source) !== counts.evictions;
    // Without a cache, no response that rests on the former one is kept.
    if (isReplaced && ageSeconds > 0) versions.increase(source);
    knownEvictions.set(source, counts.evictions);
    memory.set(key, answer, { size: Math.ceil(bytes) + key.length + bytesOfEntry, ttl: milliseconds });
  };
  return {
    get: (source, question, scope) => {
      const found = memory.get(`${source} ${question}`);
      const answer = found && isUsed(found, ageSeconds, scope) && isCurrent(source, found) ? found : undefined;
      if (answer || !scope.isCachedOnly) counts[answer ? 'hits' : 'misses'] += 1;
      return answer;
    },
    last: (source, question) => {
      if (ageSeconds === 0) return undefined;
      return { output: memory.peek(`${source} ${question}`, { allowStale: true })?.output };
    },
    getShared: async (source, question) => {
      if (ageSeconds === 0) return undefined;
      const found = await shared?.get(source, question);
      if (found === undefined || !isCurrent(source, found.answer)) return undefined;
      counts.sharedHits += 1;
      // Another replica has already kept the response for a part of its age.
      const left = found.answer.fetchedAt.getTime() + ageSeconds * 1000 - Date.now();
      if (left >= 1) keep(source, question, found.answer, found.bytes * growthOfShared, left);
      return found.answer;
    },
    set: (source, question, answer, leastSeconds = 0) => {
      // A response read before a change must not be returned after the change.
      if (!isCurrent(source, answer)) return;
      const seconds = ageSeconds === 0 ? secondsOfQuery : Math.max(ageSeconds, leastSeconds);
      keep(source, question, answer, memoryOf(answer.output), seconds * 1000);
      const { output, fetchedAt } = answer;
      if (ageSeconds > 0) shared?.set(source, question, { output, fetchedAt });
    },
    addTo: (basis, source, question, answer) => {
      const key = `${source} ${question}`;
      const timeLeft = ageSeconds === 0 ? 0 : memory.getRemainingTTL(key);
      if (memory.peek(key) !== answer || !isCurrent(source, answer)) basis.refuse();
      else basis.restOn(versions.of(source), performance.now() + timeLeft);
    },
    forget: (source) => {
      const now = Date.now();
      change(source, now);
      shared?.reportChange(source, now);
    },
    watch,
    state: () => ({ bytes: memory.calculatedSize, entries: memory.size, ...counts }),
  };
}

function isUsed(
  { startedAt = -Infinity }: Fetched<object>,
  ageSeconds: number,
  { isFresh, since = Infinity }: CacheScope,
): boolean {
  return (ageSeconds > 0 && !isFresh) || startedAt >= since;
}
