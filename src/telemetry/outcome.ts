import { type ErrorCode, SnapgateError } from '../errors.ts';
import type { ObservedEnd, ObservedRequest } from '../server/observation/observer.ts';

/** What became of a request: a closed set. */
export const outcomes = ['ok', 'partial', 'refused', 'failed', 'disconnected'] as const;
export type Outcome = (typeof outcomes)[number];

/** The codes of errors that are mistakes of the client, or limits of the gateway. */
const refusals = [
  'ALLOWANCE_EXCEEDED',
  'ALREADY_EXISTS',
  'BAD_REQUEST',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INVALID_INPUT',
  'INVALID_STATE',
  'NOT_FOUND',
  'NOT_SUPPORTED',
  'OPERATION_RESOLUTION_FAILURE',
  'PRECONDITION_FAILED',
  'QUOTA_EXCEEDED',
  'RATE_LIMITED',
  'SHARING_REFUSED',
  'UNAUTHENTICATED',
];

/** The codes of errors that are not mistakes of the client, and no limits of the gateway. */
const failures: ReadonlySet<string> = new Set([
  'INTERNAL_SERVER_ERROR',
  'OUTCOME_UNKNOWN',
  'THROTTLED',
  'TIMED_OUT',
  'UPSTREAM',
]);

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
  return [...codes].some((code) => failures.has(code)) ? 'failed' : 'refused';
}

/** The code that stands for all codes outside the closed set. */
const other = 'OTHER';

/** The codes of errors, for metrics: a closed set. */
export const errorCodes: ReadonlySet<string> = new Set([...refusals, ...failures, other]);

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
