import type { Unchecked } from '../../changes/request.ts';
import { AlreadyExistsError, QuotaExceededError, SharingRefusedError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { maximumSharedAccounts } from '../../snapshots/sharing.ts';
import { builder, type InputFields } from '../builder.ts';
import { SharingRefusalEnum } from '../errors/error-types.ts';
import { ErrorCodeEnum } from '../source.ts';
import { everyInput } from './inputs.ts';
import { batchPayload, resultOf, snapshotPayload } from './payload.ts';

const ShareSnapshotInput = builder.inputType('ShareSnapshotInput', {
  description: 'Input of shareSnapshot. At least one of `accounts`, `awsSupport` and `public` is required.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the snapshot to share, an available manual snapshot that a configured account owns.',
    }),
    accounts: t.field({
      type: ['AccountId'],
      defaultValue: [],
      description: `The AWS accounts to share the snapshot with. A snapshot can be shared with at most ${maximumSharedAccounts} accounts.`,
    }),
    awsSupport: t.boolean({
      defaultValue: false,
      description: 'Whether to share the snapshot with AWS Support (Amazon Redshift only).',
    }),
    public: t.boolean({
      defaultValue: false,
      description:
        'Whether to make the snapshot public, so that every AWS account can restore it (Amazon DocumentDB only, unencrypted snapshots only).',
    }),
    ...everyInput(t),
  }),
});

/** Defines the fields of the inputs that revoke access. */
function revocation(t: InputFields) {
  return {
    accounts: t.field({
      type: ['AccountId'],
      defaultValue: [],
      description: 'The AWS accounts whose access to revoke.',
    }),
    awsSupport: t.boolean({
      defaultValue: false,
      description: 'Whether to revoke the access of AWS Support (Amazon Redshift only).',
    }),
    public: t.boolean({
      defaultValue: false,
      description:
        'Whether to revoke public access (Amazon DocumentDB only). Accounts that the snapshot is also individually shared with keep their access; use `everyone` to revoke that as well.',
    }),
    everyone: t.boolean({
      defaultValue: false,
      description:
        'Whether to revoke all access: the access of all accounts, the access of AWS Support, and public access.',
    }),
    ...everyInput(t),
  };
}

const UnshareSnapshotInput = builder.inputType('UnshareSnapshotInput', {
  description:
    'Input of unshareSnapshot. At least one of `accounts`, `awsSupport`, `public` and `everyone` is required.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the snapshot to revoke access to. It must be a manual snapshot that a configured account owns.',
    }),
    ...revocation(t),
  }),
});

const UnshareSnapshotsInput = builder.inputType('UnshareSnapshotsInput', {
  description:
    'Input of unshareSnapshots. At least one of `accounts`, `awsSupport`, `public` and `everyone` is required.',
  fields: (t) => ({
    snapshotIds: t.idList({
      required: true,
      description: 'The Node IDs or ARNs of the snapshots to revoke access to: 1 to 500 snapshots, from any sources.',
    }),
    ...revocation(t),
  }),
});

const snapshot =
  'The snapshot after the change; `sharing` shows the current state in AWS. For a dry run, the unchanged snapshot.';

const ShareSnapshotPayload = snapshotPayload('ShareSnapshotPayload', 'Payload of shareSnapshot.', snapshot);
const UncheckedSharing = builder.objectRef<Unchecked>('UncheckedSharing').implement({
  description: 'A reason to refuse to share a snapshot that could not be checked before AWS was called.',
  fields: (t) => ({
    refusal: t.expose('refusal', { type: SharingRefusalEnum, description: 'The reason that could not be checked.' }),
    code: t.expose('code', { type: ErrorCodeEnum, description: 'Why it could not be checked.' }),
    message: t.exposeString('message', { description: 'Why it could not be checked, in words.' }),
  }),
});

builder.objectField(ShareSnapshotPayload, 'unchecked', (t) =>
  t.field({
    type: [UncheckedSharing],
    description:
      'The reasons to refuse the mutation that the gateway could not check, and left to AWS: `DEFAULT_KMS_KEY`, if AWS KMS denies or fails to describe the key. For a dry run, AWS can still refuse the mutation for these reasons. Amazon Redshift shares a snapshot under its default key, but no other account can restore it.',
    resolve: ({ unchecked = [] }) => [...unchecked],
  }),
);

const UnshareSnapshotPayload = snapshotPayload('UnshareSnapshotPayload', 'Payload of unshareSnapshot.', snapshot);
const UnshareSnapshotsPayload = batchPayload('UnshareSnapshotsPayload', 'Payload of unshareSnapshots.');

builder.mutationField('shareSnapshot', (t) =>
  t.field({
    type: ShareSnapshotPayload,
    nullable: true,
    description:
      'Shares a manual snapshot, so that others can restore it. Accounts that already have access are skipped: the mutation is idempotent. Amazon Redshift: one AWS call per account. Amazon DocumentDB: one AWS call for all accounts. An encrypted snapshot can be restored only by accounts that the policy of its AWS KMS key allows to decrypt; AWS does not check this when a snapshot is shared. Sharing a snapshot with accounts under a key that AWS manages is refused, with one more AWS call (`kms:DescribeKey`); see `unchecked`.',
    args: {
      input: t.arg({
        type: ShareSnapshotInput,
        required: true,
        description: 'The snapshot to share, and the accounts to share it with.',
      }),
    },
    extensions: { price: change },
    errors: { types: [SharingRefusedError, QuotaExceededError, AlreadyExistsError], union: resultOf('shareSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.shareSnapshot(input),
  }),
);

builder.mutationField('unshareSnapshot', (t) =>
  t.field({
    type: UnshareSnapshotPayload,
    nullable: true,
    description:
      'Revokes access to a manual snapshot, so that others can no longer restore it. Accounts that have no access are skipped: the mutation is idempotent. A restore that is in progress continues.',
    args: {
      input: t.arg({
        type: UnshareSnapshotInput,
        required: true,
        description: 'The snapshot, and the accounts whose access to revoke.',
      }),
    },
    extensions: { price: change },
    errors: { types: [SharingRefusedError], union: resultOf('unshareSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.unshareSnapshot(input),
  }),
);

builder.mutationField('unshareSnapshots', (t) =>
  t.field({
    type: UnshareSnapshotsPayload,
    nullable: true,
    description:
      'Revokes access to manual snapshots, so that others can no longer restore them. Each snapshot succeeds or fails individually. Snapshots and accounts without such access are skipped: the mutation is idempotent. Amazon Redshift: one AWS call per snapshot and account. Amazon DocumentDB: one AWS call per snapshot. A restore that is in progress continues.',
    args: {
      input: t.arg({
        type: UnshareSnapshotsInput,
        required: true,
        description: 'The snapshots, and the accounts whose access to revoke.',
      }),
    },
    extensions: { price: change },
    errors: { union: resultOf('unshareSnapshots') },
    resolve: (_root, { input }, ctx) => ctx.changes.unshareSnapshots(input),
  }),
);
