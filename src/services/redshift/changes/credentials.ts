import { GetClusterCredentialsCommand } from '@aws-sdk/client-redshift';
import type { IssuedCredentials, NewCredentials } from '../../../changes/backend.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import { UpstreamError } from '../../../errors.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentials.html */
export function planCredentials(
  { sender }: RedshiftRequest,
  { source, aws: { ClusterIdentifier } }: RedshiftCluster,
  { databaseUser, databaseName, durationSeconds, autoCreate, databaseGroups }: NewCredentials,
): Plan<IssuedCredentials> {
  const command = new GetClusterCredentialsCommand({
    DbUser: databaseUser,
    ...(databaseName !== undefined && { DbName: databaseName }),
    ClusterIdentifier,
    DurationSeconds: durationSeconds,
    AutoCreate: autoCreate,
    ...(databaseGroups.length > 0 && { DbGroups: [...databaseGroups] }),
  });
  const { planned, send } = sender.call(source, command);
  return {
    calls: [planned],
    run: async () => {
      const { DbUser, DbPassword, Expiration } = await send().catch(withoutCause);
      if (DbUser === undefined || DbPassword === undefined) {
        throw new UpstreamError(
          'AWS responded to redshift:GetClusterCredentials without credentials. Retry the request.',
        );
      }
      return { databaseUser: DbUser, databasePassword: () => DbPassword, expiresAt: Expiration };
    },
  };
}

/** Removes the cause: a lost response can contain a password, which must not be logged with the error. */
function withoutCause(error: unknown): never {
  if (!(error instanceof UpstreamError)) throw error;
  const { message, code, fault, requestId } = error;
  throw new UpstreamError(`${message} No password was returned, so it is safe to retry.`, {
    code: code === 'TIMED_OUT' ? 'TIMED_OUT' : 'UPSTREAM',
    fault,
    requestId,
  });
}
