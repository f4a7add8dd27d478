import type { ServiceName } from '../../support/services.ts';

export const mutationNames = [
  'createSnapshot',
  'copySnapshot',
  'shareSnapshot',
  'unshareSnapshot',
  'unshareSnapshots',
  'deleteSnapshot',
  'deleteSnapshots',
  'tagSnapshot',
  'untagSnapshot',
  'updateSnapshotRetention',
  'issueClusterCredentials',
  'restoreTable',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** The differences between services that the contract depends on. */
export interface Difference {
  /** The name of the service in messages. */
  readonly title: string;
  /** The AWS operations that list and look up records. */
  readonly reads: Readonly<Record<'snapshots' | 'clusters', string>>;
  /** The AWS operation that reads a field, one call per resource; null if lists return the field. */
  readonly fields: Readonly<Record<'snapshotTags' | 'snapshotSharing' | 'clusterTags', string | null>>;
  /** The fields of a snapshot that AWS does not report in its response to createSnapshot. */
  readonly createdWithout: readonly string[];
  /** Whether manual snapshots can have a retention period. */
  readonly hasRetention: boolean;
  /** Whether snapshots have a size. */
  readonly hasSize: boolean;
  /** The names by which AWS shares a snapshot with AWS Support or publicly. */
  readonly groups: readonly string[];
  /** Whether AWS lists snapshots that accounts outside the configuration share. */
  readonly listsStrangers: boolean;
  /** The number of calls to read the clusters of a page of snapshots: `used` of the `total` clusters of the source. */
  readonly clusterCalls: readonly { readonly total: number; readonly used: number; readonly calls: number }[];
  /**
   * The AWS operation that each mutation sends for one snapshot and, if different, for several snapshots; null if the
   * service does not support the mutation.
   */
  readonly changes: Readonly<Record<MutationName, readonly [one: string, many?: string] | null>>;
}

/** Every service under test. A new service requires one entry. */
export const differences: Readonly<Record<ServiceName, Difference>> = {
  REDSHIFT: {
    title: 'Amazon Redshift',
    reads: { snapshots: 'DescribeClusterSnapshots', clusters: 'DescribeClusters' },
    fields: { snapshotTags: null, snapshotSharing: null, clusterTags: null },
    createdWithout: ['RedshiftSnapshot_restorableNodeTypes'],
    hasRetention: true,
    hasSize: true,
    groups: ['amazon-redshift-support'],
    listsStrangers: false,
    clusterCalls: [
      { total: 5, used: 1, calls: 1 },
      { total: 50, used: 40, calls: 1 },
      { total: 250, used: 90, calls: 3 },
    ],
    changes: {
      createSnapshot: ['CreateClusterSnapshot'],
      copySnapshot: ['CopyClusterSnapshot'],
      shareSnapshot: ['AuthorizeSnapshotAccess'],
      unshareSnapshot: ['RevokeSnapshotAccess'],
      unshareSnapshots: ['RevokeSnapshotAccess'],
      deleteSnapshot: ['DeleteClusterSnapshot'],
      deleteSnapshots: ['BatchDeleteClusterSnapshots'],
      tagSnapshot: ['CreateTags'],
      untagSnapshot: ['DeleteTags'],
      updateSnapshotRetention: ['ModifyClusterSnapshot', 'BatchModifyClusterSnapshots'],
      issueClusterCredentials: ['GetClusterCredentials'],
      restoreTable: ['RestoreTableFromClusterSnapshot'],
    },
  },
  DOCUMENTDB: {
    title: 'Amazon DocumentDB',
    reads: { snapshots: 'DescribeDBClusterSnapshots', clusters: 'DescribeDBClusters' },
    fields: {
      snapshotTags: 'ListTagsForResource',
      snapshotSharing: 'DescribeDBClusterSnapshotAttributes',
      clusterTags: 'ListTagsForResource',
    },
    createdWithout: [],
    hasRetention: false,
    hasSize: false,
    groups: ['all'],
    listsStrangers: true,
    clusterCalls: [
      { total: 5, used: 1, calls: 1 },
      { total: 250, used: 100, calls: 1 },
    ],
    changes: {
      createSnapshot: ['CreateDBClusterSnapshot'],
      copySnapshot: ['CopyDBClusterSnapshot'],
      shareSnapshot: ['ModifyDBClusterSnapshotAttribute'],
      unshareSnapshot: ['ModifyDBClusterSnapshotAttribute'],
      unshareSnapshots: ['ModifyDBClusterSnapshotAttribute'],
      deleteSnapshot: ['DeleteDBClusterSnapshot'],
      deleteSnapshots: ['DeleteDBClusterSnapshot'],
      tagSnapshot: ['AddTagsToResource'],
      untagSnapshot: ['RemoveTagsFromResource'],
      updateSnapshotRetention: null,
      issueClusterCredentials: null,
      restoreTable: null,
    },
  },
};
