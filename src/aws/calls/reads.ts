import type { MetadataBearer } from '@smithy/types';
import stringify from 'safe-stable-stringify';
import { AllowanceExceededError } from '../../errors.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import { count, isExhausted, requireWithin, type Usage } from '../usage.ts';
import type { AnswerCache, Fetched } from './answer-cache.ts';
import type { Calls, Send } from './calls.ts';
import type { Caller } from './fair-queue.ts';
import { createSharedCalls } from './shared-calls.ts';

/** An AWS read call: the operation and its input. */
export interface AwsRead {
  readonly operation: string;
  readonly input: object;
  /** Whether the call is one of many that each read a single record. */
  readonly isOfRecord?: boolean;
}

/**
 * How long responses for single records are reused at least while AWS throttles these calls, in seconds, so that
 * repeated requests for many records make progress.
 */
const throttledAgeSeconds = 120;

/** The reads of one source, answered from the cache, by a call in progress, by another replica, or by a new call. */
export interface Reads {
  /**
   * Returns a response of the cache of this process at once, and a promise of any other. Throws `notCached` instead of
   * the promise if the usage is limited to that cache.
   */
  read<Output extends MetadataBearer>(asked: AwsRead, send: Send<Output>, usage: Usage): MaybePromise<Fetched<Output>>;
  /** Prevents further reads from joining the calls in progress. */
  close(): void;
  /** Returns the number of reads that joined a call in progress since the start. */
  coalesced(): number;
}

/** Thrown by a read that is limited to the cache. A single object, because it is caught at once and never reported. */
const notCached = new Error('The response is not in the cache of this process.');

/** Returns the JSON of an input with its members in order, which is that of a flat input whose members are in order. */
function textOf(input: object): string {
  let last = '';
  for (const [name, value] of Object.entries(input)) {
    if (name < last || typeof value === 'object') return stringify(input);
    last = name;
  }
  return JSON.stringify(input);
}

/** Which responses reads can share: those of the same source that were read in the same way. */
export interface Origin {
  /** The key of the source. */
  readonly key: string;
  /** Distinguishes replicas that read the source with another role, or from another endpoint. */
  readonly reach: string;
}

/** Creates the reads of a source, which cache responses by their origin. */
export function createReads(answers: AnswerCache, { key, reach }: Origin, calls: Calls): Reads {
  const underway = createSharedCalls<Fetched<MetadataBearer>>();
  let coalesced = 0;

  const ask = createAsk(answers, key, calls);

  /** Adds a response to the basis of its request; the question determines the type of the response. */
  const record = <Output extends MetadataBearer>(
    fetched: Fetched<object>,
    text: string,
    { scope: { basis } }: Usage,
  ) => {
    if (basis) answers.addTo(basis, key, text, fetched);
    return fetched as Fetched<Output>;
  };

  const read = <Output extends MetadataBearer>(
    asked: AwsRead,
    send: Send<Output>,
    usage: Usage,
  ): MaybePromise<Fetched<Output>> => {
    const text = `${reach} ${asked.operation} ${textOf(asked.input)}`;
    const known = answers.get(key, text, usage.scope);
    if (known) return record<Output>(cached<Output>(known, usage), text, usage);
    if (usage.scope.isCachedOnly) throw notCached;
    return fetch(text, asked, send, usage);
  };

  const fetch = async <Output extends MetadataBearer>(
    text: string,
    asked: AwsRead,
    send: Send<Output>,
    usage: Usage,
  ): Promise<Fetched<Output>> => {
    const { operation } = asked;
    const { signal, basis } = usage.scope;
    const fail = (error: unknown): never => {
      basis?.refuse();
      const isEnd = signal?.aborted && error === signal.reason;
      throw isEnd ? calls.translateEnd(error, operation) : calls.translate(error, operation);
    };
    if (signal?.aborted) fail(signal.reason);
    const shared = underway.join(text, usage, signal);
    if (shared) {
      count(usage, 'coalesced');
      coalesced += 1;
      return shared.answer.then(
        (fetched) => record<Output>(fetched, text, usage),
        (error: unknown) => {
          // The request that started the call has used up its own calls; this request makes the call itself.
          if (isExhausted(shared.payer) && error instanceof AllowanceExceededError) return read(asked, send, usage);
          return fail(error);
        },
      );
    }
    requireWithin(usage);
    const answer = underway.begin(text, usage, signal, (...waiting) => ask(text, asked, send, usage, ...waiting));
    return answer.then((fetched) => record<Output>(fetched, text, usage), fail);
  };
  return { read, close: underway.close, coalesced: () => coalesced };
}

/** Returns the function that reads a response from the cache of another replica, or else from AWS. */
function createAsk(answers: AnswerCache, key: string, calls: Calls) {
  return async (
    text: string,
    { operation, isOfRecord }: AwsRead,
    send: Send<MetadataBearer>,
    usage: Usage,
    signal: AbortSignal,
    callers: ReadonlySet<Caller>,
  ) => {
    const { isFresh, isForAll } = usage.scope;
    const found = isFresh ? undefined : await answers.getShared(key, text);
    if (found) return cached<MetadataBearer>(found, usage);
    const [fetchedAt, startedAt] = [new Date(), performance.now()];
    const known = isForAll ? undefined : answers.last(key, text);
    const asking = { operation, send, usage, signal, callers, isOfRecord, known };
    const fetched = { output: await calls.read(asking), fetchedAt, startedAt };
    const age = isOfRecord && calls.isThrottled(operation) ? throttledAgeSeconds : 0;
    if (!isForAll) answers.set(key, text, fetched, age);
    return fetched;
  };
}

/** Counts a response of a cache; its key contains the operation, which determines the type of the response. */
function cached<Output extends MetadataBearer>(found: Fetched<object>, usage: Usage): Fetched<Output> {
  count(usage, 'cached');
  return found as Fetched<Output>;
}
