import type { RequestScope } from '../../aws/request-scope.ts';
import { isExhausted, type Usage } from '../../aws/usage.ts';
import { AllowanceExceededError, type SnapgateError, UpstreamError } from '../../errors.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Run } from './run.ts';

/** How requests wait for full reads. */
export interface Waits {
  /**
   * Waits for a reading. Returns null when it has ended; its failure; TIMED_OUT if the request cannot wait longer; or
   * ALLOWANCE_EXCEEDED if the request has started the reading and can make no more calls. The reading then goes on. A
   * request that can make no more calls does not start or continue a reading. `pages` is the number of pages that are
   * enough.
   */
  wait(run: Run, usage: Usage, source: Source, pages: number): Promise<SnapgateError | null>;
}

/** Creates the waits of all requests. */
export function createWaits(): Waits {
  const signals = new WeakMap<RequestScope, AbortSignal>();
  /** All waits of a request end at the same moment, so that there is time left to answer. */
  const signalOf = (scope: RequestScope): AbortSignal | undefined => {
    const { signal, waitsUntil } = scope;
    if (waitsUntil === undefined) return signal;
    const own = signals.get(scope) ?? AbortSignal.any([timeout(waitsUntil), ...(signal ? [signal] : [])]);
    signals.set(scope, own);
    return own;
  };
  return {
    wait: async (run, usage, source, pages) => {
      if (!run.isInProgress && isExhausted(usage)) return notContinued(source, run);
      const patience = signalOf(usage.scope);
      const allowance = new AbortController();
      const signal = AbortSignal.any([allowance.signal, ...(patience ? [patience] : [])]);
      const onPage = () => {
        if (isExhausted(usage)) allowance.abort();
      };
      try {
        return await run.wait(usage, signal, { pages, onPage });
      } catch (error) {
        if (!signal.aborted || error !== signal.reason) throw error;
        return allowance.signal.aborted ? exhausted(source, run) : timedOut(source, run, error);
      }
    },
  };
}

function timeout(moment: number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, Math.ceil(moment - performance.now())));
}

function timedOut(source: Source, run: Run, cause: unknown): UpstreamError {
  return new UpstreamError(`The request timed out ${describeRest(source, run)}`, { code: 'TIMED_OUT', cause });
}

/** An estimate: how long the read takes depends on AWS, and each repetition finds more of it. */
const fewSeconds = 5;

function exhausted(source: Source, run: Run): AllowanceExceededError {
  const rest = describeRest(source, run);
  return new AllowanceExceededError(`The request made its maximum number of AWS calls ${rest}`, {
    retryAfterSeconds: run.isEvicted ? null : fewSeconds,
  });
}

function describeRest(source: Source, { reading: { pages }, isEvicted }: Run): string {
  const advice = isEvicted
    ? 'The gateway has too little memory to keep what was read: select fewer sources with the filter, or ask its operator to increase fullReads.megabytes.'
    : 'The read continues in the background: retry in a few seconds.';
  return `before ${nameOf(source)} was read in full (AWS pages read: ${pages}). ${advice}`;
}

function notContinued(source: Source, { reading: { pages } }: Run): AllowanceExceededError {
  return new AllowanceExceededError(
    `The request had made its maximum number of AWS calls before it could read ${nameOf(source)} in full (AWS pages read: ${pages}). Retry, or select fewer sources with the filter.`,
  );
}

function nameOf({ service, account, region }: Source): string {
  return `${service} in account ${account}, region ${region}`;
}
