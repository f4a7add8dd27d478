import * as z from 'zod';
import { requireCredentialsAllowed } from '../access/policy/credentials.ts';
import { NotSupportedError } from '../errors.ts';
import type { Maybe } from '../snapshots/maybe.ts';
import type { IssuedCredentials } from './backend.ts';
import { requireValid } from './input/problems.ts';
import { databaseGroupRule, databaseNameRule, shown } from './input/rules.ts';
import type { Targets } from './input/targets.ts';
import type { PlannedCall } from './plans/call.ts';
import type { ChangeRequest } from './request.ts';

export interface IssueCredentialsInput {
  readonly clusterId: string;
  readonly databaseUser: string;
  readonly databaseName?: Maybe<string>;
  readonly durationSeconds?: Maybe<number>;
  readonly autoCreate?: Maybe<boolean>;
  readonly databaseGroups?: Maybe<readonly string[]>;
  readonly dryRun?: Maybe<boolean>;
}

/** The outcome of issuing a password; `issued` is null in a dry run. */
export interface CredentialsChange {
  readonly issued: IssuedCredentials | null;
  readonly plannedCalls: readonly PlannedCall[];
}

const shortestSeconds = 900;
const longestSeconds = 3600;

const inputRule = z.object({
  databaseUser: databaseNameRule('databaseUser').refine((name) => name.toLowerCase() !== 'public', {
    error: 'databaseUser is "public", which means all users; it must be the name of one user.',
  }),
  databaseName: databaseNameRule('databaseName').nullish(),
  durationSeconds: z
    .int()
    .refine((seconds) => seconds >= shortestSeconds && seconds <= longestSeconds, {
      error: ({ input }) => `durationSeconds is ${shown(input)}; it must be ${shortestSeconds} to ${longestSeconds}.`,
    })
    .nullish(),
  databaseGroups: z.array(databaseGroupRule('A database group')).nullish(),
});

/** Whether a password can be issued for a database user with this name. */
export function isDatabaseUser(name: string): boolean {
  return inputRule.shape.databaseUser.safeParse(name).success;
}

/** Issues a temporary password for a database user, if the configuration allows this user for the principal. */
export async function issueClusterCredentials(
  targets: Targets,
  input: IssueCredentialsInput,
  { subject, credentials }: ChangeRequest,
): Promise<CredentialsChange> {
  const { findBackend, read } = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const backend = await findBackend();
  requireValid(inputRule, input);
  const request = {
    databaseUser: input.databaseUser,
    databaseName: input.databaseName ?? undefined,
    durationSeconds: input.durationSeconds ?? shortestSeconds,
    autoCreate: input.autoCreate ?? false,
    databaseGroups: [...new Set(input.databaseGroups)],
  };
  if (!backend.planCredentials) {
    throw new NotSupportedError(
      `Cannot issue credentials: ${backend.rules.serviceName} does not support temporary passwords. Use a user that is stored in the database.`,
    );
  }
  requireCredentialsAllowed(credentials, subject, request);

  const cluster = await read();
  const plan = backend.planCredentials(cluster, request);
  return { issued: input.dryRun ? null : await plan.run(), plannedCalls: plan.calls };
}
