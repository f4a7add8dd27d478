/** Who can restore a snapshot, in addition to its owner. */
export interface SnapshotSharing {
  readonly public: boolean;
  readonly awsSupport: boolean;
  readonly accounts: readonly string[];
  /** Values of AWS that are not account IDs, such as the ARN of an organization, which the API does not show. */
  readonly others: readonly string[];
}

/**
 * The maximum number of accounts that a snapshot can be shared with, in both services; the limit is fixed.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-share_cluster_snapshots.html
 */
export const maximumSharedAccounts = 20;
