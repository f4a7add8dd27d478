import { AlreadyExistsError, QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput, TagInput } from './inputs.ts';
import { resultOf, snapshotPayload } from './payload.ts';

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
        'The identifier (name) of the copy, which must not exist yet in its account and region. Letters, digits and single hyphens; starts with a letter and does not end with a hyphen. Up to 255 characters for Amazon Redshift; up to 63 characters for Amazon DocumentDB, which stores the identifier in lowercase.',
    }),
    retentionDays: t.int({
      description:
        'Amazon Redshift only: the number of days until AWS deletes the copy, 1 to 3653. If omitted or -1, the copy is kept forever. Amazon DocumentDB does not support retention.',
    }),
    targetRegion: t.string({
      description: 'Amazon DocumentDB only: the region of the copy. Defaults to the region of the snapshot.',
    }),
    kmsKeyId: t.string({
      description:
        'Amazon DocumentDB only: the ID, ARN or alias of the AWS KMS key to encrypt the copy with. Required to copy an encrypted snapshot from another account or to another region; not allowed for an unencrypted snapshot.',
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
  'The copy, a manual snapshot that AWS has started to create. Null for a dry run.',
);

builder.mutationField('copySnapshot', (t) =>
  t.field({
    type: CopySnapshotPayload,
    nullable: true,
    description:
      'Copies a snapshot to a new manual snapshot. Returns when AWS has started the copy; follow it with `snapshotProgress`. Amazon Redshift copies automated snapshots within their region; tags require a second AWS call. Amazon DocumentDB copies snapshots within a region and across regions, and snapshots of other accounts within a region.',
    args: {
      input: t.arg({
        type: CopySnapshotInput,
        required: true,
        description: 'The snapshot to copy, and the properties of the copy.',
      }),
    },
    extensions: { price: change },
    errors: { types: [AlreadyExistsError, QuotaExceededError], union: resultOf('copySnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.copySnapshot(input),
  }),
);
