import type { ScheduleChange } from '../../../changes/backups/snapshot-schedules.ts';
import { AlreadyExistsError, QuotaExceededError } from '../../../errors.ts';
import { change } from '../../../limits/field-prices.ts';
import { included } from '../../../limits/price.ts';
import { builder } from '../../builder.ts';
import { SnapshotScheduleType } from '../../questions/snapshot-schedules.ts';
import { everyInput, TagInput } from '../inputs.ts';
import { PlannedCallType } from '../planned-call.ts';

const definitions = {
  required: true,
  description:
    'The definitions of the schedule, at least one, in the format of AWS and in UTC: `rate(12 hours)`, with 1 to 24 hours, or `cron(minutes hours days-of-week)`, such as `cron(30 12 MON-FRI)`. AWS checks the format; a dry run does too.',
} as const;

const scheduleId = {
  required: true,
  description: 'The Node ID or ARN of the snapshot schedule.',
} as const;

const CreateSnapshotScheduleInput = builder.inputType('CreateSnapshotScheduleInput', {
  description: 'Input of createSnapshotSchedule.',
  fields: (t) => ({
    ...everyInput(t),
    account: t.field({
      type: 'AccountId',
      required: true,
      description: 'The configured AWS account in which to create the schedule.',
    }),
    region: t.string({ required: true, description: 'The region in which to create the schedule.' }),
    identifier: t.string({
      required: true,
      description:
        'The identifier (name) of the schedule, which must not exist yet in its account and region: 1 to 63 letters, digits and hyphens. AWS may limit it further.',
    }),
    definitions: t.stringList(definitions),
    description: t.string({ description: 'A description of the schedule.' }),
    tags: t.field({ type: [TagInput], description: 'The tags of the schedule, at most 50.' }),
    nextInvocations: t.int({
      defaultValue: 5,
      description: 'The number of future times that a dry run returns in `nextInvocations`, 1 to 20.',
    }),
  }),
});

const UpdateSnapshotScheduleInput = builder.inputType('UpdateSnapshotScheduleInput', {
  description: 'Input of updateSnapshotSchedule.',
  fields: (t) => ({
    scheduleId: t.id(scheduleId),
    definitions: t.stringList(definitions),
    ...everyInput(t),
  }),
});

const DeleteSnapshotScheduleInput = builder.inputType('DeleteSnapshotScheduleInput', {
  description: 'Input of deleteSnapshotSchedule.',
  fields: (t) => ({ scheduleId: t.id(scheduleId), ...everyInput(t) }),
});

const SnapshotSchedulePayload = builder.objectRef<ScheduleChange>('SnapshotSchedulePayload').implement({
  description: 'Payload of the mutations of snapshot schedules.',
  fields: (t) => ({
    schedule: t.field({
      type: SnapshotScheduleType,
      nullable: true,
      description:
        'The schedule after the change; for a deletion, as it was before. For a dry run, the unchanged schedule: null for one that would be created. For a repetition with the same `idempotencyKey`, the schedule as it is now: null if it does not exist, and for a deletion.',
      extensions: { price: included },
      resolve: ({ schedule }) => (typeof schedule === 'function' ? schedule() : schedule),
    }),
    nextInvocations: t.field({
      type: ['DateTime'],
      description:
        'The next times at which AWS creates snapshots on the schedule, as far as AWS computes them; for a dry run, the times at which it would. Empty for a deletion.',
      resolve: ({ nextInvocations }) => [...nextInvocations],
    }),
    plannedCalls: t.field({
      type: [PlannedCallType],
      description:
        'The AWS calls that the mutation made, in order; for a dry run, the AWS calls that it would make. Does not include the dry run of AWS that validates definitions.',
      resolve: ({ plannedCalls }) => [...plannedCalls],
    }),
  }),
});

const SnapshotScheduleResult = builder.errorUnion('SnapshotScheduleResult', {
  description: 'The result of a mutation of a snapshot schedule: its payload, or one of the expected errors.',
  types: [SnapshotSchedulePayload, AlreadyExistsError, QuotaExceededError],
  resolveType: () => 'SnapshotSchedulePayload',
});

builder.mutationField('createSnapshotSchedule', (t) =>
  t.field({
    type: SnapshotScheduleResult,
    nullable: true,
    description:
      'Creates a snapshot schedule of Amazon Redshift, which is not attached to a cluster yet. Requires BACKUP_CONFIGURE in its account and region, with its tags if your grants depend on tags. A dry run makes a dry run in AWS, which validates the definitions and returns `nextInvocations`, and creates nothing.',
    args: {
      input: t.arg({ type: CreateSnapshotScheduleInput, required: true, description: 'The schedule to create.' }),
    },
    extensions: { price: change },
    resolve: (_root, { input }, ctx) => ctx.changes.createSnapshotSchedule(input),
  }),
);

builder.mutationField('updateSnapshotSchedule', (t) =>
  t.field({
    type: SnapshotScheduleResult,
    nullable: true,
    description:
      'Replaces all definitions of a snapshot schedule. Requires BACKUP_CONFIGURE for the schedule. If the schedule is attached to clusters, AWS may create fewer snapshots of them, whichever definitions are new: the change then requires BACKUP_CONFIGURE and SNAPSHOT_DELETE for each of these clusters, too. AWS has no dry run of this change: a dry run validates the definitions with a dry run of creating a schedule, which creates nothing, requires the IAM permission for it, and returns no times if the account has reached its quota of schedules.',
    args: {
      input: t.arg({
        type: UpdateSnapshotScheduleInput,
        required: true,
        description: 'The schedule, and its new definitions.',
      }),
    },
    extensions: { price: change },
    resolve: (_root, { input }, ctx) => ctx.changes.updateSnapshotSchedule(input),
  }),
);

builder.mutationField('deleteSnapshotSchedule', (t) =>
  t.field({
    type: SnapshotScheduleResult,
    nullable: true,
    description:
      'Deletes a snapshot schedule. Requires BACKUP_CONFIGURE for the schedule. A schedule that is attached to clusters cannot be deleted (INVALID_STATE, IN_USE): detach it from them first. Snapshots that were created on the schedule are kept.',
    args: {
      input: t.arg({ type: DeleteSnapshotScheduleInput, required: true, description: 'The schedule to delete.' }),
    },
    extensions: { price: change },
    resolve: (_root, { input }, ctx) => ctx.changes.deleteSnapshotSchedule(input),
  }),
);
