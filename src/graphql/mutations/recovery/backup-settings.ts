import { type BackupSettingsChange, clusterAfter, deletedIn } from '../../../changes/backups/backup-settings.ts';
import type { StepOutcome, StepResult } from '../../../changes/backups/steps.ts';
import { PreconditionFailedError, QuotaExceededError } from '../../../errors.ts';
import { backupChange, deletedBackups } from '../../../limits/field-prices.ts';
import { included } from '../../../limits/price.ts';
import { builder } from '../../builder.ts';
import { ClusterInterface } from '../../cluster.ts';
import { asValue, ErrorInterface } from '../../errors/error-types.ts';
import { SnapshotInterface } from '../../snapshot.ts';
import { everyInput } from '../inputs.ts';
import { resultOf } from '../payload.ts';
import { PlannedCallType } from '../planned-call.ts';
import { RetentionInput } from './inputs.ts';

const ScheduleChangeInput = builder.inputType('ScheduleChangeInput', {
  isOneOf: true,
  description: 'A change of the snapshot schedule of an Amazon Redshift cluster. Exactly one member must be set.',
  fields: (t) => ({
    attach: t.string({
      description:
        'The identifier of the snapshot schedule to attach, which must exist in the account and region of the cluster. It replaces the attached schedule or, without one, the automated snapshots that AWS creates about every eight hours, so that AWS may create fewer: also requires the permission SNAPSHOT_DELETE.',
    }),
    detach: t.string({
      description:
        'The identifier of the snapshot schedule to detach. If another schedule or none is attached, PRECONDITION_FAILED is returned. Also requires the permission SNAPSHOT_DELETE.',
    }),
  }),
});

const copyPeriods = {
  automated: 'The retention period of the copies of automated snapshots, in days: 1 to 35.',
  manual: 'The retention period of the copies of manual snapshots that are made later. Existing copies do not change.',
};

const RegionCopyInput = builder.inputType('RegionCopyInput', {
  description: 'The copy of all new snapshots of an Amazon Redshift cluster to another region.',
  fields: (t) => ({
    region: t.string({
      required: true,
      description:
        'The region to copy snapshots to: another region than that of the cluster. The operator must allow copies to this region (`restore.exportRegions`).',
    }),
    automatedRetentionDays: t.int({ description: `${copyPeriods.automated} If omitted, AWS uses 7.` }),
    manualRetention: t.field({
      type: RetentionInput,
      description: 'The retention period of the copies of manual snapshots. If omitted, AWS keeps them forever.',
    }),
    grant: t.string({
      description:
        'The name of the snapshot copy grant in the other region, which allows AWS to encrypt the copies. Required for a cluster that is encrypted with an AWS KMS key of the account.',
    }),
  }),
});

const RegionCopyRetentionInput = builder.inputType('RegionCopyRetentionInput', {
  description: 'New retention periods of the copies in the other region. At least one member must be set.',
  fields: (t) => ({
    automatedRetentionDays: t.int({
      description: `${copyPeriods.automated} With fewer days than before, AWS deletes the existing copies that are older, in the other region.`,
    }),
    manualRetention: t.field({ type: RetentionInput, description: copyPeriods.manual }),
  }),
});

const RegionCopyChangeInput = builder.inputType('RegionCopyChangeInput', {
  isOneOf: true,
  description:
    'A change of the copy of snapshots of an Amazon Redshift cluster to another region. Exactly one member must be set.',
  fields: (t) => ({
    enable: t.field({
      type: RegionCopyInput,
      description:
        'Starts to copy new snapshots to another region. If snapshots are already copied to any region, INVALID_STATE is returned.',
    }),
    update: t.field({
      type: RegionCopyRetentionInput,
      description:
        'Changes the retention periods of copies. If snapshots are not copied, INVALID_STATE is returned. A shorter period also requires the permission SNAPSHOT_DELETE.',
    }),
    disable: t.boolean({
      description:
        'Stops copying snapshots. Only `true` is accepted. If snapshots are not copied, INVALID_STATE is returned. No more copies arrive, and the existing copies of automated snapshots are deleted after their retention period: also requires the permission SNAPSHOT_DELETE.',
    }),
  }),
});

