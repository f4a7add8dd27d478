import type { ServiceName } from '../../support/services.ts';

export const mutationNames = [
  'createSnapshot',
  'copySnapshot',
  'shareSnapshot',
  'unshareSnapshot',
  'deleteSnapshot',
  'deleteSnapshots',
  'tagSnapshot',
  'untagSnapshot',
  'updateSnapshotRetention',
  'issueClusterCredentials',
] as const;
export type MutationName = (typeof mutationNames)[number];

/** What a service does in its own way, as far as the contract depends on it. */
export interface Difference {
  /** Its name in messages. */
  readonly title: string;
  /** The AWS operations that list and find. */
  readonly reads: Readonly<Record<'snapshots' | 'clusters', string>>;
  /** The AWS operation that reads a field, one call for each resource; null where the lists report the field. */
  readonly fields: Readonly<Record<'snapshotTags' | 'snapshotSharing' | 'clusterTags', string | null>>;
  /** Whether AWS stores names in lower case and finds them in any case. */
  readonly foldsNames: boolean;
  /** Whether manual snapshots can have a retention. */
  readonly hasRetention: boolean;
  /** Whether snapshots have a size. */
  readonly hasSize: boolean;
  /** The groups that a snapshot can be shared with, in the words of AWS. */
  readonly groups: readonly string[];
  /** Whether AWS lists what accounts that are not configured share. */
  readonly listsStrangers: boolean;
  /** How many calls read the clusters of a page of snapshots: `used` of the `total` clusters of the source. */
  readonly clusterCalls: readonly { readonly total: number; readonly used: number; readonly calls: number }[];
  /**
   * The AWS operation that each mutation sends for one snapshot and, where it differs, for several; null where the
   * service has no such thing.
   */
  readonly changes: Readonly<Record<MutationName, readonly [one: string, many?: string] | null>>;
}

/** Every service under test. A new service needs one entry. */
export const differences: Readonly<Record<ServiceName, Difference>> = {
  REDSHIFT: {
    title: 'Amazon Redshift',
    reads: { snapshots: 'DescribeClusterSnapshots', clusters: 'DescribeClusters' },
    fields: { snapshotTags: null, snapshotSharing: null, clusterTags: null },
    foldsNames: false,
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
      deleteSnapshot: ['DeleteClusterSnapshot'],
      deleteSnapshots: ['BatchDeleteClusterSnapshots'],
      tagSnapshot: ['CreateTags'],
      untagSnapshot: ['DeleteTags'],
      updateSnapshotRetention: ['ModifyClusterSnapshot', 'BatchModifyClusterSnapshots'],
      issueClusterCredentials: ['GetClusterCredentials'],
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
    foldsNames: true,
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
      deleteSnapshot: ['DeleteDBClusterSnapshot'],
      deleteSnapshots: ['DeleteDBClusterSnapshot'],
      tagSnapshot: ['AddTagsToResource'],
      untagSnapshot: ['RemoveTagsFromResource'],
      updateSnapshotRetention: null,
      issueClusterCredentials: null,
    },
  },
};
