import { AsyncLocalStorage } from 'node:async_hooks';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import { ForbiddenError } from '../../errors.ts';
import { toSnapgateError } from '../faults.ts';
import type { CompleteSettings } from '../settings.ts';
import type { SourceAccess } from '../source-access.ts';
import { callSts, patienceSeconds, stsOptions } from '../sts.ts';
import { createIdentities } from './identity.ts';
import { createKeyMemory, type KeyMemory, nextEvent } from './key-memory.ts';
import { createOwnKeys, type OwnKeys } from './own-keys.ts';
import { createRegionHealth, createResponsiveness, type RegionHealth } from './regional.ts';

type Keys = () => Promise<AwsCredentialIdentity>;

/** The credentials of a source, as SDK clients accept them; with `memoized`, a client does not cache them itself. */
export type Credentials = Keys & { readonly memoized: true };

/**
 * The roles of the accounts. Each role is usually assumed once for all sources of an account, and again before its keys
 * expire. For changes, the role is also assumed once for each subject, so that AWS records the subject with the change.
 * A source without a role has the gateway's own credentials, which are provided only if they belong to the account of
 * the source.
 */
export interface Roles {
  /** Returns the credentials for reads. They reject with FORBIDDEN if they belong to another account. */
  credentialsOf(access: SourceAccess): Credentials;
  /** Returns the credentials for changes, for the subject for which `changing` runs a call. */
  changingCredentialsOf(access: SourceAccess): Credentials;
  /** Runs a change for a subject. */
  changing<Result>(subject: string | undefined, call: () => Promise<Result>): Promise<Result>;
  /**
   * Makes a call of a source. If AWS refuses its keys, requests new keys, and makes the call again, once, if there are
   * any. When AWS reports keys of a role as expired, no session of the role uses its older keys any longer.
   */
  withCurrentKeys<Result>(
    access: SourceAccess,
    subject: string | undefined,
    call: () => Promise<Result>,
  ): Promise<Result>;
}

/** For this many seconds, a role is not assumed again: a report of expired keys refers to the keys before them. */
const newSeconds = 10;

/** The maximum number of role sessions whose keys are cached. */
const maximumSessions = 1000;

/** Creates the roles, without assuming one. */
export function createRoles(settings: CompleteSettings): Roles {
  const subjects = new AsyncLocalStorage<string | undefined>();
  const own = createOwnKeys(settings);
  const ownCredentialsFor = createOwnCredentials(settings, own);
  const sessions = createSessions(settings, own);
  const credentialsFor = (access: SourceAccess, subjectOf: () => string | undefined) => {
    const { role } = access;
    if (role !== undefined) sessions.add({ ...access, role });
    const keys: Keys =
      role === undefined ? ownCredentialsFor(access) : () => sessions.keys({ ...access, role }, subjectOf());
    return Object.assign(keys, { memoized: true as const });
  };
  return {
    credentialsOf: (access) => credentialsFor(access, () => undefined),
    changingCredentialsOf: (access) => credentialsFor(access, () => subjects.getStore()),
    changing: (subject, call) => subjects.run(subject, call),
    withCurrentKeys: (access, subject, call) => {
      const { role, region } = access;
      return role === undefined
        ? repeated(call, (error, since) => own.replace(error, region, since))
        : repeated(call, (error, since) => sessions.replace({ ...access, role }, subject, error, since));
    },
  };
}

/** Makes a call, and again if it fails and `replace` has replaced its keys since the call started. */
async function repeated<Result>(
  call: () => Promise<Result>,
  replace: (error: unknown, since: number) => Promise<boolean>,
): Promise<Result> {
  const since = nextEvent();
  try {
    return await call();
  } catch (error) {
    if (!(await replace(error, since))) throw error;
    return call();
  }
}

type RoleAccess = SourceAccess & { readonly role: string };

/** What all sessions of a role share. */
interface Role {
  /** When AWS last reported keys of the role as expired, in the order of `nextEvent`: older keys are not used. */
  expiredAt: number;
  /** The same, in milliseconds of `performance.now()`. */
  expiredTime: number;
  /** The regions of the sources that have the role. */
  readonly regions: Set<string>;
  readonly health: RegionHealth;
}

