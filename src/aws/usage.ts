import { type ErrorCode, QuotaExceededError } from '../errors.ts';

/** Counts what one request, or one part of it, cost in AWS calls, and says what binds those calls. */
export interface Usage {
  /** Calls sent to AWS, retries included. */
  calls: number;
  /** Answers taken from a call that another request or field had under way. */
  coalesced: number;
  /** Answers taken from a cache. */
  cached: number;
  /** The calls that were sent to change something, in their order. */
  readonly sent: SentCall[];
  readonly parent: Usage | undefined;
  readonly terms: Terms;
}

/** A call that was to change something, and what AWS answered. */
export interface SentCall {
  readonly source: string;
  readonly action: string;
  readonly parameters: string;
  /** AWS's id of it, where an answer came. */
  requestId?: string | undefined;
  /** Why it failed, as far as its answer tells. */
  code?: ErrorCode | 'UNKNOWN' | undefined;
}

/** What binds the calls of one request; it may change until the request is executed. */
export interface Terms {
  /** Aborts, with a reason for the client, when the request's time is over or nobody waits for its answer. */
  signal: AbortSignal | undefined;
  /** Who asks; AWS records the name with what is changed. */
  readonly subject?: string;
  /** Whether answers of before the request are not good enough. */
  isFresh: boolean;
  /** Whether the request changes something, which goes before what only reads. */
  isChange?: boolean;
  /** Calls that the request may make; changes are made all the same. */
  mostCalls?: number;
  /** Set where whoever asks keeps the answers himself, so that they need not be kept twice. */
  readonly isKeeping?: boolean;
}

/** A counter at zero; what it counts is counted by its parent too, and its calls are bound as the parent's. */
export function createUsage(
  parent?: Usage,
  terms: Terms = parent?.terms ?? { signal: undefined, isFresh: false },
): Usage {
  return { calls: 0, coalesced: 0, cached: 0, sent: parent?.sent ?? [], parent, terms };
}

/** QUOTA_EXCEEDED where the request has made more calls than it may. */
export function requireWithin({ calls, parent, terms }: Usage): void {
  if (parent !== undefined) return requireWithin(parent);
  if (terms.mostCalls === undefined || calls <= terms.mostCalls) return;
  throw new QuotaExceededError(
    `The operation has made the ${terms.mostCalls} AWS calls that were announced for it. Ask for less at once.`,
  );
}

/** Adds to a counter and all above it. */
export function count(usage: Usage, what: 'calls' | 'coalesced' | 'cached', amount = 1): void {
  for (let at: Usage | undefined = usage; at !== undefined; at = at.parent) at[what] += amount;
}
