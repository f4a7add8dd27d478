import { AsyncLocalStorage } from 'node:async_hooks';
import { isClockSkewCorrectedError, isClockSkewError, StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import { orAborted } from './abort.ts';
import type { Pace } from './pace.ts';
import { countThrottled } from './sent-requests.ts';
import { meaningOf } from '../fault-table.ts';
import { ProtocolError } from '../protocol/protocol.ts';

const maximumAttempts = 3;

/** The retries that each call adds to the retry budget, and the maximum of the budget. */
const retriesPerCall = 0.25;
const maximumSavings = 10;

/** The fraction of a call's timeout in which a retry can start; after that, the failure is returned. */
const timeForRetries = 0.9;

const queuers = new AsyncLocalStorage<true>();

/** Makes an SDK call that is not retried if AWS throttles it, because its caller queues it again. */
export function withoutThrottlingRetries<Output>(send: () => Output): Output {
  return queuers.run(true, send);
}

/**
 * Creates a retry strategy that never repeats a request that may have taken effect. Only a request that AWS refused
 * because of its timestamp is sent again, once, with the clock offset that the SDK took from the refusal. Slows the
 * pace down if AWS throttles.
 */
export function createUntimelyRetryStrategy(pace: Pace): RetryStrategyV2 {
  const twice = new StandardRetryStrategy(2);
  return {
    acquireInitialRetryToken: (scope) => twice.acquireInitialRetryToken(scope),
    refreshRetryTokenForRetry: async (token: StandardRetryToken, failure) => {
      const { error } = failure;
      if (isThrottling(failure)) {
        countThrottled();
        pace.slow();
      }
      if (!error || !isClockSkewError(error) || !isClockSkewCorrectedError(error))
        throw new Error('Changes are not retried.');
      return twice.refreshRetryTokenForRetry(token, failure);
    },
    recordSuccess: (token: StandardRetryToken) => twice.recordSuccess(token),
  };
}

/**
 * Creates the retry strategy for the reads of one source: the SDK's standard retries with full jitter, within the
 * timeout of a call and a retry budget, so that retries do not multiply the load on a failing source. Unlike the SDK,
 * it also retries a throttled dependency of the AWS service and, once, a successful response that cannot be parsed.
 * Slows the pace down if AWS throttles.
 */
export function createRetryStrategy(callSeconds: number, pace: Pace): RetryStrategyV2 {
  const standard = new StandardRetryStrategy(maximumAttempts);
  /** The time until which each call can be retried, in milliseconds of `performance.now()`. */
  const ends = new WeakMap<object, number>();
  let savings = maximumSavings;
  return {
    acquireInitialRetryToken: async (scope) => {
      savings = Math.min(savings + retriesPerCall, maximumSavings);
      const token = await standard.acquireInitialRetryToken(scope);
      ends.set(token, performance.now() + callSeconds * timeForRetries * 1000);
      return token;
    },
    refreshRetryTokenForRetry: async (token: StandardRetryToken, failure) => {
      if (isThrottling(failure)) {
        countThrottled();
        if (queuers.getStore()) throw new Error('A throttled call is queued again.');
        pace.slow();
      }
      if (savings < 1) throw new Error('The retry budget is exhausted.');
      const end = ends.get(token) ?? 0;
      const left = Math.ceil(end - performance.now());
      if (left <= 0) throw new Error('The time for retries is over.');
      const ended = AbortSignal.timeout(left);
      const next = await orAborted(standard.refreshRetryTokenForRetry(token, judge(failure, token)), ended);
      ends.set(next, end);
      savings -= 1;
      return next;
    },
    recordSuccess: (token: StandardRetryToken) => standard.recordSuccess(token),
  };
}

function judge(failure: RetryErrorInfo, token: StandardRetryToken): RetryErrorInfo {
  const { error } = failure;
  if (error instanceof ProtocolError && token.getRetryCount() === 0) return { ...failure, errorType: 'TRANSIENT' };
  return isThrottling(failure) ? { ...failure, errorType: 'THROTTLING' } : failure;
}

function isThrottling({ error, errorType }: RetryErrorInfo): boolean {
  const code = error instanceof Error ? meaningOf(error)?.[0] : undefined;
  return code === 'THROTTLED' || (code === undefined && errorType === 'THROTTLING');
}
