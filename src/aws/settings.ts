import type { AwsCredentialIdentity } from '@smithy/types';
import { z } from 'zod';
import type { SnapgateError } from '../errors.ts';

const timeouts = z
  .strictObject({
    requestSeconds: z.number().positive().default(10).meta({
      description: 'Seconds for all that one request asks of AWS. What has not come by then is reported as missing.',
    }),
    callSeconds: z.number().positive().default(5).meta({
      description: 'Seconds for one AWS call, its retries included.',
    }),
    connectionSeconds: z.number().positive().default(1).meta({
      description: 'Seconds for a connection to AWS.',
    }),
  })
  .meta({ description: 'How long AWS is waited for.' });

const limits = z
  .strictObject({
    concurrency: z.int().min(1).default(8).meta({
      description: 'AWS calls that one source has under way at the same time.',
    }),
    callsPerSecond: z.int().min(1).optional().meta({
      description: 'AWS calls that one source begins in one second; without bound if left out.',
    }),
    waiting: z.int().min(1).default(1000).meta({
      description: 'Reads that wait their turn at one source; those beyond are refused as THROTTLED.',
    }),
  })
  .meta({ description: 'What one source is asked at most. Changes go before reads.' });

const breaker = z
  .strictObject({
    failures: z.int().min(1).default(5).meta({
      description: 'Failures of one source in a row after which it is left alone.',
    }),
    retrySeconds: z.number().positive().default(2).meta({
      description: 'Seconds after which one call tries whether it is well again.',
    }),
  })
  .meta({ description: 'When a source that fails is left alone.' });

const cache = z
  .strictObject({
    ageSeconds: z.number().min(0).max(3600).default(5).meta({
      description: 'Seconds that an answer of AWS answers the same question again. 0 asks AWS each time.',
    }),
    megabytes: z.int().min(1).default(64).meta({
      description: 'Megabytes of answers to keep in memory at most; the longest unused go first.',
    }),
  })
  .meta({ description: 'What is remembered of AWS’s answers. A change drops what it may have changed.' });

/** The `aws` of the configuration file. */
export const awsSettings = z
  .strictObject({
    timeouts: timeouts.prefault({}),
    limits: limits.prefault({}),
    breaker: breaker.prefault({}),
    cache: cache.prefault({}),
  })
  .meta({ description: 'How AWS is asked.' });

type Declared = Readonly<z.output<typeof awsSettings>>;

/** How long to wait for AWS, in seconds. */
export type Timeouts = Readonly<Declared['timeouts']>;
/** What one source may be asked. */
export type SourceLimits = Readonly<Declared['limits']>;
/** When a failing source is not called. */
export type BreakerSettings = Readonly<Declared['breaker']>;
/** What is remembered of AWS's answers. */
export type CacheSettings = Readonly<Declared['cache']>;

/** How the gateway reaches AWS; what is undefined of the first two is left to the SDK's own environment and profile. */
export interface AwsSettings {
  readonly endpoint?: string | undefined;
  readonly credentials?: AwsCredentialIdentity | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<SourceLimits>;
  readonly breaker?: Partial<BreakerSettings>;
  readonly cache?: Partial<CacheSettings>;
  /** The address of a Redis server, by which replicas share what they remember. */
  readonly redis?: string | undefined;
  /** Called for every call that failed, its retries included, and for those that a failing source was not sent. */
  readonly onFailure?: ((error: SnapgateError) => void) | undefined;
}

/** The settings with the declared defaults of what is left out. */
export type CompleteSettings = Omit<AwsSettings, keyof Declared> & Declared;

const defaults = awsSettings.parse({});

/** Adds what is left out. */
export function completeSettings(settings: AwsSettings): CompleteSettings {
  return {
    ...settings,
    timeouts: { ...defaults.timeouts, ...settings.timeouts },
    limits: { ...defaults.limits, ...settings.limits },
    breaker: { ...defaults.breaker, ...settings.breaker },
    cache: { ...defaults.cache, ...settings.cache },
  };
}
