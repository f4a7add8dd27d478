/**
 * Options for AWS behavior that is neither documented nor observed, each with the more likely behavior as its default,
 * so that a correction changes one line. Also the quotas and durations that differ between accounts.
 * Every option is a boolean or a number, and a world's JSON can set any of them.
 */
export interface Assumptions {
  /** Whether Redshift stores and matches snapshot identifiers in lowercase. */
  readonly redshiftFoldsIdentifiers: boolean;
  /** Whether DescribeClusterSnapshots lists the newest snapshots first, as observed; if false, it lists by identifier. */
  readonly redshiftListsNewestFirst: boolean;
  /**
   * How far a snapshot's SnapshotCreateTime moves when the snapshot becomes available, in seconds, but never past that
   * moment. In AWS's sample responses, it moves by about 20 seconds between Create and the Describe after completion.
   */
  readonly redshiftCreateTimeShiftSeconds: number;
  /** Whether a snapshot shows its sizes and its progress while it is being created; observed are -1 and 0 instead. */
  readonly redshiftMeasuresUnfinished: boolean;
  /** Whether DescribeClusterSnapshots without OwnerAccount also lists snapshots that other accounts share. */
  readonly redshiftListsSharedUnasked: boolean;
  /** Whether DescribeClusterSnapshots rejects the identifier of a snapshot of another SnapshotType; if false, it lists none. */
  readonly redshiftRefusesOtherTypes: boolean;
  /** Whether Redshift returns maintenance windows in lower case, as RDS does; if false, as they were given. */
  readonly redshiftFoldsWindows: boolean;
  /**
   * Whether a restored Redshift cluster has the EnhancedVpcRouting of the snapshot by default, as the reference says of
   * all settings; if false, it is off, as the reference says of this one.
   */
  readonly redshiftRestoresVpcRouting: boolean;
  /** Whether Redshift rejects CreateClusterSnapshot while another snapshot of the cluster is being created. */
  readonly redshiftOneSnapshotAtATime: boolean;
  /** Whether CopyClusterSnapshot returns `creating`, as its reference says; the sample response shows `available`. */
  readonly redshiftCopyStartsCreating: boolean;
  /** Whether Redshift rejects a KMS key that cannot be used as DependentServiceAccessDenied; if false, as InvalidParameterValue. */
  readonly redshiftDeniesUnusableKeys: boolean;
  /**
   * Whether Redshift answers a call that a role is denied with UnauthorizedOperation and a text without the action; it
   * has been observed for a right that Redshift needs elsewhere, and AccessDenied with IAM's text for its own actions.
   */
  readonly redshiftDeniesAsUnauthorizedOperation: boolean;
  /** The maximum number of manual Redshift snapshots per account and region. Default: AWS's default quota. */
  readonly redshiftManualSnapshotQuota: number;
  /** The maximum number of nodes of all Redshift clusters per account and region. Default: AWS's default quota. */
  readonly redshiftNodeQuota: number;
  /**
   * Whether a resized or renamed Redshift cluster gets a new ClusterCreateTime; its snapshots keep the old one then, and
   * no longer belong to it.
   */
  readonly redshiftRenewsCreateTime: boolean;
  /** Whether the snapshots of a renamed cluster get its new name; AWS says that they remain associated with it. */
  readonly redshiftRenamesSnapshots: boolean;
  /** Whether DescribeEvents rejects SourceType without SourceIdentifier, as its reference says. */
  readonly redshiftEventTypeNeedsSource: boolean;
  /** Whether ModifyCluster rejects NumberOfNodes without NodeType, as its reference says. */
  readonly redshiftResizeNeedsNodeType: boolean;
  /** The maximum number of snapshot copy grants per account and region. The documented error has no documented quota. */
  readonly redshiftCopyGrantQuota: number;
  /** The maximum number of concurrent table restores to one Redshift cluster. */
  readonly redshiftTableRestoreQuota: number;
  /** Whether the lists of snapshots accept a Marker of either service after the snapshot that it follows is deleted. */
  readonly snapshotMarkersSurviveDeletion: boolean;
  /** Whether the lists of snapshots reject an invalid MaxRecords or Marker as ValidationError; if false, as InvalidParameterValue. */
  readonly snapshotPagingIsValidated: boolean;
  /** How long lists omit a new snapshot of either service, in seconds. */
  readonly snapshotHiddenSeconds: number;
  /** How long lists still show a deleted snapshot of either service, with its last status, in seconds. */
  readonly snapshotLingerSeconds: number;
  /** Whether RDS returns `TagList` with each resource, as observed for Aurora; the DocumentDB SDK drops it. */
  readonly rdsAnswersTagList: boolean;
  /** Whether DescribeDBClusterSnapshots applies the `engine` filter, which only the RDS reference documents. */
  readonly rdsFiltersSnapshotsByEngine: boolean;
  /** Whether DescribeDBClusterSnapshots rejects the id of a cluster that no longer exists, as its reference says. */
  readonly rdsRefusesGoneClusters: boolean;
  /** Whether RDS rejects CreateDBClusterSnapshot while the cluster is `backing-up`. */
  readonly rdsOneSnapshotAtATime: boolean;
  /** Whether CopyDBClusterSnapshot with `CopyTags` adds `Tags` to the source's tags; observed is that `Tags` replace them. */
  readonly rdsCopyMergesTags: boolean;
  /** Whether the manual snapshots of a cluster show its new name after it is renamed, as its automated snapshots do. */
  readonly rdsRenamesManualSnapshots: boolean;
  /** Whether RDS tag operations return DBSnapshotNotFound, which they declare, for a missing cluster snapshot. */
  readonly rdsTagsSayDbSnapshotNotFound: boolean;
  /** Whether RDS rejects sharing a snapshot with an account that already has access. */
  readonly rdsRefusesRepeatedShares: boolean;
  /** Whether RDS rejects revoking access from an account that does not have access. */
  readonly rdsRefusesAbsentShares: boolean;
  /**
   * Whether RDS deletes a `failed` snapshot, as observed for snapshots of instances; if false, only an available one, as
   * its reference says.
   */
  readonly rdsDeletesFailed: boolean;
  /** Whether RDS rejects deleting a snapshot that is shared. */
  readonly rdsRefusesToDeleteShared: boolean;
  /** The maximum number of manual cluster snapshots of all engines per account and region. Default: AWS's default quota. */
  readonly rdsManualSnapshotQuota: number;
  /** The maximum number of clusters of all engines per account and region. Default: AWS's default quota. */
  readonly rdsClusterQuota: number;
  /** Whether RDS takes an automated snapshot when a new cluster becomes available, as Redshift does. */
  readonly rdsTakesFirstSnapshot: boolean;
  /** Whether automated snapshots are created, copied to other regions and expired by the clock. */
  readonly automatedSnapshots: boolean;
  /** How long the creation or copy of a snapshot takes in either service, in seconds. */
  readonly snapshotSeconds: number;
  /** How long a cluster stays `creating` or `deleting`, and how long a table restore takes, in seconds. */
  readonly clusterSeconds: number;
}

