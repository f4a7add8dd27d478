import { AlreadyExistsError, QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { dryRun, TagInput } from './inputs.ts';
import { snapshotPayload } from './payload.ts';

const CopySnapshotInput = builder.inputType('CopySnapshotInput', {
  description: 'Which snapshot to copy, and what the copy will be.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The `id` of an available snapshot. Amazon Redshift: an automated one of the account. Amazon DocumentDB: any, also one that another account shares.',
    }),
    identifier: t.string({
      required: true,
      description:
        'The name of the copy, new in its account and region: letters, digits and single hyphens, a letter first and no hyphen last; up to 255 for Amazon Redshift, up to 63 for Amazon DocumentDB, which stores it in lower case.',
    }),
    retentionDays: t.int({
      description:
        'Amazon Redshift: days until AWS deletes the copy, 1 to 3653; left out or -1, it is kept until deleted. Amazon DocumentDB has no such thing.',
    }),
    targetRegion: t.string({
      description: 'Amazon DocumentDB: the region of the copy. That of the snapshot, if left out.',
    }),
    kmsKeyId: t.string({
      description:
        'Amazon DocumentDB: the AWS KMS key to encrypt the copy with, as id, ARN or alias. An encrypted snapshot of another account or region needs one; an unencrypted one takes none.',
    }),
    copyTags: t.boolean({
      defaultValue: false,
      description: 'Whether the copy gets the tags of the snapshot. `tags` of the same key win.',
    }),
    tags: t.field({ type: [TagInput], description: 'Tags of the copy, 50 at most with those of the snapshot.' }),
    dryRun: t.boolean(dryRun),
  }),
});

const CopySnapshotPayload = snapshotPayload(
  'CopySnapshotPayload',
  'A copy that was begun.',
  'The copy, a manual snapshot that AWS goes on making. Null with `dryRun`.',
);

builder.mutationField('copySnapshot', (t) =>
  t.field({
    type: CopySnapshotPayload,
    description:
      'Begins a manual copy of a snapshot. Amazon Redshift copies automated snapshots within their region; tags are a second AWS call. Amazon DocumentDB copies within and across regions, and from other accounts within a region.',
    args: {
      input: t.arg({ type: CopySnapshotInput, required: true, description: 'The snapshot and its copy.' }),
    },
    extensions: { price: change },
    errors: { types: [AlreadyExistsError, QuotaExceededError] },
    resolve: (_root, { input }, ctx) => ctx.changes.copySnapshot(input),
  }),
);
