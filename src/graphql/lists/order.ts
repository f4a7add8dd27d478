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

const ClusterOrderFieldEnum = builder.enumType('ClusterOrderField', {
  description: 'The properties that a list of clusters can be ordered by.',
  values: {
    IDENTIFIER: { description: 'Order by the identifier of the cluster, compared by character code.' },
    CREATED_AT: { description: 'Order by the time when the cluster was created.' },
    LATEST_SNAPSHOT_AT: {
      description:
        'Order by the creation time of `latestSnapshot`. Reads the latest snapshots of all clusters that match the filter: the snapshots of each source in full, one AWS call per 100 snapshots, or the latest snapshot of each cluster if that takes fewer calls. A cluster without an available snapshot comes last in either direction. So does a cluster whose snapshots cannot be read, and its source is then reported as PARTIAL.',
    },
  } as const,
});

const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'The direction in which a list is ordered.',
  values: {
    ASC: { description: 'Ascending: smallest or oldest first.' },
    DESC: { description: 'Descending: largest or newest first.' },
  } as const,
});

/** Defines an input type for the order of a list by one of the fields of an enum. */
export function orderInput<Field extends string>(
  name: string,
  field: ReturnType<typeof builder.enumType<Field, readonly Field[]>>,
  description: string,
) {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      field: t.field({ type: field, required: true, description: 'The property to order by.' }),
      direction: t.field({ type: OrderDirectionEnum, required: true, description: 'The direction in which to order.' }),
    }),
  });
}

export const SnapshotOrderInput = orderInput(
  'SnapshotOrder',
  SnapshotOrderFieldEnum,
  'The order of a list of snapshots, across all sources. Snapshots with equal values are ordered by ARN; snapshots without a value come last in either direction.',
);

export const ClusterOrderInput = orderInput(
  'ClusterOrder',
  ClusterOrderFieldEnum,
  'The order of a list of clusters, across all sources. Clusters with equal values are ordered by ARN; clusters without a value come last in either direction.',
);
