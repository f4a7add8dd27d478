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

/** The credentials of a source, as SDK clients accept them; with `memoized`, a client does not cache them itself. */
export type Credentials = Keys & { readonly memoized: true };

/**
 * The roles of the accounts. Each role is assumed once for all sources of an account, and again before its keys expire.
 * For changes, the role is also assumed once for each subject, so that AWS records the subject with the change.
 */
export interface Roles {
  /** Returns the credentials for reads; undefined if no role is configured and the gateway uses its own credentials. */
  credentialsOf(access: SourceAccess): Credentials | undefined;
  /** Returns the credentials for changes, for the subject for which `changing` runs a call. */
  changingCredentialsOf(access: SourceAccess): Credentials | undefined;
  /** Runs a change for a subject. */
  changing<Result>(subject: string | undefined, call: () => Promise<Result>): Promise<Result>;
  /** Assumes the role of a source again, because AWS reported its keys as expired. */
  renew(access: SourceAccess, subject?: string): Promise<void>;
}

/** Keys newer than this many seconds are not renewed: a report of expired keys refers to the keys before them. */
const newSeconds = 10;

interface RoleMemory {
  /** Returns the current keys, or new keys from AWS STS in this region. */
  keys(region: string, forceRefresh: boolean): Promise<AwsCredentialIdentity>;
  renewedAt: number;
}

/** The maximum number of role sessions whose keys are cached. */
const maximumSessions = 1000;

/** Creates the roles, without assuming one. */
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

/** Returns a session name that AWS accepts (2 to 64 letters, digits and _+=,.@-); AWS CloudTrail records it. */
function sessionName(subject: string | undefined): string {
  return subject === undefined ? 'snapgate' : `snapgate-${subject.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** Shares the keys of a role among all regions; each region calls its own AWS STS, so that no region needs another. */
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
  if (memory === undefined) throw new Error('memoizeIdentityProvider returned no provider.');
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
