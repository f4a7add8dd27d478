import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput } from './inputs.ts';
import { batchPayload, resultOf } from './payload.ts';

const UpdateSnapshotRetentionInput = builder.inputType('UpdateSnapshotRetentionInput', {
  description: 'Input of updateSnapshotRetention.',
  fields: (t) => ({
    snapshotIds: t.idList({
      required: true,
      description:
        'The Node IDs or ARNs of the snapshots to update: 1 to 500 manual Amazon Redshift snapshots, from any sources.',
    }),
    days: t.int({
      description:
        'The new retention period: the number of days from the creation of a snapshot until AWS deletes it, 1 to 3653. Null or -1 keeps the snapshots forever. A period that ends sooner than before is subject to the rules of the operator that protect snapshots from deletion; if it ends within the days that the operator has set (by default 7), it also requires the permission SNAPSHOT_DELETE.',
    }),
    force: t.boolean({
      defaultValue: false,
      description:
        'If true, AWS immediately deletes snapshots that are older than `days`; if false, these snapshots are not changed.',
    }),
    ...everyInput(t),
  }),
});

const UpdateSnapshotRetentionPayload = batchPayload(
  'UpdateSnapshotRetentionPayload',
  'Payload of updateSnapshotRetention.',
);

builder.mutationField('updateSnapshotRetention', (t) =>
  t.field({
    type: UpdateSnapshotRetentionPayload,
    nullable: true,
    description:
      'Changes the retention of manual snapshots: how long AWS keeps them. Each snapshot succeeds or fails individually. One AWS call per 100 snapshots of a source. Amazon DocumentDB does not support retention.',
    args: {
      input: t.arg({
        type: UpdateSnapshotRetentionInput,
        required: true,
        description: 'The snapshots to update, and their new retention period.',
      }),
    },
    extensions: { price: change },
    errors: { union: resultOf('updateSnapshotRetention') },
    resolve: (_root, { input }, ctx) => ctx.changes.updateSnapshotRetention(input),
  }),
);
