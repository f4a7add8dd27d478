import { PreconditionFailedError } from '../../errors.ts';
import { change } from '../../limits/field-prices.ts';
import { builder } from '../builder.ts';
import { dryRun } from './inputs.ts';
import { batchPayload, snapshotPayload } from './payload.ts';

const revokeAccess = {
  defaultValue: false,
  description: 'First take it back from all who may restore it, which otherwise forbid that it is deleted.',
} as const;

const DeleteSnapshotInput = builder.inputType('DeleteSnapshotInput', {
  description: 'Which snapshot to delete, and under what conditions.',
  fields: (t) => ({
    snapshotId: t.id({ required: true, description: 'The `id` of a manual snapshot of a configured account.' }),
    revokeAccess: t.boolean(revokeAccess),
    expectedCreatedAt: t.field({
      type: 'DateTime',
      description: 'Its `createdAt`: refuses to delete another snapshot that has taken its name since.',
    }),
    dryRun: t.boolean(dryRun),
  }),
});

const DeleteSnapshotsInput = builder.inputType('DeleteSnapshotsInput', {
  description: 'Which snapshots to delete.',
  fields: (t) => ({
    snapshotIds: t.idList({ required: true, description: 'The `id` of each, 1 to 500 of any sources.' }),
    revokeAccess: t.boolean(revokeAccess),
    dryRun: t.boolean(dryRun),
  }),
});

const DeleteSnapshotPayload = snapshotPayload(
  'DeleteSnapshotPayload',
  'A snapshot that was deleted.',
  'The snapshot as it was, with the status DELETED. As it is, with `dryRun`.',
);

const DeleteSnapshotsPayload = batchPayload('DeleteSnapshotsPayload', 'What came of each snapshot to delete.');

builder.mutationField('deleteSnapshot', (t) =>
  t.field({
    type: DeleteSnapshotPayload,
    description: 'Deletes a manual snapshot for good.',
    args: {
      input: t.arg({ type: DeleteSnapshotInput, required: true, description: 'The snapshot and the conditions.' }),
    },
    extensions: { price: change },
    errors: { types: [PreconditionFailedError] },
    resolve: (_root, { input }, ctx) => ctx.changes.deleteSnapshot(input),
  }),
);

builder.mutationField('deleteSnapshots', (t) =>
  t.field({
    type: DeleteSnapshotsPayload,
    description:
      'Deletes manual snapshots for good, each by itself: some may be deleted and others not. Amazon Redshift: one AWS call for 100 that are not shared; Amazon DocumentDB: one for each.',
    args: { input: t.arg({ type: DeleteSnapshotsInput, required: true, description: 'The snapshots.' }) },
    extensions: { price: change },
    errors: {},
    resolve: (_root, { input }, ctx) => ctx.changes.deleteSnapshots(input),
  }),
);
