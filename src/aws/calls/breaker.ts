import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { UpstreamError } from '../../errors.ts';
import type { BreakerSettings } from '../settings.ts';

/** Keeps calls from a source that fails again and again, and lets one through from time to time to see. */
export interface Breaker {
  /** Makes the call; UPSTREAM at once, and nothing sent, while the source is left alone. */
  call<Output>(make: () => Promise<Output>): Promise<Output>;
}

/** `name` stands for the source in messages. */
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
          `AWS failed ${failures} times in a row in ${name}, and is left alone for ${retrySeconds} seconds.`,
          { cause: policy.lastFailure },
        );
      }),
  };
}

/** Whether AWS fails, rather than refuses; a call that its client gave up says nothing of AWS. */
function isFailing(error: unknown): boolean {
  return error instanceof UpstreamError && error.cause !== undefined;
}
