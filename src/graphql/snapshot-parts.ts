import type { KmsKey } from '../snapshots/kms-key.ts';
import type { SnapshotRetention } from '../snapshots/retention.ts';
import { maximumSharedAccounts, type SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotProgress, SnapshotSize, SnapshotStatus, SnapshotType } from '../snapshots/snapshot.ts';
import { builder } from './builder.ts';
import { toInt } from './scalars.ts';

export const SnapshotTypeEnum = builder.enumType('SnapshotType', {
  description: 'The type of a snapshot, from the point of view of the account that lists it.',
  values: {
    MANUAL: { description: 'Created on request, and kept until it is deleted or its retention period ends.' },
    AUTOMATED: { description: 'Created by AWS on the schedule of the cluster, and deleted by AWS.' },
    SHARED: { description: 'Owned by another account, which shares the snapshot with the account that lists it.' },
    PUBLIC: {
      description:
        'Owned by another account, and public: every AWS account can restore the snapshot (Amazon DocumentDB only).',
    },
    UNKNOWN: { description: 'AWS reports a type that this API does not know.' },
  } satisfies Record<SnapshotType, object>,
});

export const SnapshotStatusEnum = builder.enumType('SnapshotStatus', {
  description: 'The status of a snapshot, in terms common to all services.',
  values: {
    CREATING: { description: 'The snapshot is being created.' },
    COPYING: { description: 'The snapshot is being copied from another snapshot.' },
    AVAILABLE: { description: 'The snapshot is complete and can be restored, shared and copied.' },
    FINAL: {
      description: 'The snapshot is the final snapshot of a cluster that is being deleted (Amazon Redshift only).',
    },
    DELETING: { description: 'The snapshot is being deleted.' },
    DELETED: { description: 'The snapshot is deleted.' },
    FAILED: { description: 'The creation of the snapshot failed.' },
    CANCELLED: { description: 'The creation of the snapshot was canceled.' },
    UNKNOWN: { description: 'AWS reports a status that this API does not know; see `rawStatus`.' },
  } satisfies Record<SnapshotStatus, object>,
});

export const SnapshotProgressType = builder.objectRef<SnapshotProgress>('SnapshotProgress').implement({
  description: "The progress of a snapshot's creation.",
  fields: (t) => ({
    percent: t.exposeFloat('percent', {
      nullable: true,
      description: 'The progress in percent, from 0 to 100. Null if AWS does not report it.',
    }),
    transferredMegabytes: t.exposeFloat('transferredMegabytes', {
      nullable: true,
      description: 'The number of megabytes written so far (Amazon Redshift only).',
    }),
    rateMegabytesPerSecond: t.exposeFloat('rateMegabytesPerSecond', {
      nullable: true,
      description: 'The current transfer rate, in megabytes per second (Amazon Redshift only).',
    }),
    elapsedSeconds: t.exposeFloat('elapsedSeconds', {
      nullable: true,
      description:
        'The number of seconds since the creation started or, if the snapshot is complete, that the creation took (Amazon Redshift only).',
    }),
    remainingSeconds: t.exposeFloat('remainingSeconds', {
      nullable: true,
      description:
        'The estimated number of seconds until the snapshot is complete (Amazon Redshift only). Null if AWS has no estimate.',
    }),
  }),
});

export const SnapshotSizeType = builder.objectRef<SnapshotSize>('SnapshotSize').implement({
  description: 'The size of a snapshot. Amazon DocumentDB does not report it.',
  fields: (t) => ({
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      nullable: true,
      description: 'The size of the complete backup in megabytes, including data that it shares with other backups.',
    }),
    incrementalMegabytes: t.exposeFloat('incrementalMegabytes', {
      nullable: true,
      description: 'The size in megabytes of the data that this backup added to the backups before it.',
    }),
  }),
});

export const SnapshotRetentionType = builder.objectRef<SnapshotRetention>('SnapshotRetention').implement({
  description: 'The retention of a manual snapshot: how long AWS keeps it.',
  fields: (t) => ({
    days: t.int({
      nullable: true,
      description: 'The retention period, in days. Null if the snapshot is kept forever.',
      resolve: ({ days }) => toInt(days),
    }),
    remainingDays: t.int({
      nullable: true,
      description:
        'The number of days until AWS deletes the snapshot, as AWS reports it: rounded down. Null if the snapshot is kept forever, and while it is being created.',
      resolve: ({ remainingDays }) => toInt(remainingDays),
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the retention period started. Null if AWS does not report it, such as while the snapshot is being created.',
    }),
    forever: t.exposeBoolean('forever', {
      description: 'Whether the snapshot is kept forever: it has no retention period and exists until it is deleted.',
    }),
  }),
});

export const KmsKeyType = builder.objectRef<KmsKey>('KmsKey').implement({
  description: 'An AWS KMS key, as AWS KMS describes it.',
  fields: (t) => ({
    arn: t.exposeString('arn', { description: 'The ARN of this key, even if an alias was used to name it.' }),
    managedByAws: t.exposeBoolean('managedByAws', {
      description:
        'Whether AWS manages this key for one of its services, such as the default key of Amazon DocumentDB or Amazon Redshift. No other account can use such a key, so a snapshot under it cannot be shared.',
    }),
    enabled: t.exposeBoolean('enabled', {
      description:
        'Whether this key can be used. A snapshot cannot be copied or restored while its key is disabled or pending deletion.',
    }),
    account: t.expose('account', { type: 'AccountId', description: 'The account that owns this key.' }),
  }),
});

export const SnapshotSharingType = builder.objectRef<SnapshotSharing>('SnapshotSharing').implement({
  description: 'Who can restore a snapshot, in addition to the account that owns it.',
  fields: (t) => ({
    public: t.exposeBoolean('public', {
      description: 'Whether the snapshot is public: every AWS account can restore it.',
    }),
    awsSupport: t.exposeBoolean('awsSupport', {
      description: 'Whether the snapshot is shared with AWS Support (Amazon Redshift only).',
    }),
    accounts: t.expose('accounts', {
      type: ['AccountId'],
      description:
        'The AWS accounts that the snapshot is individually shared with. Does not include other values, such as an organization; the filters `exposure`, `sharedWith` and `sharedOutside` take them into account.',
    }),
    remainingAccounts: t.int({
      description: `The number of additional accounts that the snapshot can be shared with. AWS allows ${maximumSharedAccounts} in total.`,
      resolve: ({ accounts }) => Math.max(0, maximumSharedAccounts - accounts.length),
    }),
  }),
});
