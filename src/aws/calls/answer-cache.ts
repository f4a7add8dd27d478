import { LRUCache } from 'lru-cache';
import type { SharedAnswers } from '../../replicas/shared-answers.ts';
import { bytesOf } from '../protocol/protocol.ts';
import type { CacheSettings } from '../settings.ts';

/** A response of AWS, and when the call for it started. */
export interface Fetched<Output> {
  readonly output: Output;
  readonly fetchedAt: Date;
}

/**
 * A cache of AWS responses, by the key of the source and the call. It is shared by all principals: the gateway reads
 * with the same AWS permissions for every principal, and applies the grants of a principal after the cache.
 */
export interface AnswerCache {
  /** Returns the response that this process has cached. */
  get(source: string, question: string): Fetched<object> | undefined;
  /** Returns the response that another replica has cached; undefined, without waiting, if replicas share no cache. */
  getShared(source: string, question: string): Promise<Fetched<object> | undefined>;
  /** Caches a response, in this process for at least `leastSeconds`, unless the cache is disabled. */
  set(source: string, question: string, answer: Fetched<object>, leastSeconds?: number): void;
  /** Discards all responses of a source, because the source was changed, and notifies the other replicas. */
  forget(source: string): void;
  /** Calls `onChange` for each change of a source, by any replica. A source has only one watcher. */
  watch(source: string, onChange: () => void): void;
}

/** The memory that a parsed response takes, as a multiple of the length of its text. */
const growth = 3;

/** Creates the cache that replicas share; `hear` is called with the source and time of each change by a replica. */
export type ShareAnswers = (hear: (source: string, at: number) => void) => SharedAnswers<Fetched<object>>;

/** Creates a cache with a limit in bytes, which evicts the least recently used responses first. */
export function createAnswerCache({ ageSeconds, megabytes }: CacheSettings, share?: ShareAnswers): AnswerCache {
  const changedAt = new Map<string, number>();
  const watchers = new Map<string, () => void>();
  const change = (source: string, at: number) => {
    // An earlier time must not make a response current again that was read before a later change.
    changedAt.set(source, Math.max(at, changedAt.get(source) ?? 0));
    watchers.get(source)?.();
  };
  const shared = share?.((source, at) => {
    // A replica is also notified of its own changes, and of changes in sources that only others have.
    if (changedAt.get(source) !== at && watchers.has(source)) change(source, at);
  });
  const memory = new LRUCache<string, Fetched<object>>({
    ttl: (ageSeconds || 1) * 1000,
    maxSize: megabytes * 1024 * 1024,
  });
  const isCurrent = (source: string, { fetchedAt }: Fetched<object>) =>
    fetchedAt.getTime() > (changedAt.get(source) ?? 0);
  const keep = (source: string, question: string, answer: Fetched<object>, bytes: number, milliseconds: number) =>
    memory.set(`${source} ${question}`, answer, {
      size: Math.max(bytes, 1) * growth + question.length,
      ttl: milliseconds,
    });
  return {
    get: (source, question) => {
      const answer = memory.get(`${source} ${question}`);
      return answer && isCurrent(source, answer) ? answer : undefined;
    },
    getShared: async (source, question) => {
      if (ageSeconds === 0) return undefined;
      const found = await shared?.get(source, question);
      if (found === undefined || !isCurrent(source, found.answer)) return undefined;
      // Another replica has already kept the response for a part of its age.
      const left = found.answer.fetchedAt.getTime() + ageSeconds * 1000 - Date.now();
      if (left >= 1) keep(source, question, found.answer, found.bytes, left);
      return found.answer;
    },
    set: (source, question, answer, leastSeconds = 0) => {
      // A response read before a change must not be returned after the change.
      if (ageSeconds === 0 || !isCurrent(source, answer)) return;
      keep(source, question, answer, bytesOf(answer.output), Math.max(ageSeconds, leastSeconds) * 1000);
      shared?.set(source, question, answer);
    },
    forget: (source) => {
      const now = Date.now();
      change(source, now);
      shared?.reportChange(source, now);
    },
    watch: (source, onChange) => void watchers.set(source, onChange),
  };
}
