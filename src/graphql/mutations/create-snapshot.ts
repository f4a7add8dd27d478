import { AlreadyExistsError, QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput, TagInput } from './inputs.ts';
import { resultOf, snapshotPayload } from './payload.ts';

const CreateSnapshotInput = builder.inputType('CreateSnapshotInput', {
  description: 'Input of createSnapshot.',
  fields: (t) => ({
    clusterId: t.id({
      required: true,
      description: 'The Node ID or ARN of the cluster to take a snapshot of, which must be available.',
    }),
    identifier: t.string({
      required: true,
      description:
        'The identifier (name) of the snapshot, which must not exist yet in its account and region. Letters, digits and single hyphens; starts with a letter and does not end with a hyphen. Up to 255 characters for Amazon Redshift; up to 63 characters for Amazon DocumentDB, which stores the identifier in lowercase.',
    }),
    retentionDays: t.int({
      description:
        'Amazon Redshift only: the number of days until AWS deletes the snapshot, 1 to 3653. If omitted or -1, the snapshot is kept forever. Amazon DocumentDB does not support retention.',
    }),
    tags: t.field({ type: [TagInput], description: 'The tags of the snapshot, at most 50.' }),
    ...everyInput(t),
  }),
});

const CreateSnapshotPayload = snapshotPayload(
  'CreateSnapshotPayload',
  'Payload of createSnapshot.',
  'The new snapshot, which AWS has started to create. Null for a dry run.',
);

builder.mutationField('createSnapshot', (t) =>
  t.field({
    type: CreateSnapshotPayload,
    nullable: true,
    description:
      'Creates a manual snapshot of a cluster. Returns when AWS has started the creation; follow it with `snapshotProgress`.',
    args: {
      input: t.arg({
        type: CreateSnapshotInput,
        required: true,
        description: 'The cluster to take a snapshot of, and the properties of the snapshot.',
      }),
    },
    extensions: { price: change },
    errors: { types: [AlreadyExistsError, QuotaExceededError], union: resultOf('createSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.createSnapshot(input),
  }),
);
