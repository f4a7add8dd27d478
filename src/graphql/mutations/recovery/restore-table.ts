import type { TableRestoreChange } from '../../../changes/restores/restore-table.ts';
import { QuotaExceededError } from '../../../errors.ts';
import { change } from '../../../limits/field-prices.ts';
import { included } from '../../../limits/price.ts';
import { builder } from '../../builder.ts';
import { everyInput } from '../inputs.ts';
import { resultOf } from '../payload.ts';
import { PlannedCallType } from '../planned-call.ts';
import { TableRestoreType } from './table-restore.ts';

const folded = 'AWS converts it to lowercase unless `caseSensitive` is true.';

const TableNameInput = builder.inputType('TableNameInput', {
  description: 'The full name of a table in a snapshot.',
  fields: (t) => ({
    database: t.string({ required: true, description: `The name of the database: 1 to 127 bytes. ${folded}` }),
    schema: t.string({
      required: true,
      defaultValue: 'public',
      description: `The name of the schema: 1 to 127 bytes. ${folded}`,
    }),
    table: t.string({ required: true, description: `The name of the table: 1 to 127 bytes. ${folded}` }),
  }),
});

const TargetTableNameInput = builder.inputType('TargetTableNameInput', {
  description: 'The full name of the table to create.',
  fields: (t) => ({
    database: t.string({
      description: `The name of the database: 1 to 127 bytes. If omitted, the database of the source. ${folded}`,
    }),
    schema: t.string({
      description: `The name of the schema: 1 to 127 bytes. If omitted, the schema of the source. ${folded}`,
    }),
    table: t.string({
      required: true,
      description: `The name of the new table, which must not exist: 1 to 127 bytes. ${folded}`,
    }),
  }),
});

const RestoreTableInput = builder.inputType('RestoreTableInput', {
  description: 'Input of restoreTable.',
  fields: (t) => ({
    snapshotId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the Amazon Redshift snapshot to restore the table from. It must be available, and belong to the account of the cluster.',
    }),
    clusterId: t.id({
      required: true,
      description:
        'The Node ID or ARN of the cluster to restore the table to. It must be the cluster that the snapshot was taken from, and be available.',
    }),
    source: t.field({ type: TableNameInput, required: true, description: 'The table in the snapshot.' }),
    target: t.field({ type: TargetTableNameInput, required: true, description: 'The table to create in the cluster.' }),
    caseSensitive: t.boolean({
      defaultValue: false,
      description: 'Whether the names are case-sensitive. Otherwise, AWS converts them to lowercase.',
    }),
    ...everyInput(t),
  }),
});

const RestoreTablePayload = builder.objectRef<TableRestoreChange>('RestoreTablePayload').implement({
  description: 'Payload of restoreTable.',
  fields: (t) => ({
    request: t.field({
      type: TableRestoreType,
      nullable: true,
      description:
        'The restore, which AWS has started. Null for a dry run. For a repetition with the same `idempotencyKey`, the restore as it is now: null if AWS has forgotten it.',
      extensions: { price: included },
      resolve: ({ request }) => (typeof request === 'function' ? request() : request),
    }),
    plannedCalls: t.field({
      type: [PlannedCallType],
      description: 'The AWS call that the mutation made or, for a dry run, would make.',
      resolve: ({ plannedCalls }) => [...plannedCalls],
    }),
  }),
});

builder.mutationField('restoreTable', (t) =>
  t.field({
    type: RestoreTablePayload,
    nullable: true,
    description:
      'Restores one table from a snapshot of an Amazon Redshift cluster to the same cluster, as a new table. Requires the permission CLUSTER_RESTORE for the snapshot and for the cluster. Returns when AWS has accepted the restore. Amazon DocumentDB restores only whole clusters.',
    args: {
      input: t.arg({
        type: RestoreTableInput,
        required: true,
        description: 'The snapshot, the cluster, and the names of the table.',
      }),
    },
    extensions: { price: change },
    errors: { types: [QuotaExceededError], union: resultOf('restoreTable') },
    resolve: (_root, { input }, ctx) => ctx.changes.restoreTable(input),
  }),
);
