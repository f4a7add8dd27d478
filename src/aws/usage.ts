import { AllowanceExceededError, type ErrorCode } from '../errors.ts';
import type { RequestScope } from './request-scope.ts';

/** The AWS calls of one request, or of a part of it: how many were made, their limits, and what the request keeps. */
export interface Usage {
  /** Calls sent to AWS, including retries. */
  calls: number;
  /** Responses shared with a call in progress of another request or field. */
  coalesced: number;
  /** Responses from a cache. */
  cached: number;
  /** The calls sent to change something, in order. */
  readonly sent: SentCall[];
  /** Clears what the request has read from AWS; called after each call that changes something. */
  readonly outdated: (() => void)[];
  /** The codes with which changes of the request failed, those of single items of a batch included. */
  readonly failures: Set<ErrorCode>;
  readonly parent: Usage | undefined;
  readonly scope: RequestScope;
  /** Charges calls that are made, or that continue, after the request's own calls were charged. */
  chargeLater?: ((calls: number) => void) | undefined;
  /** True once the calls of the request were charged; its further calls are charged one by one. */
  isSettled?: boolean;
}

/** A call sent to change something, and the response of AWS. */
export interface SentCall {
  readonly source: string;
  readonly action: string;
  readonly parameters: string;
  /** The request ID that AWS assigned, if AWS responded. */
  requestId?: string | undefined;
  /** Why the call failed, if known. */
  code?: ErrorCode | 'UNKNOWN' | undefined;
  /** Whether the call changed something, if its response does not say so: AWS was read back, or refused every item. */
  isDone?: boolean;
}

/** Whether a sent call changed something, as far as is known. */
export function tookEffect({ code, isDone = code === undefined }: SentCall): boolean {
  return isDone;
}

/** Creates a counter at zero. Its calls are also counted by the parent, and have the limits of the parent. */
export function createUsage(
  parent?: Usage,
  scope: RequestScope = parent?.scope ?? { signal: undefined, isFresh: false },
): Usage {
  const { sent = [], outdated = [], failures = new Set<ErrorCode>() } = parent ?? {};
  return { calls: 0, coalesced: 0, cached: 0, sent, outdated, failures, parent, scope };
}

const readBackMilliseconds = 10_000;

/**
 * Creates a part of a counter for reading back a change: with a time limit of 10 seconds of its own, however much of the
 * request's time is left, and without the cache.
 */
export function readBackUsage(usage: Usage): Usage {
  const signal = AbortSignal.timeout(readBackMilliseconds);
  return createUsage(usage, { ...usage.scope, signal, isFresh: true, isChange: true, isReadBack: true });
}

/** Clears everything that the request has read from AWS, because it changed something. */
export function forgetReads({ outdated }: Pick<Usage, 'outdated'>): void {
  for (const clear of outdated) clear();
}

/**
 * Throws ALLOWANCE_EXCEEDED if the request has made as many AWS calls as it can. Called before each call is sent, so that
 * a request never makes more.
 */
export function requireWithin(usage: Usage): void {
  const { isReadBack, isForAll } = usage.scope;
  if (isReadBack || isForAll || !isExhausted(usage)) return;
  usage.scope.basis?.refuse();
  throw new AllowanceExceededError(
    `The request has made the maximum number of AWS calls of one request (${rootOf(usage).scope.mostCalls}). Request fewer records or fields, or select fewer sources with the filter.`,
  );
}

/** Whether the request has made as many AWS calls as it can. */
export function isExhausted(usage: Usage): boolean {
  const { calls, scope } = rootOf(usage);
  return scope.mostCalls !== undefined && calls >= scope.mostCalls;
}

function rootOf(usage: Usage): Usage {
  return usage.parent === undefined ? usage : rootOf(usage.parent);
}

/**
 * Adds to a counter and all of its parents. Calls that are made for all requests, and calls after the request was
 * charged, are charged to its principal without being calls of the request, once it cannot make more or has ended.
 */
export function count(usage: Usage, what: 'calls' | 'coalesced' | 'cached', amount = 1): void {
  const root = rootOf(usage);
  const isLate = root.isSettled || (usage.scope.isForAll && isExhausted(usage));
  if (what === 'calls' && isLate) root.chargeLater?.(amount);
  else for (let at: Usage | undefined = usage; at !== undefined; at = at.parent) at[what] += amount;
}
