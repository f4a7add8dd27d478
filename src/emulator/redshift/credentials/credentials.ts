import type {
  ClusterCredentials,
  ClusterExtendedCredentials,
  GetClusterCredentialsMessage,
  GetClusterCredentialsWithIAMMessage,
} from '@aws-sdk/client-redshift';
import { randomBytes } from 'node:crypto';

import { invalidValue, missingParameter } from '../../fault.ts';
import type { Call } from '../../service.ts';
import { redshiftFault } from '../faults.ts';
import { reservedWords } from './reserved-words.ts';
import { isThere, requireCluster } from '../store.ts';

/**
 * Returns a temporary password for a database user. Nothing checks the password: there is no database.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html
 */
export function getClusterCredentials(input: GetClusterCredentialsMessage, call: Call): ClusterCredentials {
  const { DbUser = '', DbName, AutoCreate = false, DbGroups = [] } = input;
  checkDatabaseName(DbUser, 'DbUser');
  if (DbUser.toLowerCase() === 'public') throw invalidValue('DbUser must not be PUBLIC.');
  if (DbName !== undefined) checkDatabaseName(DbName, 'DbName');
  for (const group of DbGroups) {
    checkDatabaseName(group, 'DbGroups');
    if (group !== group.toLowerCase()) throw invalidValue(`Invalid value '${group}' for DbGroups. Must be lowercase`);
  }
  const Expiration = expiration(input, call);
  requireNamedCluster(input, call);
  return { DbUser: `${AutoCreate ? 'IAMA' : 'IAM'}:${DbUser}`, DbPassword: newPassword(), Expiration };
}

/**
 * Returns a temporary password for the database user of the caller's IAM identity.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentialsWithIAM.html
 */
export function getClusterCredentialsWithIam(
  input: GetClusterCredentialsWithIAMMessage,
  call: Call,
): ClusterExtendedCredentials {
  if (input.DbName !== undefined) checkDatabaseName(input.DbName, 'DbName');
  const Expiration = expiration(input, call);
  requireNamedCluster(input, call);
  const [, role] = /:assumed-role\/([^/]+)\//.exec(call.identity.arn) ?? [];
  const DbUser = role ? `IAMR:${role}` : `IAM:${call.identity.userId}`;
  return { DbUser, DbPassword: newPassword(), Expiration, NextRefreshTime: Expiration };
}

function checkDatabaseName(name: string, parameter: string): void {
  if (reservedWords.has(name.toLowerCase())) {
    throw invalidValue(`Invalid value '${name}' for ${parameter}. Must not be a reserved word`);
  }
  if (/^[a-zA-Z][\w+.@-]{0,63}$/.test(name)) return;
  throw invalidValue(
    `Invalid value '${name}' for ${parameter}. Must be 1 to 64 letters, digits, underscores, plus signs, periods, at ` +
      'signs or hyphens, and begin with a letter',
  );
}

function expiration({ DurationSeconds = 900 }: { DurationSeconds?: number | undefined }, { now }: Call): Date {
  if (!Number.isInteger(DurationSeconds) || DurationSeconds < 900 || DurationSeconds > 3600) {
    throw invalidValue('Token duration must be between 900 and 3600 seconds');
  }
  return new Date(now.getTime() + DurationSeconds * 1000);
}

function requireNamedCluster(
  { ClusterIdentifier, CustomDomainName }: GetClusterCredentialsWithIAMMessage,
  { here, now }: Call,
): void {
  if (ClusterIdentifier !== undefined) {
    requireCluster(here, ClusterIdentifier, now);
    return;
  }
  if (CustomDomainName === undefined) throw missingParameter('ClusterIdentifier');
  const clusters = [...here.redshift.clusters.values()];
  if (clusters.some((cluster) => cluster.CustomDomainName === CustomDomainName && isThere(cluster, now))) return;
  throw redshiftFault('ClusterNotFound', `Cluster with the domain name ${CustomDomainName} not found.`);
}

function newPassword(): string {
  return randomBytes(48).toString('base64');
}
