/** A mutation that is offered as a tool. */
export interface OfferedMutation {
  /** Whether it can remove or overwrite something, or cannot be undone. */
  readonly isDestructive: boolean;
  /** Whether a repetition with the same input has no further effect. */
  readonly isIdempotent: boolean;
  /** Fields of the input that the tool does not take. */
  readonly without?: readonly string[];
}

const additive: OfferedMutation = { isDestructive: false, isIdempotent: false };
const destructive: OfferedMutation = { isDestructive: true, isIdempotent: true };

/** The mutations that agents can request with `--allow-changes`. */
export const offeredMutations: Readonly<Record<string, OfferedMutation>> = {
  createSnapshot: additive,
  // A repetition makes the next calls of a copy to another account.
  copySnapshot: additive,
  restoreCluster: additive,
  restoreClusterToTime: additive,
  restoreTable: additive,
  createClusterInstances: { isDestructive: false, isIdempotent: true },
  // An account that has copied the snapshot keeps the data after the access is revoked.
  shareSnapshot: { ...destructive, without: ['public'] },
  unshareSnapshot: destructive,
  unshareSnapshots: destructive,
  tagSnapshot: destructive,
  untagSnapshot: destructive,
  updateSnapshotRetention: destructive,
  deleteSnapshot: destructive,
  deleteSnapshots: destructive,
};

/** The mutations that agents cannot request, and why. */
export const excludedMutations: Readonly<Record<string, string>> = {
  issueClusterCredentials: 'It returns a password.',
  updateBackupSettings: 'It decides how backups are made.',
  createSnapshotSchedule: 'It decides how backups are made.',
  updateSnapshotSchedule: 'It decides how backups are made.',
  deleteSnapshotSchedule: 'It decides how backups are made.',
};
