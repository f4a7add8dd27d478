import { type ErrorCode, SnapgateError } from '../errors.ts';
import type { ObservedEnd, ObservedRequest } from '../server/observation/observer.ts';

/** What became of a request: a closed set. */
export const outcomes = ['ok', 'partial', 'refused', 'failed', 'disconnected'] as const;
export type Outcome = (typeof outcomes)[number];

/** What each code means: a mistake of the client or a limit of the gateway (refused), or a failure of AWS or the gateway. */
const meanings = {
  ALLOWANCE_EXCEEDED: 'refused',
  ALREADY_EXISTS: 'refused',
  FORBIDDEN: 'refused',
  INVALID_INPUT: 'refused',
  INVALID_STATE: 'refused',
  NOT_FOUND: 'refused',
  NOT_SUPPORTED: 'refused',
  OUTCOME_UNKNOWN: 'failed',
  PRECONDITION_FAILED: 'refused',
  QUOTA_EXCEEDED: 'refused',
  RATE_LIMITED: 'refused',
  SHARING_REFUSED: 'refused',
  THROTTLED: 'failed',
  TIMED_OUT: 'failed',
  UPSTREAM: 'failed',
} as const satisfies Record<ErrorCode, Outcome>;

/** The same for the codes of GraphQL Yoga, and of requests that are rejected before GraphQL. */
const otherMeanings = {
  BAD_REQUEST: 'refused',
  GRAPHQL_PARSE_FAILED: 'refused',
  GRAPHQL_VALIDATION_FAILED: 'refused',
  INTERNAL_SERVER_ERROR: 'failed',
  OPERATION_RESOLUTION_FAILURE: 'refused',
  UNAUTHENTICATED: 'refused',
} as const satisfies Record<string, Outcome>;

const meaningOf: ReadonlyMap<string, Outcome> = new Map(Object.entries({ ...meanings, ...otherMeanings }));

/**
 * Returns what became of a request. `partial`: the response has data, and errors or incomplete lists; `refused`: the
 * gateway did not execute it, or refused its change; `failed`: the gateway or AWS failed; `disconnected`: the client did
 * not wait for the end.
 */
export function outcomeOf({ codes, hasData, isIncomplete, operation }: ObservedRequest, end: ObservedEnd): Outcome {
  if (end.isDisconnected && operation?.kind !== 'subscription') return 'disconnected';
  if (codes.size === 0 && isIncomplete) return 'partial';
  if (codes.size === 0) return (end.status ?? 200) < 400 ? 'ok' : 'refused';
  if (hasData && operation?.kind !== 'mutation') return 'partial';
  return [...codes].some((code) => meaningOf.get(code) === 'failed') ? 'failed' : 'refused';
}

/** The code that stands for all codes outside the closed set. */
const other = 'OTHER';

/** The codes of errors, for metrics: a closed set. */
export const errorCodes: ReadonlySet<string> = new Set([...meaningOf.keys(), other]);

/** Returns the code of the closed set for a code; `OTHER` if it is not in the set. */
export function closedCode(code: string): string {
  return errorCodes.has(code) ? code : other;
}

/** Whether a request has an operation, or was refused before it had one; pages and unauthenticated requests have none. */
export function hasOperation({ operation, subject, codes }: ObservedRequest): boolean {
  return operation !== undefined || (subject !== undefined && codes.size > 0);
}

/** Returns the outcome of an AWS call from the reason of its failure: its code, or `ABORTED` if its callers left. */
export function callOutcomeOf(error: unknown): ErrorCode | 'ABORTED' {
  return error instanceof SnapgateError ? error.code : 'ABORTED';
}
