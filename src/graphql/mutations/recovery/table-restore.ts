import { clusterOf } from '../../../limits/field-prices.ts';
import { calls } from '../../../limits/price.ts';
import { encodeGlobalId } from '../../../snapshots/global-id.ts';
import { nodeKey } from '../../../snapshots/record.ts';
import { serviceTable } from '../../../snapshots/service.ts';
import type { TableName, TableRestoreRecord, TableRestoreState } from '../../../snapshots/recovery/table-restore.ts';
import { builder } from '../../builder.ts';
import { ClusterInterface } from '../../cluster.ts';
import { SnapshotInterface } from '../../snapshot.ts';

const TableNameType = builder.objectRef<TableName<string | null>>('TableName').implement({
  description: 'The full name of a table. A null field means that AWS does not report the value.',
  fields: (t) => ({
    database: t.exposeString('database', { nullable: true, description: 'The name of the database.' }),
    schema: t.exposeString('schema', { nullable: true, description: 'The name of the schema in the database.' }),
    table: t.exposeString('table', { nullable: true, description: 'The name of the table in the schema.' }),
  }),
});

const TableRestoreStateEnum = builder.enumType('TableRestoreState', {
  description: 'The status of a table restore.',
  values: {
    PENDING: { description: 'AWS has accepted the restore, and has not started it yet.' },
    IN_PROGRESS: { description: 'AWS is restoring the table.' },
    SUCCEEDED: { description: 'The table is restored.' },
    FAILED: { description: 'The restore failed; see `message`.' },
    CANCELED: { description: 'The restore was canceled.' },
    UNKNOWN: { description: 'AWS reports a status that this API does not know.' },
  } satisfies Record<TableRestoreState, object>,
});

export const TableRestoreType = builder.objectRef<TableRestoreRecord>('TableRestore').implement({
  description:
    'The restore of one table from a snapshot to the cluster of the snapshot, as restoreTable requested it. AWS forgets old restores. A null field means that AWS does not report the value; it never stands for zero.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description:
        'The Node ID of this restore, for `node(id:)`: null there once AWS has forgotten the restore, or the cluster was deleted or renamed.',
      resolve: (restore) => encodeGlobalId(restore.__typename, nodeKey(restore)),
    }),
    requestId: t.exposeString('requestId', { description: 'The ID by which AWS identifies this restore.' }),
    restoreState: t.expose('state', {
      type: TableRestoreStateEnum,
      description: 'The status of this restore.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What AWS says about the status of this restore, such as the reason of a failure.',
    }),
    requestedAt: t.expose('requestedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When AWS received the request for this restore.',
    }),
    restoredMegabytes: t.exposeFloat('restoredMegabytes', {
      nullable: true,
      description: 'The amount of data that is already restored, in megabytes.',
    }),
    totalMegabytes: t.exposeFloat('totalMegabytes', {
      nullable: true,
      description: 'The amount of data to restore, in megabytes.',
    }),
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The cluster to which the table is restored. Null if the cluster no longer exists, or you may not read it. The clusters of all restores in a response are read together.',
      extensions: { price: clusterOf },
      resolve: ({ clusterArn }, _args, ctx) => ctx.fleet.lookups.clusterByArn(clusterArn),
    }),
    snapshot: t.field({
      type: SnapshotInterface,
      nullable: true,
      description:
        'The snapshot from which the table is restored. Null if the snapshot no longer exists, you may not read it, or its cluster was renamed. One or two AWS calls, made only if this field is selected.',
      extensions: { price: calls(2) },
      resolve: ({ snapshotArn, source: { service } }, _args, ctx) =>
        snapshotArn === null
          ? null
          : ctx.fleet.lookups.namedSnapshot(encodeGlobalId(serviceTable[service].types.snapshot, snapshotArn)).read(),
    }),
    sourceTable: t.expose('sourceTable', { type: TableNameType, description: 'The table in the snapshot.' }),
    targetTable: t.expose('targetTable', { type: TableNameType, description: 'The new table in the cluster.' }),
  }),
});
