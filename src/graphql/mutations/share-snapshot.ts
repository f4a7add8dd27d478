import { AlreadyExistsError, QuotaExceededError, SharingRefusedError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { maximumSharedAccounts } from '../../snapshots/sharing.ts';
import { builder } from '../builder.ts';
import { dryRun } from './inputs.ts';
import { snapshotPayload } from './payload.ts';

const ShareSnapshotInput = builder.inputType('ShareSnapshotInput', {
  description: 'Which snapshot to share, and with whom: at least one of accounts, awsSupport and public.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description: 'The `id` of an available manual snapshot of a configured account.',
    }),
    accounts: t.field({
      type: ['AccountId'],
      defaultValue: [],
      description: `Accounts that may restore it. A snapshot can be shared with ${maximumSharedAccounts}.`,
    }),
    awsSupport: t.boolean({
      defaultValue: false,
      description: 'Whether AWS Support may restore it (Amazon Redshift).',
    }),
    public: t.boolean({
      defaultValue: false,
      description: 'Whether every AWS account may restore it (Amazon DocumentDB, unencrypted snapshots).',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const UnshareSnapshotInput = builder.inputType('UnshareSnapshotInput', {
  description: 'Which snapshot to take back, and from whom: at least one of accounts, awsSupport, public and everyone.',
  fields: (t) => ({
    snapshotId: t.id({ required: true, description: 'The `id` of a manual snapshot of a configured account.' }),
    accounts: t.field({
      type: ['AccountId'],
      defaultValue: [],
      description: 'Accounts that may no longer restore it.',
    }),
    awsSupport: t.boolean({
      defaultValue: false,
      description: 'Whether to take it back from AWS Support (Amazon Redshift).',
    }),
    public: t.boolean({
      defaultValue: false,
      description:
        'Whether to take it back from everybody (Amazon DocumentDB). Accounts that are named besides keep it; `everyone` takes it from them too.',
    }),
    everyone: t.boolean({
      defaultValue: false,
      description: 'Whether to take it back from all who may restore it, however they were named.',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const snapshot = 'The snapshot; its `sharing` is as it now stands, read back from AWS. As it is, with `dryRun`.';

const ShareSnapshotPayload = snapshotPayload('ShareSnapshotPayload', 'A snapshot that was shared.', snapshot);
const UnshareSnapshotPayload = snapshotPayload('UnshareSnapshotPayload', 'A snapshot that was taken back.', snapshot);

builder.mutationField('shareSnapshot', (t) =>
  t.field({
    type: ShareSnapshotPayload,
    description:
      'Lets others restore a manual snapshot. Whoever may already is left alone, so it can be asked again. Amazon Redshift: one AWS call for each account; Amazon DocumentDB: one for all. An encrypted snapshot can be restored only by those whom the policy of its AWS KMS key lets decrypt, which AWS does not check here.',
    args: {
      input: t.arg({
        type: ShareSnapshotInput,
        required: true,
        description: 'The snapshot, and with whom to share it.',
      }),
    },
    extensions: { price: change },
    errors: { types: [SharingRefusedError, QuotaExceededError, AlreadyExistsError] },
    resolve: (_root, { input }, ctx) => ctx.changes.shareSnapshot(input),
  }),
);

builder.mutationField('unshareSnapshot', (t) =>
  t.field({
    type: UnshareSnapshotPayload,
    description:
      'Takes back the right to restore a snapshot. Whoever does not have it is passed over, so it can be asked again. A restore that is under way goes on.',
    args: {
      input: t.arg({
        type: UnshareSnapshotInput,
        required: true,
        description: 'The snapshot, and from whom to take it back.',
      }),
    },
    extensions: { price: change },
    errors: { types: [SharingRefusedError] },
    resolve: (_root, { input }, ctx) => ctx.changes.unshareSnapshot(input),
  }),
);
