import { LRUCache } from 'lru-cache';
import type { SharedAnswers } from '../../replicas/shared-answers.ts';
import { bytesOf } from '../protocol/protocol.ts';
import type { CacheSettings } from '../settings.ts';

/** An answer and the moment at which it was asked for. */
export interface Fetched<Output> {
  readonly output: Output;
  readonly fetchedAt: Date;
}

/**
 * What AWS answered a moment ago, by the key of the source and the question. The gateway asks with the same rights for
 * all principals, and what one of them may see of an answer is decided after it; so answers are not kept by principal.
 */
export interface AnswerCache {
  /** What this process knows. */
  get(source: string, question: string): Fetched<object> | undefined;
  /** What another replica knows; nothing, and soon, where the replicas share nothing. */
  getShared(source: string, question: string): Promise<Fetched<object> | undefined>;
  set(source: string, question: string, answer: Fetched<object>): void;
  /** Drops what was asked of a source until now, because it was changed; the other replicas hear of it. */
  forget(source: string): void;
  /** Calls `onChange` for each change of a source, whichever replica made it; one watcher for each source. */
  watch(source: string, onChange: () => void): void;
}

/** What an answer takes in memory, compared with its text. */
const growth = 3;

/** Makes shared answers, given what to do when another replica changes a source at a time. */
export type ShareAnswers = (hear: (source: string, at: number) => void) => SharedAnswers<Fetched<object>>;

/** Bounded by bytes; the longest unused answers go first. */
export function createAnswerCache({ ageSeconds, megabytes }: CacheSettings, share?: ShareAnswers): AnswerCache {
  const changedAt = new Map<string, number>();
  const watchers = new Map<string, () => void>();
  const change = (source: string, at: number) => {
    changedAt.set(source, at);
    watchers.get(source)?.();
  };
  const shared = share?.((source, at) => {
    // A replica hears of its own changes, too.
    if (changedAt.get(source) !== at) change(source, at);
  });
  const memory = new LRUCache<string, Fetched<object>>({
    ttl: (ageSeconds || 1) * 1000,
    maxSize: megabytes * 1024 * 1024,
  });
  const isCurrent = (source: string, { fetchedAt }: Fetched<object>) =>
    fetchedAt.getTime() > (changedAt.get(source) ?? 0);
  const keep = (source: string, question: string, answer: Fetched<object>, bytes: number) =>
    memory.set(`${source} ${question}`, answer, { size: Math.max(bytes, 1) * growth });
  return {
    get: (source, question) => {
      const answer = memory.get(`${source} ${question}`);
      return answer && isCurrent(source, answer) ? answer : undefined;
    },
    getShared: async (source, question) => {
      if (ageSeconds === 0) return undefined;
      const found = await shared?.get(source, question);
      if (found === undefined || !isCurrent(source, found.answer)) return undefined;
      keep(source, question, found.answer, found.bytes);
      return found.answer;
    },
    set: (source, question, answer) => {
      // What was read before a change must not be found after it.
      if (ageSeconds === 0 || !isCurrent(source, answer)) return;
      keep(source, question, answer, bytesOf(answer.output));
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
