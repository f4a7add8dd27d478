import type { ObservedEnd, ObservedRequest } from '../server/observation/observer.ts';

/** What became of a request: a closed set. */
export const outcomes = ['ok', 'partial', 'refused', 'failed', 'disconnected'] as const;
export type Outcome = (typeof outcomes)[number];

/** The codes of errors that are not mistakes of the client, and no limits of the gateway. */
const failures: ReadonlySet<string> = new Set([
  'INTERNAL_SERVER_ERROR',
  'OUTCOME_UNKNOWN',
  'THROTTLED',
  'TIMED_OUT',
  'UPSTREAM',
]);

/**
 * Returns what became of a request. `partial`: the response has data, and errors or incomplete lists; `refused`: the gateway did not execute
 * it, or refused its change; `failed`: the gateway or AWS failed; `disconnected`: the client did not wait for the end.
 */
export function outcomeOf({ codes, hasData, isIncomplete, operation }: ObservedRequest, end: ObservedEnd): Outcome {
  if (end.isDisconnected && operation?.kind !== 'subscription') return 'disconnected';
  if (codes.size === 0 && isIncomplete) return 'partial';
  if (codes.size === 0) return (end.status ?? 200) < 400 ? 'ok' : 'refused';
  if (hasData && operation?.kind !== 'mutation') return 'partial';
  return [...codes].some((code) => failures.has(code)) ? 'failed' : 'refused';
}
