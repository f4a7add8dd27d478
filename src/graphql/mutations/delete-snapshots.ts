import { PreconditionFailedError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { everyInput } from './inputs.ts';
import { batchPayload, resultOf, snapshotPayload } from './payload.ts';

const revokeAccess = {
  defaultValue: false,
  description:
    'If true, revokes all access to a shared snapshot before deleting it. If false, a shared snapshot is not deleted.',
} as const;

const DeleteSnapshotInput = builder.inputType('DeleteSnapshotInput', {
  description: 'Input of deleteSnapshot.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the snapshot to delete. It must be a manual snapshot that a configured account owns.',
    }),
    revokeAccess: t.boolean(revokeAccess),
    expectedCreatedAt: t.field({
      type: 'DateTime',
      description:
        'The expected `createdAt` of the snapshot. If another snapshot now has the same identifier, that snapshot is not deleted. Amazon Redshift: times that differ by at most 120 seconds match, because AWS changes the time of a new snapshot by about 20 seconds. Amazon DocumentDB: the times must be equal.',
    }),
    ...everyInput(t),
  }),
});

const DeleteSnapshotsInput = builder.inputType('DeleteSnapshotsInput', {
  description: 'Input of deleteSnapshots.',
  fields: (t) => ({
    snapshotIds: t.idList({
      required: true,
      description: 'The Node IDs or ARNs of the snapshots to delete: 1 to 500 snapshots, from any sources.',
    }),
    revokeAccess: t.boolean(revokeAccess),
    ...everyInput(t),
  }),
});

const DeleteSnapshotPayload = snapshotPayload(
  'DeleteSnapshotPayload',
  'Payload of deleteSnapshot.',
  'The deleted snapshot as it was before, with the status DELETED. For a dry run, the unchanged snapshot.',
);

const DeleteSnapshotsPayload = batchPayload('DeleteSnapshotsPayload', 'Payload of deleteSnapshots.');

builder.mutationField('deleteSnapshot', (t) =>
  t.field({
    type: DeleteSnapshotPayload,
    nullable: true,
    description: 'Deletes a manual snapshot permanently.',
    args: {
      input: t.arg({
        type: DeleteSnapshotInput,
        required: true,
        description: 'The snapshot to delete, and the conditions of the deletion.',
      }),
    },
    extensions: { price: change },
    errors: { types: [PreconditionFailedError], union: resultOf('deleteSnapshot') },
    resolve: (_root, { input }, ctx) => ctx.changes.deleteSnapshot(input),
  }),
);

builder.mutationField('deleteSnapshots', (t) =>
  t.field({
    type: DeleteSnapshotsPayload,
    nullable: true,
    description:
      'Deletes manual snapshots permanently. Each snapshot succeeds or fails individually. Amazon Redshift: one AWS call per 100 snapshots that are not shared. Amazon DocumentDB: one AWS call per snapshot.',
    args: { input: t.arg({ type: DeleteSnapshotsInput, required: true, description: 'The snapshots to delete.' }) },
    extensions: { price: change },
    errors: { union: resultOf('deleteSnapshots') },
    resolve: (_root, { input }, ctx) => ctx.changes.deleteSnapshots(input),
  }),
);
