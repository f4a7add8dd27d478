import { AlreadyExistsError, QuotaExceededError, SharingRefusedError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput, TagInput } from './inputs.ts';
import { resultOf, snapshotPayload } from './payload.ts';
import { PlannedCallType } from './planned-call.ts';

const CopySnapshotInput = builder.inputType('CopySnapshotInput', {
  description: 'Input of copySnapshot.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the snapshot to copy, which must be available. Amazon Redshift: an automated snapshot that the account owns. Amazon DocumentDB: any snapshot, including a snapshot that another account shares.',
    }),
    identifier: t.string({
      required: true,
      description:
        'The identifier (name) of the copy, which must not exist yet in its account and region, unless it is the copy of an earlier request with the same `targetAccount`. Letters, digits and single hyphens; starts with a letter and does not end with a hyphen. Up to 255 characters for Amazon Redshift; up to 63 characters for Amazon DocumentDB, which stores the identifier in lowercase.',
    }),
    retentionDays: t.int({
      description:
        'Amazon Redshift only: the number of days until AWS deletes the copy, 1 to 3653. If omitted or -1, the copy is kept forever. Amazon DocumentDB does not support retention.',
    }),
    targetAccount: t.field({
      type: 'AccountId',
      description:
        'Amazon DocumentDB only: the configured account that owns the copy. Defaults to the account of the snapshot. For another account, the snapshot must be an own one, and the copy takes several requests: repeat the same mutation, with a new `idempotencyKey` or without one, until `remainingCalls` is empty. The target account must be configured in the region of the snapshot, too.',
    }),
    targetRegion: t.string({
      description: 'Amazon DocumentDB only: the region of the copy. Defaults to the region of the snapshot.',
    }),
    kmsKeyId: t.string({
      description:
        'Amazon DocumentDB only: the ID, ARN or alias of the AWS KMS key to encrypt the copy with. Required to copy an encrypted snapshot from or to another account or to another region; not allowed for an unencrypted snapshot. With `targetAccount`, a key in the region of the copy that this account can use.',
    }),
    intermediateKmsKeyId: t.string({
      description:
        'Amazon DocumentDB only, with `targetAccount`: the ID, ARN or alias of a customer key in the region of the snapshot that both accounts may use. Required if the key of the snapshot cannot be shared, such as the default key `alias/aws/rds`, or if AWS KMS does not describe it. If set, an intermediate copy under this key is shared instead of the snapshot.',
    }),
    copyTags: t.boolean({
      defaultValue: false,
      description: 'Whether to copy the tags of the snapshot. `tags` override copied tags with the same key.',
    }),
    tags: t.field({
      type: [TagInput],
      description: 'The tags of the copy: at most 50, including the tags copied from the snapshot.',
    }),
    ...everyInput(t),
  }),
});

const CopySnapshotPayload = snapshotPayload(
  'CopySnapshotPayload',
  'Payload of copySnapshot.',
  'The copy, a manual snapshot that AWS has started to create. Null for a dry run of a copy within the account of the snapshot. For a copy to another account, null until a request has started the copy itself.',
);

builder.objectField(CopySnapshotPayload, 'remainingCalls', (t) =>
  t.field({
    type: [PlannedCallType],
    description:
      'The AWS calls that are left, in order, which AWS accepts only after the snapshots of the calls before are available: minutes to hours. They are not made in the background: repeat the mutation with the same input, with a new `idempotencyKey` or without one. Each repetition makes the calls that are possible then; the last one removes the share and the intermediate copies. Empty for a copy within the account of the snapshot, and after the last repetition.',
    resolve: ({ remainingCalls = [] }) => [...remainingCalls],
  }),
);

builder.mutationField('copySnapshot', (t) =>
  t.field({
    type: CopySnapshotPayload,
    nullable: true,
    description:
      'Copies a snapshot to a new manual snapshot. Returns when AWS has started the copy; follow it with `snapshotProgress`. Amazon Redshift copies automated snapshots within their region; tags require a second AWS call. Amazon DocumentDB copies snapshots within a region and across regions, and snapshots of other accounts within a region. With `targetAccount`, it copies a snapshot to another account in several steps: an intermediate copy if the snapshot cannot be shared, a share, the copy by the target account, and their removal. Repeat the mutation until `remainingCalls` is empty; if an intermediate copy fails, a repetition removes it, reports the failure, and the next one starts again.',
    args: {
      input: t.arg({
        type: CopySnapshotInput,
        required: true,
        description: 'The snapshot to copy, and the properties of the copy.',
      }),
    },
    extensions: { price: change },
    errors: { types: [AlreadyExistsError, QuotaExceededError, SharingRefusedError], union: resultOf('copySnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.copySnapshot(input),
  }),
);
