import { type ErrorCode, QuotaExceededError } from '../errors.ts';
import type { RequestScope } from './request-scope.ts';

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
  readonly scope: RequestScope;
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

/** A counter at zero; what it counts is counted by its parent too, and its calls are bound as the parent's. */
export function createUsage(
  parent?: Usage,
  scope: RequestScope = parent?.scope ?? { signal: undefined, isFresh: false },
): Usage {
  return { calls: 0, coalesced: 0, cached: 0, sent: parent?.sent ?? [], parent, scope };
}

/** QUOTA_EXCEEDED where the request has made more calls than it may. */
export function requireWithin({ calls, parent, scope }: Usage): void {
  if (parent !== undefined) return requireWithin(parent);
  if (scope.mostCalls === undefined || calls <= scope.mostCalls) return;
  throw new QuotaExceededError(
    `The operation has made the ${scope.mostCalls} AWS calls that were announced for it. Ask for less at once.`,
  );
}

/** Adds to a counter and all above it. */
export function count(usage: Usage, what: 'calls' | 'coalesced' | 'cached', amount = 1): void {
  for (let at: Usage | undefined = usage; at !== undefined; at = at.parent) at[what] += amount;
}
