/**
 * What AWS neither documents nor shows, each as an option with the likelier answer as its default,
 * so that a correction is one line. The quotas and durations that differ between accounts are here too.
 * Every option is a boolean or a number: a world's JSON may set any of them.
 */
export interface Assumptions {
  /** Redshift stores and matches snapshot identifiers in lower case. */
  readonly redshiftFoldsIdentifiers: boolean;
  /** Redshift's DescribeClusterSnapshots lists what others share with the caller even without OwnerAccount. */
  readonly redshiftListsSharedUnasked: boolean;
  /** Redshift refuses a second snapshot of a cluster while one is being made. */
  readonly redshiftOneSnapshotAtATime: boolean;
  /** CopyClusterSnapshot answers `creating`, as the text of its page says; its sample answer says `available`. */
  readonly redshiftCopyStartsCreating: boolean;
  /** Manual Redshift snapshots in one account and region. Default: AWS's own quota. */
  readonly redshiftManualSnapshotQuota: number;
  /** Nodes of all Redshift clusters in one account and region. Default: AWS's own quota. */
  readonly redshiftNodeQuota: number;
  /** Tables that are being restored to one Redshift cluster at the same time. */
  readonly redshiftTableRestoreQuota: number;
  /** How long a new snapshot of either service is missing from lists, in seconds. */
  readonly snapshotHiddenSeconds: number;
  /** How long a deleted snapshot of either service is still listed as it was, in seconds. */
  readonly snapshotLingerSeconds: number;
  /** RDS sends a resource's `TagList` with it, as it was seen to do for Aurora; the DocumentDB SDK drops it. */
  readonly rdsAnswersTagList: boolean;
  /** RDS's DescribeDBClusterSnapshots honours the `engine` filter, as the RDS page says and the DocumentDB page does not. */
  readonly rdsFiltersSnapshotsByEngine: boolean;
  /** RDS's DescribeDBClusterSnapshots refuses a DBClusterIdentifier whose cluster is gone, as its page says. */
  readonly rdsRefusesGoneClusters: boolean;
  /** RDS refuses a second snapshot of a cluster while it is `backing-up`. */
  readonly rdsOneSnapshotAtATime: boolean;
  /** CopyDBClusterSnapshot lays `Tags` over the source's tags with `CopyTags`; otherwise `Tags` alone count. */
  readonly rdsCopyMergesTags: boolean;
  /** RDS's tag operations answer DBSnapshotNotFound for a missing cluster snapshot, which they declare. */
  readonly rdsTagsSayDbSnapshotNotFound: boolean;
  /** RDS refuses to share a snapshot with an account that has it shared already. */
  readonly rdsRefusesRepeatedShares: boolean;
  /** RDS refuses to take a snapshot from an account that it is not shared with. */
  readonly rdsRefusesAbsentShares: boolean;
  /** RDS refuses to delete a snapshot that is shared. */
  readonly rdsRefusesToDeleteShared: boolean;
  /** Manual cluster snapshots of all engines in one account and region. Default: AWS's own quota. */
  readonly rdsManualSnapshotQuota: number;
  /** Clusters of all engines in one account and region. Default: AWS's own quota. */
  readonly rdsClusterQuota: number;
  /** How long a snapshot of either service is `creating`, in seconds. */
  readonly snapshotSeconds: number;
  /** How long a cluster is `creating` or `deleting`, and how long a table is being restored, in seconds. */
  readonly clusterSeconds: number;
}

/** When lists begin to show a snapshot that is begun now, in milliseconds since 1970. */
export function listedAt({ now, assumptions }: { readonly now: Date; readonly assumptions: Assumptions }): number {
  return now.getTime() + assumptions.snapshotHiddenSeconds * 1000;
}

export const defaultAssumptions: Assumptions = {
  redshiftFoldsIdentifiers: false,
  redshiftListsSharedUnasked: false,
  redshiftOneSnapshotAtATime: false,
  redshiftCopyStartsCreating: true,
  redshiftManualSnapshotQuota: 20,
  redshiftNodeQuota: 200,
  redshiftTableRestoreQuota: 5,
  snapshotHiddenSeconds: 0,
  snapshotLingerSeconds: 0,
  rdsAnswersTagList: true,
  rdsFiltersSnapshotsByEngine: true,
  rdsRefusesGoneClusters: false,
  rdsOneSnapshotAtATime: true,
  rdsCopyMergesTags: true,
  rdsTagsSayDbSnapshotNotFound: true,
  rdsRefusesRepeatedShares: false,
  rdsRefusesAbsentShares: false,
  rdsRefusesToDeleteShared: false,
  rdsManualSnapshotQuota: 100,
  rdsClusterQuota: 40,
  snapshotSeconds: 30,
  clusterSeconds: 60,
};
