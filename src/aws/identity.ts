import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ConfigurationError } from '../errors.ts';
import { type Aws, clientOptions } from './client.ts';
import { toSnapgateError } from './faults.ts';
import type { SourceAccess } from './source-access.ts';

/**
 * Reads the account and region of the SDK's environment and profile settings. Throws a ConfigurationError that names
 * the missing settings.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function readCallerIdentity(): Promise<{ account: string; region: string }> {
  const client = new STSClient({ maxAttempts: 2 });
  try {
    const region = await client.config.region();
    const { Account: account } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(10_000),
    });
    if (account === undefined) throw new Error('AWS returned no account.');
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

/**
 * Reads the account that the credentials of a source belong to, with one AWS call that requires no permission.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function readAccount(aws: Aws, access: SourceAccess): Promise<string> {
  const client = new STSClient(clientOptions(aws, access));
  try {
    const { Account: account = '' } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(10_000),
    });
    return account;
  } catch (error) {
    // GetCallerIdentity requires no permission, so if a role is configured, assuming the role failed.
    const action = access.role === undefined ? 'sts:GetCallerIdentity' : 'sts:AssumeRole';
    throw toSnapgateError(error, { ...access, action });
  } finally {
    client.destroy();
  }
}
