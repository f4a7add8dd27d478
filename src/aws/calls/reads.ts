import type { MetadataBearer } from '@smithy/types';
import stringify from 'safe-stable-stringify';
import { AllowanceExceededError } from '../../errors.ts';
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
  read<Output extends MetadataBearer>(asked: AwsRead, send: Send<Output>, usage: Usage): Promise<Fetched<Output>>;
  /** Prevents further reads from joining the calls in progress. */
  close(): void;
  /** Returns the number of reads that joined a call in progress since the start. */
  coalesced(): number;
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

  /** Reads the response from the cache of another replica, or else from AWS. */
  const ask = async (
    text: string,
    { operation, isOfRecord }: AwsRead,
    send: Send<MetadataBearer>,
    usage: Usage,
    signal: AbortSignal,
    callers: ReadonlySet<Caller>,
  ) => {
    const { isFresh, isForAll } = usage.scope;
    const found = isFresh ? undefined : await answers.getShared(key, text);
    if (found) {
      count(usage, 'cached');
      return found as Fetched<MetadataBearer>;
    }
    const fetchedAt = new Date();
    const fetched = { output: await calls.read({ operation, send, usage, signal, callers, isOfRecord }), fetchedAt };
    const age = isOfRecord && calls.isThrottled(operation) ? throttledAgeSeconds : 0;
    if (!isForAll) answers.set(key, text, fetched, age);
    return fetched;
  };

  const read = async <Output extends MetadataBearer>(
    asked: AwsRead,
    send: Send<Output>,
    usage: Usage,
  ): Promise<Fetched<Output>> => {
    const { operation, input } = asked;
    const { signal, isFresh } = usage.scope;
    const text = `${reach} ${operation} ${stringify(input)}`;
    const known = isFresh ? undefined : answers.get(key, text);
    if (known) {
      count(usage, 'cached');
      return known as Fetched<Output>;
    }
    const explain = (error: unknown) =>
      signal?.aborted && error === signal.reason
        ? calls.translateEnd(error, operation)
        : calls.translate(error, operation);
    if (signal?.aborted) throw explain(signal.reason);
    const shared = isFresh ? undefined : underway.join(text, usage, signal);
    if (shared) {
      count(usage, 'coalesced');
      coalesced += 1;
      return (shared.answer as Promise<Fetched<Output>>).catch((error: unknown) => {
        // The request that started the call has used up its own calls; this request makes the call itself.
        if (isExhausted(shared.payer) && error instanceof AllowanceExceededError) return read(asked, send, usage);
        throw explain(error);
      });
    }
    requireWithin(usage);
    const answer = underway.begin(text, usage, signal, (...waiting) => ask(text, asked, send, usage, ...waiting));
    // The text contains the operation, which determines the type of the response.
    return (answer as Promise<Fetched<Output>>).catch((error: unknown) => {
      throw explain(error);
    });
  };
  return { read, close: underway.close, coalesced: () => coalesced };
}