/** Returns when lists start to show a snapshot that is created now, in epoch milliseconds. */
export function listedAt({ now, assumptions }: { readonly now: Date; readonly assumptions: Assumptions }): number {
  return now.getTime() + assumptions.snapshotHiddenSeconds * 1000;
}

export const defaultAssumptions: Assumptions = {
  redshiftFoldsIdentifiers: true,
  redshiftListsNewestFirst: true,
  redshiftCreateTimeShiftSeconds: 20,
  redshiftMeasuresUnfinished: false,
  redshiftListsSharedUnasked: false,
  redshiftRefusesOtherTypes: true,
  redshiftFoldsWindows: true,
  redshiftRestoresVpcRouting: true,
  redshiftOneSnapshotAtATime: false,
  redshiftCopyStartsCreating: true,
  redshiftDeniesUnusableKeys: true,
  redshiftDeniesAsUnauthorizedOperation: false,
  redshiftManualSnapshotQuota: 20,
  redshiftNodeQuota: 200,
  redshiftRenewsCreateTime: false,
  redshiftRenamesSnapshots: true,
  redshiftEventTypeNeedsSource: false,
  redshiftResizeNeedsNodeType: false,
  redshiftCopyGrantQuota: 50,
  redshiftTableRestoreQuota: 5,
  snapshotMarkersSurviveDeletion: true,
  snapshotPagingIsValidated: false,
  snapshotHiddenSeconds: 0,
  snapshotLingerSeconds: 0,
  rdsAnswersTagList: true,
  rdsFiltersSnapshotsByEngine: true,
  rdsRefusesGoneClusters: false,
  rdsOneSnapshotAtATime: true,
  rdsCopyMergesTags: false,
  rdsRenamesManualSnapshots: false,
  rdsTagsSayDbSnapshotNotFound: true,
  rdsRefusesRepeatedShares: false,
  rdsRefusesAbsentShares: false,
  rdsDeletesFailed: true,
  rdsRefusesToDeleteShared: false,
  rdsManualSnapshotQuota: 100,
  rdsClusterQuota: 40,
  rdsTakesFirstSnapshot: true,
  automatedSnapshots: true,
  snapshotSeconds: 30,
  clusterSeconds: 60,
};
