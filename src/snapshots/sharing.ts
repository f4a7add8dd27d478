/** Who besides the owner may restore a snapshot. */
export interface SnapshotSharing {
  readonly public: boolean;
  readonly awsSupport: boolean;
  readonly accounts: readonly string[];
}

/**
 * Accounts that one snapshot can be shared with, in either service; the limit is fixed.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-share_cluster_snapshots.html
 */
export const maximumSharedAccounts = 20;
