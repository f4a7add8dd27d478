import type { SnapshotRetention } from '../snapshots/retention.ts';
import { maximumSharedAccounts, type SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotProgress, SnapshotSize, SnapshotStatus, SnapshotType } from '../snapshots/snapshot.ts';
import { builder } from './builder.ts';

export const SnapshotTypeEnum = builder.enumType('SnapshotType', {
  description: 'How a snapshot came to be, seen from the account that lists it.',
  values: {
    MANUAL: { description: 'Made on request; kept until deleted or until its retention ends.' },
    AUTOMATED: { description: "Made by AWS on the cluster's schedule and deleted by AWS." },
    SHARED: { description: "Another account's snapshot, shared with this account." },
    PUBLIC: { description: "Another account's snapshot, shared with everybody (Amazon DocumentDB)." },
    UNKNOWN: { description: 'AWS gave a type that this API does not know.' },
  } satisfies Record<SnapshotType, object>,
});

export const SnapshotStatusEnum = builder.enumType('SnapshotStatus', {
  description: 'What a snapshot is doing, in the same words for every service.',
  values: {
    CREATING: { description: 'Being made.' },
    COPYING: { description: 'Being copied from another snapshot.' },
    AVAILABLE: { description: 'Complete; it can be restored, shared and copied.' },
    FINAL: { description: 'The last one of a cluster that is being deleted (Amazon Redshift).' },
    DELETING: { description: 'Being deleted.' },
    DELETED: { description: 'Deleted.' },
    FAILED: { description: 'Could not be made.' },
    CANCELLED: { description: 'Was stopped before it was complete.' },
    UNKNOWN: { description: 'AWS gave a status that this API does not know; see `rawStatus`.' },
  } satisfies Record<SnapshotStatus, object>,
});

export const SnapshotProgressType = builder.objectRef<SnapshotProgress>('SnapshotProgress').implement({
  description: 'How far the making of a snapshot is.',
  fields: (t) => ({
    percent: t.exposeFloat('percent', { nullable: true, description: 'From 0 to 100. Null when AWS does not say.' }),
    transferredMegabytes: t.exposeFloat('transferredMegabytes', {
      nullable: true,
      description: 'Megabytes written so far (Amazon Redshift).',
    }),
    rateMegabytesPerSecond: t.exposeFloat('rateMegabytesPerSecond', {
      nullable: true,
      description: 'Megabytes written in a second now (Amazon Redshift).',
    }),
    elapsedSeconds: t.exposeFloat('elapsedSeconds', {
      nullable: true,
      description: 'Seconds since it began, or that it took (Amazon Redshift).',
    }),
    remainingSeconds: t.exposeFloat('remainingSeconds', {
      nullable: true,
      description: 'Seconds that AWS expects it to need still (Amazon Redshift). Null when AWS does not know.',
    }),
  }),
});

export const SnapshotSizeType = builder.objectRef<SnapshotSize>('SnapshotSize').implement({
  description: 'The storage of a snapshot. AWS does not tell it for Amazon DocumentDB.',
  fields: (t) => ({
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      nullable: true,
      description: 'Megabytes of the whole backup, including what it shares with others.',
    }),
    incrementalMegabytes: t.exposeFloat('incrementalMegabytes', {
      nullable: true,
      description: 'Megabytes that this backup added to those before it.',
    }),
  }),
});

export const SnapshotRetentionType = builder.objectRef<SnapshotRetention>('SnapshotRetention').implement({
  description: 'How long AWS keeps a manual snapshot.',
  fields: (t) => ({
    days: t.exposeInt('days', { nullable: true, description: 'Days it is kept. Null when kept until deleted.' }),
    remainingDays: t.exposeInt('remainingDays', {
      nullable: true,
      description: 'Days until AWS deletes it. Null when kept until deleted.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the retention began to count.',
    }),
    forever: t.exposeBoolean('forever', { description: 'Whether it is kept until somebody deletes it.' }),
  }),
});

export const SnapshotSharingType = builder.objectRef<SnapshotSharing>('SnapshotSharing').implement({
  description: 'Who besides the owner may restore a snapshot.',
  fields: (t) => ({
    public: t.exposeBoolean('public', { description: 'Whether every AWS account may.' }),
    awsSupport: t.exposeBoolean('awsSupport', { description: 'Whether AWS Support may (Amazon Redshift).' }),
    accounts: t.expose('accounts', { type: ['AccountId'], description: 'The accounts that may, by name.' }),
    remainingAccounts: t.int({
      description: `How many more accounts it can be shared with; AWS allows ${maximumSharedAccounts}.`,
      resolve: ({ accounts }) => Math.max(0, maximumSharedAccounts - accounts.length),
    }),
  }),
});