const UpdateBackupSettingsInput = builder.inputType('UpdateBackupSettingsInput', {
  description:
    'Input of updateBackupSettings. At least one change is required. A member that the service of the cluster does not support is NOT_SUPPORTED.',
  fields: (t) => ({
    clusterId: t.id({ required: true, description: 'The Node ID or ARN of the cluster to change.' }),
    automatedRetentionDays: t.int({
      description:
        'The retention period of automated snapshots, in days. Amazon Redshift: 0 to 35, where 0 turns automated snapshots off; 1 to 35 for RA3 and RG nodes. Amazon DocumentDB: 1 to 35. With fewer days than before, AWS deletes the automated snapshots that are older.',
    }),
    expectedAutomatedRetentionDays: t.int({
      description:
        'The expected current retention period of automated snapshots, in days. If it is another one, also because of a change in progress, nothing is changed and PRECONDITION_FAILED is returned.',
    }),
    manualRetention: t.field({
      type: RetentionInput,
      description:
        'Amazon Redshift only: the default retention period of manual snapshots that are created later. Existing snapshots do not change.',
    }),
    backupWindow: t.string({
      description:
        'Amazon DocumentDB only: the daily time window in which AWS creates automated snapshots, as `hh24:mi-hh24:mi` in UTC. At least 30 minutes, outside of the maintenance window of the cluster.',
    }),
    schedule: t.field({
      type: ScheduleChangeInput,
      description: 'Amazon Redshift only: the snapshot schedule to attach or detach.',
    }),
    regionCopy: t.field({
      type: RegionCopyChangeInput,
      description: 'Amazon Redshift only: how to change the copy of snapshots to another region.',
    }),
    ...everyInput(t),
  }),
});

const StepOutcomeEnum = builder.enumType('StepOutcome', {
  description: 'What became of a planned AWS call.',
  values: {
    PLANNED: { description: 'The call would be made: this is a dry run.' },
    DONE: { description: 'The call was made, and changed the settings.' },
    FAILED: { description: 'The call failed, and changed nothing.' },
    NOT_TRIED: { description: 'The call was not made, because a call before it failed.' },
    UNKNOWN: {
      description:
        'The call may or may not have changed the settings: its response was lost, and the result could not be read back. Read the cluster before you retry.',
    },
  } satisfies Record<StepOutcome, object>,
});

const BackupSettingsStepType = builder.objectRef<StepResult>('BackupSettingsStep').implement({
  description: 'An AWS call of updateBackupSettings, and what became of it.',
  fields: (t) => ({
    call: t.expose('call', { type: PlannedCallType, description: 'The AWS call.' }),
    outcome: t.expose('outcome', { type: StepOutcomeEnum, description: 'What became of the call.' }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why the call failed, or why its outcome is unknown. Null if there was no error.',
      resolve: ({ error }) => error && asValue(error),
    }),
  }),
});

const UpdateBackupSettingsPayload = builder.objectRef<BackupSettingsChange>('UpdateBackupSettingsPayload').implement({
  description: 'Payload of updateBackupSettings.',
  fields: (t) => ({
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The cluster, read again after the change; for a dry run, the cluster as it is. AWS can show a new retention period of an Amazon Redshift cluster only after minutes. Null if the cluster no longer exists.',
      extensions: { price: included },
      resolve: (change) => clusterAfter(change),
    }),
    plannedCalls: t.field({
      type: [PlannedCallType],
      description:
        'The AWS calls of the mutation, in order; for a dry run, the AWS calls that it would make. Empty if the cluster has all settings already. `steps` says which of them were made.',
      resolve: ({ plannedCalls }) => [...plannedCalls],
    }),
    steps: t.field({
      type: [BackupSettingsStepType],
      description: 'What became of each planned call, in order. After a call that fails, the others are not made.',
      resolve: ({ steps }) => [...steps],
    }),
    deletedSnapshots: t.field({
      type: [SnapshotInterface],
      nullable: true,
      description:
        'The automated snapshots that AWS deletes because of the change, as they were before it: those of the cluster, and copies in the other region. AWS can keep a few of them for longer. Without snapshots that you may not read. Null if they are not known, for example for a repetition with the same `idempotencyKey` after AWS has deleted them.',
      extensions: { price: deletedBackups },
      resolve: (change) => deletedIn(change),
    }),
  }),
});

builder.mutationField('updateBackupSettings', (t) =>
  t.field({
    type: UpdateBackupSettingsPayload,
    nullable: true,
    description:
      'Changes how AWS backs up a cluster: the retention of automated snapshots and, for Amazon Redshift, the default retention of manual snapshots, the snapshot schedule and the copy to another region; for Amazon DocumentDB, the backup window. Requires the permission BACKUP_CONFIGURE. A change that reduces the protection of the cluster (a shorter retention, another schedule or none, no copy) also requires SNAPSHOT_DELETE, and is refused as a whole if the rules of the operator protect one of the snapshots that AWS would delete because of it. One AWS call for Amazon DocumentDB, up to four for Amazon Redshift, none for settings that the cluster already has; reads the automated snapshots of the cluster if AWS would delete some. If the first call changes nothing, its error is returned; if a later call fails, the payload, in which `steps` says what was changed.',
    args: {
      input: t.arg({
        type: UpdateBackupSettingsInput,
        required: true,
        description: 'The cluster to change, and its new settings.',
      }),
    },
    extensions: { price: backupChange },
    errors: { types: [PreconditionFailedError, QuotaExceededError], union: resultOf('updateBackupSettings') },
    resolve: (_root, { input }, ctx) => ctx.changes.updateBackupSettings(input),
  }),
);
