import { z } from 'zod';
import { type CredentialSettings, requireCredentialsAllowed } from '../access/policy/credentials.ts';
import type { Context } from '../context.ts';
import { NotSupportedError } from '../errors.ts';
import type { CredentialsChange, IssueClusterCredentialsInputShape } from '../graphql/mutations/issue-credentials.ts';
import { check } from './input/problems.ts';
import { databaseNameRule, shown } from './input/rules.ts';
import type { Targets } from './input/targets.ts';

const shortestSeconds = 900;
const longestSeconds = 3600;

const inputRule = z.object({
  databaseUser: databaseNameRule('databaseUser').refine((name) => name.toLowerCase() !== 'public', {
    error: 'databaseUser is "public", which stands for all users; name one.',
  }),
  databaseName: databaseNameRule('databaseName').nullish(),
  durationSeconds: z
    .int()
    .refine((seconds) => seconds >= shortestSeconds && seconds <= longestSeconds, {
      error: ({ input }) => `durationSeconds is ${shown(input)}; it may be ${shortestSeconds} to ${longestSeconds}.`,
    })
    .nullish(),
  databaseGroups: z.array(databaseNameRule('A database group')).nullish(),
});

/** Issues a temporary password of a database user, where the configuration allows that user to who asks. */
export async function issueClusterCredentials(
  targets: Targets,
  input: IssueClusterCredentialsInputShape,
  settings: CredentialSettings | undefined,
  { principal }: Context,
): Promise<CredentialsChange> {
  const { backend, read } = targets.cluster(input.clusterId, ['input', 'clusterId']);
  check(inputRule, input);
  const request = {
    databaseUser: input.databaseUser,
    databaseName: input.databaseName ?? undefined,
    durationSeconds: input.durationSeconds ?? shortestSeconds,
    autoCreate: input.autoCreate ?? false,
    databaseGroups: [...new Set(input.databaseGroups)],
  };
  if (!backend.planCredentials) {
    throw new NotSupportedError(
      `${backend.rules.serviceName} has no temporary passwords; its users and their passwords are kept in the database.`,
    );
  }
  requireCredentialsAllowed(settings, principal.subject, request);

  const cluster = await read();
  const plan = backend.planCredentials(cluster, request);
  return { issued: input.dryRun ? null : await plan.run(), plannedCalls: plan.calls };
}
