import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { LRUCache } from 'lru-cache';
import { ConfigurationError, ForbiddenError } from '../../errors.ts';
import { type AwsSettings, type CompleteSettings, completeSettings } from '../settings.ts';
import { orAborted } from '../calls/abort.ts';
import type { SourceAccess } from '../source-access.ts';
import { callSts, createStsRequestHandler, type Identity, patienceSeconds, readIdentity, stsOptions } from '../sts.ts';
import { createRegional, createRegionHealth, type Regional } from './regional.ts';

/** The identities of the gateway's own credentials. */
export interface Identities {
  /**
   * Throws FORBIDDEN if the keys belong to another account than the source. Usually makes one AWS call for each set
   * of keys, which all regions share; a call that failed is made again the next time.
   */
  requireAccount(keys: AwsCredentialIdentity, access: SourceAccess): Promise<void>;
}

/** How long the identity of the environment's credentials is awaited; the credentials can take as long before it. */
const identityMilliseconds = 10_000;

/** The maximum number of sets of keys whose identity is cached; keys are replaced while the gateway runs. */
const maximumIdentities = 100;

/** Creates the identities, without an AWS call. */
export function createIdentities(settings: CompleteSettings): Identities {
  const identities = new LRUCache<string, Regional<Identity>>({ max: maximumIdentities });
  const patience = patienceSeconds(settings.timeouts);
  const health = createRegionHealth();
  const identityOf = (keys: AwsCredentialIdentity, account: string): Regional<Identity> => {
    const key = JSON.stringify([keys.accessKeyId, keys.sessionToken]);
    const known = identities.get(key);
    if (known) return known;
    const current = { ...keys };
    const identity = createRegional((region) => readIdentityOf(settings, current, account, region), patience, health);
    identities.set(key, identity);
    return identity;
  };
  return {
    requireAccount: async (keys, access) => {
      const { account, region } = access;
      const regional = identityOf(keys, account);
      const identity = regional.known(region) ?? (await regional.renew(region));
      if (identity.account !== account) throw describeOther(identity, access);
    },
  };
}

/** The cause of the error if credentials belong to another account; contains what only operators see. */
class OtherAccountError extends Error {
  constructor({ arn }: Identity) {
    super(`AWS STS returned the identity ${arn}.`);
    this.name = 'OtherAccountError';
  }
}

/** Whether a check found that the credentials belong to another account, rather than failed. */
export function isOtherAccount(error: unknown): error is ForbiddenError {
  return error instanceof ForbiddenError && error.cause instanceof OtherAccountError;
}

function describeOther(identity: Identity, { account }: SourceAccess): ForbiddenError {
  return new ForbiddenError(
    `Account ${account} is configured without a role, but the gateway's own credentials belong to account ${identity.account}, so the gateway does not use this account. The operator of the gateway must configure a role of account ${account}, or credentials that belong to it.`,
    { cause: new OtherAccountError(identity) },
  );
}

async function readIdentityOf(
  settings: CompleteSettings,
  credentials: AwsCredentialIdentity,
  account: string,
  region: string,
): Promise<Identity> {
  const client = new STSClient({ ...stsOptions(settings, region), credentials });
  try {
    return await callSts(settings, 'GetCallerIdentity', { account, region }, () =>
      readIdentity(client, settings.timeouts.callSeconds * 1000),
    );
  } finally {
    client.destroy();
  }
}

/**
 * Reads the account and region of the SDK's environment and profile settings. Throws a ConfigurationError that names
 * the missing settings.
 */
export async function readCallerIdentity(settings: AwsSettings): Promise<{ account: string; region: string }> {
  const requestHandler = createStsRequestHandler(completeSettings(settings));
  const client = new STSClient({ maxAttempts: 2, requestHandler });
  try {
    const region = await client.config.region();
    // The credentials can come from a program or a server, which need not respond.
    const { account } = await orAborted(
      readIdentity(client, identityMilliseconds),
      AbortSignal.timeout(2 * identityMilliseconds),
    );
    return { account, region };
  } catch (error) {
    throw new ConfigurationError([
      'No accounts are configured, and snapgate cannot determine the account and region from the environment.',
      'Set AWS_REGION and credentials, or an AWS_PROFILE that has both, or list accounts in a file and pass it with --config.',
      `AWS SDK: ${(error as Error).name}: ${(error as Error).message}`,
    ]);
  } finally {
    client.destroy();
  }
}
