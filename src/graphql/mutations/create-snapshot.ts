import { AlreadyExistsError, QuotaExceededError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { dryRun, TagInput } from './inputs.ts';
import { snapshotPayload } from './payload.ts';

const CreateSnapshotInput = builder.inputType('CreateSnapshotInput', {
  description: 'Which cluster to take a snapshot of, and how to keep it.',
  fields: (t) => ({
    clusterId: t.id({ required: true, description: 'The `id` of the cluster, which must be available.' }),
    identifier: t.string({
      required: true,
      description:
        'The name of the snapshot, new in its account and region: letters, digits and single hyphens, a letter first and no hyphen last; up to 255 for Amazon Redshift, up to 63 for Amazon DocumentDB, which stores it in lower case.',
    }),
    retentionDays: t.int({
      description:
        'Amazon Redshift: days until AWS deletes it, 1 to 3653; left out or -1, it is kept until deleted. Amazon DocumentDB has no such thing.',
    }),
    tags: t.field({ type: [TagInput], description: 'Its tags, 50 at most.' }),
    dryRun: t.boolean(dryRun),
  }),
});

const CreateSnapshotPayload = snapshotPayload(
  'CreateSnapshotPayload',
  'A snapshot that was begun.',
  'The new snapshot, which AWS goes on making. Null with `dryRun`.',
);

builder.mutationField('createSnapshot', (t) =>
  t.field({
    type: CreateSnapshotPayload,
    description: 'Begins a manual snapshot of a cluster.',
    args: {
      input: t.arg({ type: CreateSnapshotInput, required: true, description: 'The cluster and the new snapshot.' }),
    },
    extensions: { price: change },
    errors: { types: [AlreadyExistsError, QuotaExceededError] },
    resolve: (_root, { input }, ctx) => ctx.changes.createSnapshot(input),
  }),
);
