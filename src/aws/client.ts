import type { Logger } from '@smithy/types';
import { ConfigurationError, SnapgateError } from '../errors.ts';
import { createSharedAnswers } from '../replicas/shared-answers.ts';
import { type AnswerCache, createAnswerCache, type ShareAnswers } from './calls/answer-cache.ts';
import { createPace, type Pace } from './calls/pace.ts';
import { createRetryStrategy, createUntimelyRetryStrategy } from './calls/retries.ts';
import { countRequest } from './calls/sent-requests.ts';
import type { ConnectionReader } from './calls/source-state.ts';
import { createRoles, type Roles } from './credentials/roles.ts';
import { isOtherAccount } from './credentials/identity.ts';
import { Sha256 } from './credentials/signing.ts';
import { StrictQueryProtocol } from './protocol/protocol.ts';
import { type AwsSettings, type CompleteSettings, completeSettings } from './settings.ts';
import type { SourceAccess } from './source-access.ts';
import { createPooledTransport, createUnpooledTransport } from './transport.ts';

/** The gateway's access to AWS: the settings, roles and cache that all sources share. */
export interface Aws {
  readonly settings: CompleteSettings;
  readonly roles: Roles;
  readonly answers: AnswerCache;
  /** The readers of the state of every connection, which each connection adds to. */
  readonly connections: ConnectionReader[];
}

/** Creates the access to AWS, without opening a connection. */
export function createAws(settings: AwsSettings): Aws {
  const complete = completeSettings(settings);
  const { cache, redis } = complete;
  const { ageSeconds } = cache;
  const share: ShareAnswers | undefined =
    redis && ((hear) => createSharedAnswers({ url: redis.url, seal: redis.seal, ageSeconds, hear }));
  const answers = createAnswerCache(cache, share);
  return { settings: complete, roles: createRoles(complete), answers, connections: [] };
}

/**
 * Returns the options of every SDK client of the gateway. Each client has its own sockets, so that a source that hangs
 * cannot block the others, and its own retry budget.
 */
export function clientOptions({ settings, roles }: Aws, access: SourceAccess, pace = createPace()) {
  const { endpoint, timeouts } = settings;
  return {
    region: access.region,
    retryStrategy: createRetryStrategy(timeouts.callSeconds, pace),
    requestHandler: createPooledTransport(settings, countRequest),
    protocol: StrictQueryProtocol,
    logger: silent,
    cacheMiddleware: true,
    sha256: Sha256,
    credentials: roles.credentialsOf(access),
    ...(endpoint === undefined ? {} : { endpoint }),
  } as const;
}

/**
 * Returns the options that override `clientOptions` for changes: the client never repeats a request that may have taken
 * effect, sends each request on a new connection, and its role sessions have the name of the caller.
 */
export function changingOptions({ settings, roles }: Aws, access: SourceAccess, pace: Pace) {
  return {
    maxAttempts: 2,
    retryStrategy: createUntimelyRetryStrategy(pace),
    requestHandler: createUnpooledTransport(settings, settings.timeouts.callSeconds, countRequest),
    credentials: roles.changingCredentialsOf(access),
  } as const;
}

/**
 * Checks that the gateway's own credentials belong to the accounts without a role. Throws a ConfigurationError if they
 * belong to another account. If AWS STS does not respond, reports the failure: each source is checked before its use.
 */
export async function requireOwnAccounts({ roles, settings }: Aws, accesses: readonly SourceAccess[]): Promise<void> {
  const own = accesses.filter(({ role }) => role === undefined);
  const checked = await Promise.allSettled(own.map((access) => roles.credentialsOf(access)()));
  const errors = checked.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const others = errors.filter(isOtherAccount);
  if (others.length > 0) throw new ConfigurationError([...new Set(others.map(({ message }) => message))]);
  for (const error of errors) {
    if (!(error instanceof SnapgateError)) throw error;
    settings.onFailure?.(error);
  }
}

/** A logger without `info`, so that the SDK does not copy every response for its log. */
const silent = { debug: ignore, warn: ignore, error: ignore } as unknown as Logger;

function ignore(): void {}