/** Creates the sessions of all roles: one for reads, and one for the changes of each subject. */
function createSessions(settings: CompleteSettings, own: OwnKeys) {
  const patience = patienceSeconds(settings.timeouts);
  const memories = new LRUCache<string, KeyMemory>({ max: maximumSessions });
  const roles = new Map<string, Role>();
  const responsiveness = createResponsiveness();
  const roleOf = ({ role: arn, externalId, region }: RoleAccess): readonly [key: string, role: Role] => {
    const key = JSON.stringify([arn, externalId]);
    const regions = roles.get(key)?.regions ?? new Set();
    const role = roles.get(key) ?? {
      expiredAt: -Infinity,
      expiredTime: -Infinity,
      regions,
      health: createRegionHealth(regions, responsiveness),
    };
    regions.add(region);
    roles.set(key, role);
    return [key, role];
  };
  const find = (access: RoleAccess, subject: string | undefined) => {
    const [roleKey, role] = roleOf(access);
    const session = sessionName(subject);
    const key = `${roleKey} ${session}`;
    const memory =
      memories.get(key) ?? createKeyMemory(assumeRole(settings, own, access, session), patience, role.health);
    memories.set(key, memory);
    return { role, memory };
  };
  const keys = (access: RoleAccess, subject: string | undefined) => {
    const { role, memory } = find(access, subject);
    return memory.get(access.region, memory.obtainedAt < role.expiredAt);
  };
  return {
    /** Adds the region of a source to those in which its role can be assumed for its other sources. */
    add: (access: RoleAccess) => void roleOf(access),
    keys,
    /** Resolves with whether the keys of a call that started at `since` have been replaced, if they had expired. */
    replace: async (access: RoleAccess, subject: string | undefined, error: unknown, since: number) => {
      const { role, memory } = find(access, subject);
      // If no keys were obtained, the error is of AWS STS, and does not concern the keys of the role.
      if (!isExpired(error) || memory.failedAt >= since) return false;
      const time = performance.now();
      if (time - role.expiredTime >= newSeconds * 1000)
        Object.assign(role, { expiredAt: nextEvent(), expiredTime: time });
      await keys(access, subject);
      return memory.obtainedAt >= since;
    },
  };
}

function isExpired(error: unknown): boolean {
  return error instanceof ForbiddenError && (error.fault?.startsWith('ExpiredToken') ?? false);
}

/** Returns a session name that AWS accepts (2 to 64 letters, digits and _+=,.@-); AWS CloudTrail records it. */
function sessionName(subject: string | undefined): string {
  return subject === undefined ? 'snapgate' : `snapgate-${subject.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** Creates the gateway's own credentials, which are the same for all sources, with the check that each source needs. */
function createOwnCredentials(settings: CompleteSettings, own: OwnKeys): (access: SourceAccess) => Keys {
  const identities = createIdentities(settings);
  return (access) => () => {
    const { account, region } = access;
    const checked = async () => {
      const keys = await own.get(region).catch((error: unknown) => {
        throw toSnapgateError(error, { action: 'sts:GetCallerIdentity', account, region, isHarmless: true });
      });
      await identities.requireAccount(keys, access);
      return keys;
    };
    return repeated(checked, (error, since) => own.replace(error, region, since));
  };
}

/**
 * Returns a function that assumes a role with AWS STS in a region.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
function assumeRole(
  settings: CompleteSettings,
  own: OwnKeys,
  { account, role, externalId }: RoleAccess,
  session: string,
) {
  const providers = new Map<string, AwsCredentialIdentityProvider>();
  const providerIn = (region: string) => {
    const provider =
      providers.get(region) ??
      fromTemporaryCredentials({
        params: {
          RoleArn: role,
          RoleSessionName: session,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
        },
        masterCredentials: Object.assign(() => own.get(region), { memoized: true }),
        clientConfig: stsOptions(settings, region),
      });
    providers.set(region, provider);
    return provider;
  };
  return (region: string) => {
    const assume = () => callSts(settings, 'AssumeRole', { account, region }, () => providerIn(region)());
    return repeated(assume, (error, since) => own.replace(error, region, since));
  };
}
