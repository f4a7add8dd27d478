import type { ProxyEnv } from 'node:http';
import type { AwsCredentialIdentity } from '@smithy/types';
import * as z from 'zod';
import type { SnapgateError } from '../errors.ts';
import type { Seal } from '../replicas/seal.ts';
import type { AwsObserver } from './observer.ts';

const timeouts = z
  .strictObject({
    requestSeconds: z.number().positive().default(10).meta({
      description:
        'The time limit for all AWS calls of one request, in seconds. Sources that have not responded by then are reported with the error TIMED_OUT.',
    }),
    callSeconds: z.number().positive().default(5).meta({
      description: 'The time limit for one AWS call, including its retries, in seconds.',
    }),
    connectionSeconds: z.number().positive().default(1).meta({
      description: 'The time limit for opening a connection to AWS, in seconds.',
    }),
    idleSeconds: z.number().min(0.1).max(300).default(4).meta({
      description:
        'How long an idle connection to AWS is kept for further reads, in seconds. Must be less than the idle timeouts of the networks, NAT gateways and proxies between the gateway and AWS.',
    }),
  })
  .meta({ description: 'Time limits for AWS calls.' });

const limits = z
  .strictObject({
    concurrency: z.int().min(1).default(8).meta({
      description:
        'The maximum number of concurrent AWS calls per source. Calls that read the tags or sharing of one record can use three quarters of them.',
    }),
    callsPerSecond: z.int().min(1).optional().meta({
      description:
        'The maximum number of AWS calls per second and source. If omitted, the rate is limited only while AWS throttles, and the rate of calls that read the tags or sharing of one record starts at 40 per second.',
    }),
    waiting: z.int().min(1).default(1000).meta({
      description:
        'The maximum number of queued reads per source, not counting calls that read the tags or sharing of one record, which have queues of the same size, and reads that changes need, which are counted separately. Calls of the same priority are made in turn by principal. If the queue is full, the newest call of the principal with the most queued calls fails with RATE_LIMITED.',
    }),
  })
  .meta({ description: 'Limits on the AWS calls of each source. Changes are sent before reads.' });

const breaker = z
  .strictObject({
    failures: z.int().min(1).default(5).meta({
      description: 'The number of consecutive failures of a source after which the gateway stops calling it.',
    }),
    retrySeconds: z.number().positive().default(2).meta({
      description: 'The time without calls, in seconds, until one call checks whether the source has recovered.',
    }),
  })
  .meta({ description: 'The circuit breaker, which stops calling a source that fails repeatedly.' });

const cache = z
  .strictObject({
    ageSeconds: z.number().min(0).max(3600).default(5).meta({
      description:
        'How long the response to an AWS call is reused for identical calls, in seconds. 0 disables the cache. While AWS throttles the calls that read tags or sharing, their responses are reused for at least 120 seconds.',
    }),
    megabytes: z.int().min(1).default(64).meta({
      description:
        'The maximum size of the cache in memory, in megabytes. The least recently used responses are evicted first. The texts of their records, and the responses to clients that are ready to be sent again, each take at most a quarter of it in addition.',
    }),
  })
  .meta({ description: 'The cache of AWS responses. A change discards the cached responses that it may affect.' });

/** The `aws` section of the configuration file. */
export const awsSettings = z
  .strictObject({
    timeouts: timeouts.prefault({}),
    limits: limits.prefault({}),
    breaker: breaker.prefault({}),
    cache: cache.prefault({}),
  })
  .meta({ description: 'How the gateway calls AWS.' });

type Declared = Readonly<z.output<typeof awsSettings>>;

/** The time limits for AWS calls, in seconds. */
export type Timeouts = Readonly<Declared['timeouts']>;
/** The limits on the AWS calls of one source. */
export type SourceLimits = Readonly<Declared['limits']>;
/** The settings of the circuit breaker. */
export type BreakerSettings = Readonly<Declared['breaker']>;
/** The settings of the cache of AWS responses. */
export type CacheSettings = Readonly<Declared['cache']>;

/** How the gateway calls AWS. An undefined `endpoint` or `credentials` comes from the SDK's environment or profile. */
export interface AwsSettings {
  readonly endpoint?: string | undefined;
  readonly credentials?: AwsCredentialIdentity | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<SourceLimits>;
  readonly breaker?: Partial<BreakerSettings>;
  readonly cache?: Partial<CacheSettings>;
  /** The proxies for connections to AWS, in the form of the environment. An `endpoint` is called without a proxy. */
  readonly proxy?: ProxyEnv | undefined;
  /** The URL of a Redis server through which replicas share their cache, and what protects the responses in it. */
  readonly redis?: { readonly url: string; readonly seal: Seal } | undefined;
  /** Called for every call that fails after its retries, and for every call that the circuit breaker rejects. */
  readonly onFailure?: ((error: SnapgateError) => void) | undefined;
  /** Called for every response of AWS with values that cannot be read, or with records without an identifier. */
  readonly onFlaw?: ((flaw: Error) => void) | undefined;
  /** Observes every call. */
  readonly observer?: AwsObserver | undefined;
}

/** The settings, with defaults for omitted values. */
export type CompleteSettings = Omit<AwsSettings, keyof Declared> & Declared;

const defaults = awsSettings.parse({});

/** Adds the defaults of omitted settings. */
export function completeSettings(settings: AwsSettings): CompleteSettings {
  return {
    ...settings,
    timeouts: { ...defaults.timeouts, ...settings.timeouts },
    limits: { ...defaults.limits, ...settings.limits },
    breaker: { ...defaults.breaker, ...settings.breaker },
    cache: { ...defaults.cache, ...settings.cache },
  };
}
