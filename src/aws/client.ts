import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Logger } from '@smithy/types';
import { type AnswerCache, createAnswerCache, type ShareAnswers } from './calls/answer-cache.ts';
import { createRoles, type Roles } from './credentials.ts';
import { StrictQueryProtocol } from './protocol/protocol.ts';
import { createRedisAnswers } from './calls/redis-answers.ts';
import { createPace, type Pace } from './calls/pace.ts';
import { createRetryStrategy, createUntimelyRetryStrategy } from './calls/retries.ts';
import { type AwsSettings, type CompleteSettings, completeSettings } from './settings.ts';

/** Where a client asks and as whom: without a role, as the gateway itself. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The gateway's ways to AWS: their settings, and what all sources share. */
export interface Aws {
  readonly settings: CompleteSettings;
  readonly roles: Roles;
  readonly answers: AnswerCache;
}

/** Opens no connection by itself. */
export function createAws(settings: AwsSettings): Aws {
  const complete = completeSettings(settings);
  const { cache, redis } = complete;
  const share: ShareAnswers = (hear) => createRedisAnswers(redis ?? '', cache.ageSeconds, hear);
  const answers = createAnswerCache(cache, redis === undefined ? undefined : share);
  return { settings: complete, roles: createRoles(complete), answers };
}

const maximumSockets = 16;

/**
 * The options that every SDK client of the gateway shares. Each client has its own sockets, so that one hung
 * source cannot starve the others, and its own budget for retries.
 */
export function clientOptions({ settings, roles }: Aws, place: Place, pace = createPace()) {
  const { endpoint, timeouts } = settings;
  const credentials = roles.credentialsOf(place) ?? settings.credentials;
  return {
    region: place.region,
    retryStrategy: createRetryStrategy(timeouts.callSeconds, pace),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: timeouts.connectionSeconds * 1000,
      requestTimeout: timeouts.callSeconds * 1000,
      throwOnRequestTimeout: true,
      socketTimeout: timeouts.callSeconds * 1000,
      httpAgent: { keepAlive: true, maxSockets: maximumSockets },
      httpsAgent: { keepAlive: true, maxSockets: maximumSockets },
    }),
    protocol: StrictQueryProtocol,
    logger: silent,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  } as const;
}

/**
 * Laid over `clientOptions`, makes a client that sends no request twice which may have had an effect, and whose
 * sessions carry the name of whoever asks.
 */
export function changingOptions({ roles }: Aws, place: Place, pace: Pace) {
  const credentials = roles.changingCredentialsOf(place);
  return {
    maxAttempts: 2,
    retryStrategy: createUntimelyRetryStrategy(pace),
    ...(credentials === undefined ? {} : { credentials }),
  } as const;
}

/** Without `info`, the SDK does not copy every answer for its log. */
const silent = { debug: ignore, warn: ignore, error: ignore } as unknown as Logger;

function ignore(): void {}
