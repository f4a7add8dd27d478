import type { AwsCredentialIdentity } from '@smithy/types';
import type { SnapgateError } from '../errors.ts';

/** How the gateway reaches AWS; what is undefined of the first two is left to the SDK's own environment and profile. */
export interface AwsSettings {
  readonly endpoint?: string | undefined;
  readonly credentials?: AwsCredentialIdentity | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<Limits>;
  readonly breaker?: Partial<BreakerSettings>;
  readonly cache?: Partial<CacheSettings>;
  /** The address of a Redis server, by which replicas share what they remember. */
  readonly redis?: string | undefined;
  /** Hears of every call that failed, its retries included, and of those that were not sent because a source is left alone. */
  readonly onFailure?: ((error: SnapgateError) => void) | undefined;
}

/** How long to wait, in seconds. */
export interface Timeouts {
  /** For all that one request asks of AWS. */
  readonly requestSeconds: number;
  /** For one call, its retries included. */
  readonly callSeconds: number;
  /** For a connection to AWS. */
  readonly connectionSeconds: number;
}

/** What one source may be asked. */
export interface Limits {
  /** Calls under way at the same time. */
  readonly concurrency: number;
  /** Calls begun in one second; undefined sets no bound. */
  readonly callsPerSecond?: number | undefined;
  /** Reads that wait their turn; those beyond are refused. */
  readonly waiting: number;
}

/** When a source that fails is left alone. */
export interface BreakerSettings {
  /** Failures in a row. */
  readonly failures: number;
  /** Seconds until it is tried again. */
  readonly retrySeconds: number;
}

/** What is remembered of AWS's answers. */
export interface CacheSettings {
  /** Seconds; 0 remembers nothing. */
  readonly ageSeconds: number;
  /** Megabytes of all answers together. */
  readonly megabytes: number;
}

/** What holds where nothing is configured. */
export const defaultSettings = {
  timeouts: { requestSeconds: 10, callSeconds: 5, connectionSeconds: 1 },
  limits: { concurrency: 8, waiting: 1000 },
  breaker: { failures: 5, retrySeconds: 2 },
  cache: { ageSeconds: 5, megabytes: 64 },
};

export interface CompleteSettings extends AwsSettings {
  readonly timeouts: Timeouts;
  readonly limits: Limits;
  readonly breaker: BreakerSettings;
  readonly cache: CacheSettings;
}

/** Adds what is left out. */
export function completeSettings(settings: AwsSettings): CompleteSettings {
  return {
    ...settings,
    timeouts: { ...defaultSettings.timeouts, ...settings.timeouts },
    limits: { ...defaultSettings.limits, ...settings.limits },
    breaker: { ...defaultSettings.breaker, ...settings.breaker },
    cache: { ...defaultSettings.cache, ...settings.cache },
  };
}
