import type { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Basis } from '../../aws/calls/basis.ts';
import type { Usage } from '../../aws/usage.ts';
import type { Keepability } from './keepability.ts';

/** A response that is ready to be sent again. */
export interface ReadyResponse {
  /** The UTF-8 JSON text of the `data` member. */
  readonly data: Buffer;
  /** The number of AWS responses that the data was made from, all of which now come from a cache. */
  readonly cachedReads: number;
  /** The compressed forms that were kept, by their names. */
  readonly compressed: ReadonlyMap<string, Buffer>;
}

/** A response that was made, and how. */
export interface MadeResponse {
  readonly data: Buffer;
  readonly errors: readonly GraphQLError[];
  readonly usage: Usage;
  readonly keepability: Keepability;
}

/** Responses that are sent again while the AWS responses that they rest on are unchanged and fresh. */
export interface ReadyResponses {
  /** Returns the response with a key, if a new response would have the same data. */
  get(key: string): ReadyResponse | undefined;
  /**
   * Notes a request without a ready response; returns whether it repeats a recent one, so that its response is worth
   * keeping: most requests of some clients are never sent again.
   */
  isRepeated(key: string): boolean;
  /**
   * Keeps a copy of a response under its key. Does nothing for a response with errors or without records that it may lack,
   * or if the scope of the request has no basis that is reusable.
   */
  set(key: string, made: MadeResponse): void;
  /** Keeps a compressed form with a response that `get` has returned, unless the response is no longer kept. */
  setCompressed(key: string, response: ReadyResponse, name: string, bytes: Buffer): void;
  state(): ReadyResponsesState;
}

/** The state of the ready responses, for metrics. */
export interface ReadyResponsesState {
  /** The approximate memory of the responses, in bytes. */
  readonly bytes: number;
  readonly entries: number;
  /** Since the start: the requests that were answered with a ready response. */
  readonly hits: number;
  /** Since the start: the lookups that found no response, or none that is still valid. */
  readonly misses: number;
  /** Since the start: the responses removed because of the memory limit. */
  readonly evictions: number;
}

export interface ReadyOptions {
  /** The maximum memory of the responses. */
  readonly megabytes: number;
  /** Returns the time of AWS, with which requests compare ages; real time if omitted. */
  readonly now?: (() => Date) | undefined;
}

interface Kept extends ReadyResponse {
  readonly basis: Basis;
}

const megabyte = 1024 * 1024;
/** The memory of an entry and of each source of its basis, besides its bytes. */
const bytesOf = { entry: 1000, source: 100 };

/** Creates the responses of one version of the settings, with none kept; evicts the least recently used first. */
export function createReadyResponses({ megabytes, now = () => new Date() }: ReadyOptions): ReadyResponses {
  const counts = { hits: 0, misses: 0, evictions: 0 };
  const isRepeated = createSightings();
  const kept = new LRUCache<string, Kept>({
    maxSize: Math.max(1, Math.floor(megabytes * megabyte)),
    sizeCalculation: sizeOf,
    dispose: (_response, _key, reason) => {
      if (reason === 'evict') counts.evictions += 1;
    },
  });
  return {
    get: (key) => {
      const found = kept.get(key);
      const isValid = found?.basis.isValid(now().getTime()) ?? false;
      counts[isValid ? 'hits' : 'misses'] += 1;
      if (isValid) return found;
      if (found) kept.delete(key);
      return undefined;
    },
    isRepeated,
    set: (key, made) => {
      const basis = basisOf(made);
      if (basis?.isValid(now().getTime())) kept.set(key, { ...toReady(made), basis });
    },
    setCompressed: (key, response, name, bytes) => {
      const same = kept.peek(key);
      if (same === undefined || same !== response) return;
      // The cache updates the size only of a new value.
      kept.set(key, { ...same, compressed: new Map(same.compressed).set(name, copyOf(bytes)) });
    },
    state: () => ({ bytes: kept.calculatedSize, entries: kept.size, ...counts }),
  };
}

/** Returns what a response rests on; undefined if it must not be sent to other requests, however soon. */
export function basisOf({ errors, usage: { scope, calls }, keepability }: MadeResponse): Basis | undefined {
  const isOwn = keepability.has('BY_CALLS') && calls > 0;
  return errors.length > 0 || scope.isIncomplete || isOwn ? undefined : scope.basis;
}

/** Returns a response in a form in which it can be sent again. */
export function toReady({ data, usage: { calls, coalesced, cached } }: MadeResponse): ReadyResponse {
  return { data: copyOf(data), cachedReads: calls + coalesced + cached, compressed: new Map() };
}

/** The number of keys after which the older ones are forgotten. */
const rememberedKeys = 2_000;

/** Returns the function that notes a key, and returns whether the key was noted before, among the last few thousand. */
function createSightings(): (key: string) => boolean {
  let recent = new Set<string>();
  let older = new Set<string>();
  return (key) => {
    if (recent.has(key)) return true;
    if (recent.size >= rememberedKeys) [older, recent] = [recent, new Set()];
    recent.add(key);
    return older.has(key);
  };
}

/** Copies bytes, because they can be a small part of a large buffer that is used again. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function sizeOf({ data, compressed, basis }: Kept, key: string): number {
  const compressedBytes = [...compressed.values()].reduce((sum, { length }) => sum + length, 0);
  return bytesOf.entry + 2 * key.length + data.length + compressedBytes + basis.size * bytesOf.source;
}
