import { builder } from '../builder.ts';

const SnapshotOrderFieldEnum = builder.enumType('SnapshotOrderField', {
  description: 'The properties that a list of snapshots can be ordered by.',
  values: {
    CREATED_AT: { description: 'Order by the time when AWS started to create the snapshot.' },
    IDENTIFIER: { description: 'Order by the identifier of the snapshot, compared by character code.' },
    CLUSTER: { description: 'Order by the identifier of the cluster, compared by character code.' },
    SIZE: { description: 'Order by the total size of the snapshot. Amazon DocumentDB does not report it.' },
  } as const,
});

export const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'The direction in which a list is ordered.',
  values: {
    ASC: { description: 'Ascending: smallest or oldest first.' },
    DESC: { description: 'Descending: largest or newest first.' },
  } as const,
});

export const SnapshotOrderInput = builder.inputType('SnapshotOrder', {
  description:
    'The order of a list of snapshots, across all sources. Snapshots with equal values are ordered by ARN; snapshots without a value come last in either direction.',
  fields: (t) => ({
    field: t.field({ type: SnapshotOrderFieldEnum, required: true, description: 'The property to order by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'The direction in which to order.' }),
  }),
});
