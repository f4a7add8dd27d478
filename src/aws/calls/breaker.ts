import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { UpstreamError } from '../../errors.ts';
import type { BreakerSettings } from '../settings.ts';

/** Whether calls are sent: all of them, only a probe call, or none. */
export type BreakerState = 'closed' | 'half-open' | 'open';

/** A circuit breaker: suspends the calls to a source that fails repeatedly, except for a probe call at intervals. */
export interface Breaker {
  /** Makes the call. Throws UPSTREAM immediately, without sending the call, while calls to the source are suspended. */
  call<Output>(make: () => Promise<Output>): Promise<Output>;
  state(): BreakerState;
}

/** Creates the circuit breaker of a source; `name` identifies the source in messages. */
export function createBreaker({ failures, retrySeconds }: BreakerSettings, name: string): Breaker {
  const policy = circuitBreaker(handleWhen(isFailing), {
    halfOpenAfter: retrySeconds * 1000,
    breaker: new ConsecutiveBreaker(failures),
  });
  return {
    call: (make) =>
      policy.execute(make).catch((error: unknown) => {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new UpstreamError(
          `Calls to ${name} are suspended after consecutive failures (${failures}). Retry in ${retrySeconds} s.`,
          { cause: policy.lastFailure },
        );
      }),
    state: () =>
      policy.state === CircuitState.Closed ? 'closed' : policy.state === CircuitState.HalfOpen ? 'half-open' : 'open',
  };
}

/** Whether AWS itself failed. A refusal is not a failure, and neither is a call that its caller aborted. */
function isFailing(error: unknown): boolean {
  return error instanceof UpstreamError && error.cause !== undefined;
}
