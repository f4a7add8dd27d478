import { PreconditionFailedError } from '../../errors.ts';
import type { CredentialsChange } from '../../changes/issue-credentials.ts';
import { change } from '../../limits/field-prices.ts';
import { included } from '../../limits/price.ts';
import { builder } from '../builder.ts';
import { everyInput } from './inputs.ts';
import { resultOf } from './payload.ts';
import { PlannedCallType } from './planned-call.ts';

const characters =
  '1 to 64 letters, digits and `_+.@-`, starting with a letter, and not a reserved word of Amazon Redshift';

const IssueClusterCredentialsInput = builder.inputType('IssueClusterCredentialsInput', {
  description: 'Input of issueClusterCredentials.',
  fields: (t) => ({
    clusterId: t.id({
      required: true,
      description: 'The Node ID or ARN of the Amazon Redshift cluster to log in to.',
    }),
    databaseUser: t.string({
      required: true,
      description: `The database user to issue a password for: ${characters}, and not \`public\`. The configuration must allow you this user.`,
    }),
    databaseName: t.string({
      description: `The database that the user can log in to with the password: ${characters}. If omitted, any database that the user has access to.`,
    }),
    durationSeconds: t.int({
      defaultValue: 900,
      description:
        'How long the password is valid for logging in, in seconds: 900 to 3600. The configuration can set a lower maximum.',
    }),
    autoCreate: t.boolean({
      defaultValue: false,
      description:
        'Whether to create the database user at the first login if it does not exist. The configuration must allow this.',
    }),
    databaseGroups: t.stringList({
      description: `The database groups that the user joins for the session: ${characters}, in lowercase. The configuration must allow each group.`,
    }),
    ...everyInput(
      t,
      ' The password is not kept: a repetition returns PRECONDITION_FAILED once a password has been issued.',
    ),
  }),
});

const IssueClusterCredentialsPayload = builder
  .objectRef<CredentialsChange>('IssueClusterCredentialsPayload')
  .implement({
    description: 'Payload of issueClusterCredentials: a temporary password, which no other response contains.',
    fields: (t) => ({
      databaseUser: t.string({
        nullable: true,
        description:
          'The user name to log in with: the database user, to which AWS adds the prefix `IAM:` or, with `autoCreate`, `IAMA:`. Null for a dry run.',
        resolve: ({ issued }) => issued?.databaseUser,
      }),
      databasePassword: t.string({
        nullable: true,
        description: 'The temporary password to log in with. Null for a dry run.',
        extensions: { price: included },
        resolve: ({ issued }) => issued?.databasePassword(),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the password expires. Sessions that are already open continue. Null for a dry run.',
        resolve: ({ issued }) => issued?.expiresAt,
      }),
      plannedCalls: t.field({
        type: [PlannedCallType],
        description: 'The AWS call that the mutation made or, for a dry run, would make.',
        resolve: ({ plannedCalls }) => [...plannedCalls],
      }),
    }),
  });

builder.mutationField('issueClusterCredentials', (t) =>
  t.field({
    type: IssueClusterCredentialsPayload,
    nullable: true,
    description:
      'Issues a temporary password for a database user of an Amazon Redshift cluster. Disabled unless `credentials.enabled` is set in the configuration. The configuration also defines which users, groups and durations are allowed.',
    args: {
      input: t.arg({
        type: IssueClusterCredentialsInput,
        required: true,
        description: 'The cluster to log in to, and the database user.',
      }),
    },
    extensions: { price: change },
    errors: { types: [PreconditionFailedError], union: resultOf('issueClusterCredentials') },
    resolve: (_root, { input }, ctx) => ctx.changes.issueClusterCredentials(input),
  }),
);
