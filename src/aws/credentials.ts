import { AsyncLocalStorage } from 'node:async_hooks';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import { toSnapgateError } from './faults.ts';
import { createIdentities } from './identity.ts';
import type { CompleteSettings } from './settings.ts';
import type { SourceAccess } from './source-access.ts';
import { createStsRequestHandler, stsOptions } from './sts.ts';

type Keys = (options?: { forceRefresh?: boolean }) => Promise<AwsCredentialIdentity>;

/** The credentials of a source, as SDK clients accept them; with `memoized`, a client does not cache them itself. */
export type Credentials = Keys & { readonly memoized: true };

/**
 * The roles of the accounts. Each role is assumed once for all sources of an account, and again before its keys expire.
 * For changes, the role is also assumed once for each subject, so that AWS records the subject with the change. A source
 * without a role has the gateway's own credentials, which are provided only if they belong to the account of the source.
 */
export interface Roles {
  /** Returns the credentials for reads. They reject with FORBIDDEN if they belong to another account. */
  credentialsOf(access: SourceAccess): Credentials;
  /** Returns the credentials for changes, for the subject for which `changing` runs a call. */
  changingCredentialsOf(access: SourceAccess): Credentials;
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
  const ownCredentialsFor = createOwnCredentials(settings);
  const credentialsFor = (access: SourceAccess, subjectOf: () => string | undefined) => {
    const { role, region } = access;
    if (role === undefined) return ownCredentialsFor(access);
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

/** Shares keys among all regions; each region calls its own AWS STS, so that no region needs another. */
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

/** Creates the gateway's own credentials, which are the same for all sources, with the check that each source needs. */
function createOwnCredentials(settings: CompleteSettings): (access: SourceAccess) => Credentials {
  const { credentials } = settings;
  const identities = createIdentities(settings);
  const inRegion = (region: string) => {
    const requestHandler = createStsRequestHandler(settings);
    // AWS IAM Identity Center has its own region, and ignores the options of the parent client.
    return fromNodeProviderChain({ clientConfig: { requestHandler }, parentClientConfig: { region, requestHandler } });
  };
  const memory = remember(credentials === undefined ? inRegion : () => async () => credentials);
  return (access) => {
    const { account, region } = access;
    const keys: Keys = async ({ forceRefresh = false } = {}) => {
      const own = await memory.keys(region, forceRefresh).catch((error: unknown) => {
        throw toSnapgateError(error, { action: 'sts:GetCallerIdentity', account, region, isHarmless: true });
      });
      await identities.requireAccount(own, access);
      return own;
    };
    return Object.assign(keys, { memoized: true as const });
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(
  settings: CompleteSettings,
  role: string,
  session: string,
  { account, region, externalId }: SourceAccess,
): AwsCredentialIdentityProvider {
  const { credentials } = settings;
  const assume = fromTemporaryCredentials({
    params: {
      RoleArn: role,
      RoleSessionName: session,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
    clientConfig: stsOptions(settings, region),
  });
  return (options) =>
    assume(options).catch((error: unknown) => {
      throw toSnapgateError(error, { action: 'sts:AssumeRole', account, region, isHarmless: true });
    });
}
