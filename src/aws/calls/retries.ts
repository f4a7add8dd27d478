import { isClockSkewCorrectedError, isClockSkewError, StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import { orAborted } from './abort.ts';
import type { Pace } from './pace.ts';
import { ProtocolError } from '../protocol/protocol.ts';

const maximumAttempts = 3;

/** Retries that each call earns, and how many of them can be saved. */
const retriesPerCall = 0.25;
const maximumSavings = 10;

/** The part of a call's time in which a retry may begin; after it, the failure itself is told. */
const timeForRetries = 0.9;

/**
 * Sends nothing twice that may have had an effect. Only what AWS refused for its time is sent once more, by AWS's
 * clock, which the SDK has learned from the refusal. Where AWS throttles, the pace is slowed.
 */
export function createUntimelyRetryStrategy(pace: Pace): RetryStrategyV2 {
  const twice = new StandardRetryStrategy(2);
  return {
    acquireInitialRetryToken: (scope) => twice.acquireInitialRetryToken(scope),
    refreshRetryTokenForRetry: async (token: StandardRetryToken, failure) => {
      const { error } = failure;
      if (isThrottling(failure)) pace.slow();
      if (!error || !isClockSkewError(error) || !isClockSkewCorrectedError(error)) throw new Error('Never sent twice.');
      return twice.refreshRetryTokenForRetry(token, failure);
    },
    recordSuccess: (token: StandardRetryToken) => twice.recordSuccess(token),
  };
}

/**
 * The SDK's standard retries with full jitter, for the reads of one source, within the time of a call and a budget that
 * calls earn, so that a source in trouble is not asked many times as often. It retries two things more than the SDK
 * does: a service behind AWS that throttles, and, once, an answer that says it succeeded and cannot be read.
 * Where AWS throttles, the pace is slowed.
 */
export function createRetryStrategy(callSeconds: number, pace: Pace): RetryStrategyV2 {
  const standard = new StandardRetryStrategy(maximumAttempts);
  const ends = new WeakMap<object, AbortSignal>();
  let savings = maximumSavings;
  return {
    acquireInitialRetryToken: async (scope) => {
      savings = Math.min(savings + retriesPerCall, maximumSavings);
      const token = await standard.acquireInitialRetryToken(scope);
      ends.set(token, AbortSignal.timeout(Math.ceil(callSeconds * timeForRetries * 1000)));
      return token;
    },
    refreshRetryTokenForRetry: async (token: StandardRetryToken, failure) => {
      if (isThrottling(failure)) pace.slow();
      if (savings < 1) throw new Error('The budget for retries is spent.');
      const end = ends.get(token);
      const next = await orAborted(standard.refreshRetryTokenForRetry(token, judge(failure, token)), end);
      if (end) ends.set(next, end);
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
  // https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
  const isBusyBehind = error instanceof Error && error.name === 'DependentServiceRequestThrottlingFault';
  return isBusyBehind || errorType === 'THROTTLING';
}
