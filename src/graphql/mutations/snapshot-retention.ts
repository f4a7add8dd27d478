import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { dryRun } from './inputs.ts';
import { batchPayload } from './payload.ts';

const UpdateSnapshotRetentionInput = builder.inputType('UpdateSnapshotRetentionInput', {
  description: 'Which snapshots to keep, and for how long.',
  fields: (t) => ({
    snapshotIds: t.idList({
      required: true,
      description: 'The `id` of each, 1 to 500 manual snapshots of Amazon Redshift of any sources.',
    }),
    days: t.int({
      description: 'Days from its creation until AWS deletes it, 1 to 3653; null or -1 keeps it until deleted.',
    }),
    force: t.boolean({
      defaultValue: false,
      description:
        'Let AWS delete at once a snapshot that is older than `days`, which it refuses otherwise. That takes SNAPSHOT_DELETE too, and what keeps snapshots from deletion keeps them from this.',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const UpdateSnapshotRetentionPayload = batchPayload(
  'UpdateSnapshotRetentionPayload',
  'What came of each snapshot whose retention was to change.',
);

builder.mutationField('updateSnapshotRetention', (t) =>
  t.field({
    type: UpdateSnapshotRetentionPayload,
    description:
      'Changes how long manual snapshots are kept, each by itself: one AWS call for 100 of a source. Amazon DocumentDB has no retention.',
    args: {
      input: t.arg({ type: UpdateSnapshotRetentionInput, required: true, description: 'The snapshots and the days.' }),
    },
    extensions: { price: change },
    errors: {},
    resolve: (_root, { input }, ctx) => ctx.changes.updateSnapshotRetention(input),
  }),
);
