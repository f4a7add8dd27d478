import { QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput, TagInput } from './inputs.ts';
import { resultOf, snapshotPayload } from './payload.ts';

const snapshotId = {
  required: true,
  description: 'The Node ID or ARN of the snapshot, which a configured account owns.',
} as const;

const TagSnapshotInput = builder.inputType('TagSnapshotInput', {
  description: 'Input of tagSnapshot.',
  fields: (t) => ({
    snapshotId: t.id(snapshotId),
    tags: t.field({
      type: [TagInput],
      required: true,
      description:
        'The tags to add, at least one. An existing tag with the same key gets the new value. A snapshot can have at most 50 tags.',
    }),
    ...everyInput(t),
  }),
});

const UntagSnapshotInput = builder.inputType('UntagSnapshotInput', {
  description: 'Input of untagSnapshot.',
  fields: (t) => ({
    snapshotId: t.id(snapshotId),
    keys: t.stringList({
      required: true,
      description: 'The keys of the tags to remove, at least one. Keys that the snapshot does not have are skipped.',
    }),
    ...everyInput(t),
  }),
});

const snapshot = 'The snapshot after the change, with its current tags. For a dry run, the unchanged snapshot.';

const TagSnapshotPayload = snapshotPayload('TagSnapshotPayload', 'Payload of tagSnapshot.', snapshot);
const UntagSnapshotPayload = snapshotPayload('UntagSnapshotPayload', 'Payload of untagSnapshot.', snapshot);

builder.mutationField('tagSnapshot', (t) =>
  t.field({
    type: TagSnapshotPayload,
    nullable: true,
    description: 'Adds tags to a snapshot. Existing tags with the same keys are overwritten.',
    args: {
      input: t.arg({
        type: TagSnapshotInput,
        required: true,
        description: 'The snapshot to tag, and the tags to add.',
      }),
    },
    extensions: { price: change },
    errors: { types: [QuotaExceededError], union: resultOf('tagSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.tagSnapshot(input),
  }),
);

builder.mutationField('untagSnapshot', (t) =>
  t.field({
    type: UntagSnapshotPayload,
    nullable: true,
    description: 'Removes tags from a snapshot.',
    args: {
      input: t.arg({
        type: UntagSnapshotInput,
        required: true,
        description: 'The snapshot, and the keys of the tags to remove.',
      }),
    },
    extensions: { price: change },
    errors: { union: resultOf('untagSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.untagSnapshot(input),
  }),
);
