import { QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { dryRun, TagInput } from './inputs.ts';
import { snapshotPayload } from './payload.ts';

const snapshotId = { required: true, description: 'The `id` of a snapshot of a configured account.' } as const;

const TagSnapshotInput = builder.inputType('TagSnapshotInput', {
  description: 'Which snapshot to tag, and how.',
  fields: (t) => ({
    snapshotId: t.id(snapshotId),
    tags: t.field({
      type: [TagInput],
      required: true,
      description: 'At least one. A tag of the same key gets the new value; a snapshot has 50 tags at most.',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const UntagSnapshotInput = builder.inputType('UntagSnapshotInput', {
  description: 'Which snapshot to take tags from, and which.',
  fields: (t) => ({
    snapshotId: t.id(snapshotId),
    keys: t.stringList({
      required: true,
      description: 'The keys, at least one. Those that it does not have are passed over.',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const snapshot = 'The snapshot with its tags as they are now. As it is, with `dryRun`.';

const TagSnapshotPayload = snapshotPayload('TagSnapshotPayload', 'A snapshot that was tagged.', snapshot);
const UntagSnapshotPayload = snapshotPayload('UntagSnapshotPayload', 'A snapshot that lost tags.', snapshot);

builder.mutationField('tagSnapshot', (t) =>
  t.field({
    type: TagSnapshotPayload,
    description: 'Puts tags on a snapshot, over those of the same key.',
    args: { input: t.arg({ type: TagSnapshotInput, required: true, description: 'The snapshot and the tags.' }) },
    extensions: { price: change },
    errors: { types: [QuotaExceededError] },
    resolve: (_root, { input }, ctx) => ctx.changes.tagSnapshot(input),
  }),
);

builder.mutationField('untagSnapshot', (t) =>
  t.field({
    type: UntagSnapshotPayload,
    description: 'Takes tags from a snapshot.',
    args: { input: t.arg({ type: UntagSnapshotInput, required: true, description: 'The snapshot and the keys.' }) },
    extensions: { price: change },
    errors: {},
    resolve: (_root, { input }, ctx) => ctx.changes.untagSnapshot(input),
  }),
);
