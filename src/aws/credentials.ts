import { AsyncLocalStorage } from 'node:async_hooks';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import { toSnapgateError } from './faults.ts';
import { StrictQueryProtocol } from './protocol/protocol.ts';
import type { CompleteSettings } from './settings.ts';
import type { SourceAccess } from './source-access.ts';

type Keys = (options?: { forceRefresh?: boolean }) => Promise<AwsCredentialIdentity>;

/** Credentials of a source, as SDK clients take them; the mark tells clients not to keep them on their own. */
export type Credentials = Keys & { readonly memoized: true };

/**
 * The roles of the accounts: each is assumed once for all its sources, and again before its keys expire. For changes it
 * is assumed once for each subject too, whose name AWS then records with the change.
 */
export interface Roles {
  /** Undefined where the gateway asks as itself. */
  credentialsOf(access: SourceAccess): Credentials | undefined;
  /** As above, for whom `changing` runs a call. */
  changingCredentialsOf(access: SourceAccess): Credentials | undefined;
  /** Runs a call of the clients that change things for a subject. */
  changing<Result>(subject: string | undefined, call: () => Promise<Result>): Promise<Result>;
  /** Assumes the role of a source anew, because AWS took its keys for expired. */
  renew(access: SourceAccess, subject?: string): Promise<void>;
}

/** Keys this new are not the expired ones that a slower call was sent with. */
const newSeconds = 10;

interface RoleMemory {
  /** The keys in hand, or new ones asked for in a region. */
  keys(region: string, forceRefresh: boolean): Promise<AwsCredentialIdentity>;
  renewedAt: number;
}

/** Sessions of subjects whose keys are kept. */
const maximumSessions = 1000;

/** Assumes no role by itself. */
export function createRoles(settings: CompleteSettings): Roles {
  const memories = new LRUCache<string, RoleMemory>({ max: maximumSessions });
  const subjects = new AsyncLocalStorage<string | undefined>();
  const memoryOf = (role: string, access: SourceAccess, subject: string | undefined) => {
    const session = sessionName(subject);
    const key = JSON.stringify([role, access.externalId, session]);
    const memory =
      memories.get(key) ?? remember((region) => assumeRole(settings, role, session, { ...access, region }));
    memories.set(key, memory);
    return memory;
  };
  const credentialsFor = (access: SourceAccess, subjectOf: () => string | undefined) => {
    const { role, region } = access;
    if (role === undefined) return undefined;
    const keys: Keys = ({ forceRefresh = false } = {}) =>
      memoryOf(role, access, subjectOf()).keys(region, forceRefresh);
    return Object.assign(keys, { memoized: true as const });
  };
  return {
    credentialsOf: (access) => credentialsFor(access, () => undefined),
    changingCredentialsOf: (access) => credentialsFor(access, () => subjects.getStore()),
    changing: (subject, call) => subjects.run(subject, call),
    renew: async (access, subject) => {
      if (access.role === undefined) return;
      const memory = memoryOf(access.role, access, subject);
      if (performance.now() - memory.renewedAt < newSeconds * 1000) return;
      memory.renewedAt = performance.now();
      await memory.keys(access.region, true);
    },
  };
}

/** AWS takes 2 to 64 letters, digits and _+=,.@- and shows them in its records of what was done. */
function sessionName(subject: string | undefined): string {
  return subject === undefined ? 'snapgate' : `snapgate-${subject.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** Shares the keys of one role among all regions, while each region asks where it is, so that none needs another. */
function remember(assume: (region: string) => AwsCredentialIdentityProvider): RoleMemory {
  const providers = new Map<string, AwsCredentialIdentityProvider>();
  const assumeIn = (region: string) => {
    const provider = providers.get(region) ?? assume(region);
    providers.set(region, provider);
    return provider();
  };
  const memory = memoizeIdentityProvider<AwsCredentialIdentity>(
    async (options) => assumeIn(String(options?.['region'])),
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );
  if (memory === undefined) throw new Error('There is always a provider.');
  return { keys: (region, forceRefresh) => memory({ region, forceRefresh }), renewedAt: -Infinity };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(
  { endpoint, credentials, timeouts }: CompleteSettings,
  role: string,
  session: string,
  { account, region, externalId }: SourceAccess,
): AwsCredentialIdentityProvider {
  const assume = fromTemporaryCredentials({
    params: {
      RoleArn: role,
      RoleSessionName: session,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
    clientConfig: {
      region,
      maxAttempts: 2,
      protocol: StrictQueryProtocol,
      requestHandler: new NodeHttpHandler({
        connectionTimeout: timeouts.connectionSeconds * 1000,
        requestTimeout: (timeouts.callSeconds * 1000) / 2,
        throwOnRequestTimeout: true,
        socketTimeout: (timeouts.callSeconds * 1000) / 2,
      }),
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  });
  return (options) =>
    assume(options).catch((error: unknown) => {
      throw toSnapgateError(error, { action: 'sts:AssumeRole', account, region, isHarmless: true });
    });
}
