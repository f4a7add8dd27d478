import type { CredentialsChange } from '../../changes/issue-credentials.ts';
import { change } from '../../limits/field-prices.ts';
import { included } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { dryRun } from './inputs.ts';
import { PlannedCallType } from './planned-call.ts';

const characters = '1 to 64 letters, digits and `_+.@-`, a letter first';

const IssueClusterCredentialsInput = builder.inputType('IssueClusterCredentialsInput', {
  description: 'Which cluster to get into, and as whom.',
  fields: (t) => ({
    clusterId: t.id({ required: true, description: 'The `id` of an Amazon Redshift cluster.' }),
    databaseUser: t.string({
      required: true,
      description: `The database user, which the configuration has to allow you: ${characters}, and not \`public\`.`,
    }),
    databaseName: t.string({
      description: `The database that the user may log in to, ${characters}; any that the user can, if left out.`,
    }),
    durationSeconds: t.int({
      defaultValue: 900,
      description:
        'How long the password is valid for logging in, 900 to 3600 seconds, as far as the configuration allows.',
    }),
    autoCreate: t.boolean({
      defaultValue: false,
      description: 'Whether to create the user at the first login, where the configuration allows it.',
    }),
    databaseGroups: t.stringList({
      description: `Groups that the user joins for the session, ${characters}, where the configuration allows them.`,
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const IssueClusterCredentialsPayload = builder
  .objectRef<CredentialsChange>('IssueClusterCredentialsPayload')
  .implement({
    description: 'A temporary password. This answer is the only one that ever holds it.',
    fields: (t) => ({
      databaseUser: t.string({
        nullable: true,
        description:
          'The name to log in with, which AWS puts `IAM:` in front of, or `IAMA:` with `autoCreate`. Null with `dryRun`.',
        resolve: ({ issued }) => issued?.databaseUser,
      }),
      databasePassword: t.string({
        nullable: true,
        description: 'The password to log in with. Null with `dryRun`.',
        extensions: { price: included },
        resolve: ({ issued }) => issued?.databasePassword(),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the password stops being valid; sessions that it began go on. Null with `dryRun`.',
        resolve: ({ issued }) => issued?.expiresAt,
      }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: 'The AWS call: made, or with `dryRun` the one that would be made.',
        resolve: ({ plannedCalls }) => [...plannedCalls],
      }),
    }),
  });

builder.mutationField('issueClusterCredentials', (t) =>
  t.field({
    type: IssueClusterCredentialsPayload,
    description:
      'Issues a temporary password of a database user of an Amazon Redshift cluster. Off unless the configuration has `credentials.enabled`, which also says which users, groups and durations are allowed.',
    args: {
      input: t.arg({ type: IssueClusterCredentialsInput, required: true, description: 'The cluster and the user.' }),
    },
    extensions: { price: change },
    errors: {},
    resolve: (_root, { input }, ctx) => ctx.changes.issueClusterCredentials(input),
  }),
);
