import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { Context } from '../context.ts';
import type { CopySnapshotInputShape } from '../graphql/mutations/copy-snapshot.ts';
import type { CreateSnapshotInputShape } from '../graphql/mutations/create-snapshot.ts';
import type { DeleteSnapshotInputShape, DeleteSnapshotsInputShape } from '../graphql/mutations/delete-snapshots.ts';
import type { CredentialsChange, IssueClusterCredentialsInputShape } from '../graphql/mutations/issue-credentials.ts';
import type { BatchChange, SnapshotChange } from '../graphql/mutations/payload.ts';
import type { ShareSnapshotInputShape, UnshareSnapshotInputShape } from '../graphql/mutations/share-snapshot.ts';
import type { UpdateSnapshotRetentionInputShape } from '../graphql/mutations/snapshot-retention.ts';
import type { TagSnapshotInputShape, UntagSnapshotInputShape } from '../graphql/mutations/snapshot-tags.ts';
import type { Permission } from '../graphql/permission.ts';
import type { ChangeableApi } from './backend.ts';
import { copySnapshot } from './copy-snapshot.ts';
import { createSnapshot } from './create-snapshot.ts';
import { deleteSnapshot, deleteSnapshots } from './delete-snapshots.ts';
import { createTargets } from './input/targets.ts';
import { issueClusterCredentials } from './issue-credentials.ts';
import { shareSnapshot } from './share-snapshot.ts';
import { tagSnapshot, untagSnapshot } from './tag-snapshot.ts';
import { unshareSnapshot } from './unshare-snapshot.ts';
import { updateSnapshotRetention } from './update-retention.ts';

/**
 * Every change, for one request: the input is checked whole, what AWS would refuse is found by reading, then the
 * calls are planned, and made unless it is a dry run.
 */
export interface Changes {
  createSnapshot(input: CreateSnapshotInputShape): Promise<SnapshotChange>;
  copySnapshot(input: CopySnapshotInputShape): Promise<SnapshotChange>;
  deleteSnapshot(input: DeleteSnapshotInputShape): Promise<SnapshotChange>;
  deleteSnapshots(input: DeleteSnapshotsInputShape): Promise<BatchChange>;
  updateSnapshotRetention(input: UpdateSnapshotRetentionInputShape): Promise<BatchChange>;
  tagSnapshot(input: TagSnapshotInputShape): Promise<SnapshotChange>;
  untagSnapshot(input: UntagSnapshotInputShape): Promise<SnapshotChange>;
  shareSnapshot(input: ShareSnapshotInputShape): Promise<SnapshotChange>;
  unshareSnapshot(input: UnshareSnapshotInputShape): Promise<SnapshotChange>;
  issueClusterCredentials(input: IssueClusterCredentialsInputShape): Promise<CredentialsChange>;
}

/** The changes that one principal may ask for; `credentials` left out, no temporary password is issued. */
export function createChanges(
  apis: readonly ChangeableApi[],
  credentials: CredentialSettings | undefined,
  ctx: () => Context,
): Changes {
  const targets = (permission: Permission) => createTargets(apis, permission, ctx);
  return {
    createSnapshot: (input) => createSnapshot(targets('SNAPSHOT_CREATE'), input, ctx()),
    copySnapshot: (input) => copySnapshot(targets('SNAPSHOT_COPY'), input, ctx()),
    deleteSnapshot: (input) => deleteSnapshot(targets('SNAPSHOT_DELETE'), input, ctx()),
    deleteSnapshots: (input) => deleteSnapshots(targets('SNAPSHOT_DELETE'), input, ctx()),
    updateSnapshotRetention: (input) => updateSnapshotRetention(targets('SNAPSHOT_RETAIN'), input, ctx()),
    tagSnapshot: (input) => tagSnapshot(targets('SNAPSHOT_TAG'), input, ctx()),
    untagSnapshot: (input) => untagSnapshot(targets('SNAPSHOT_TAG'), input),
    shareSnapshot: (input) => shareSnapshot(targets('SNAPSHOT_SHARE'), input, ctx()),
    unshareSnapshot: (input) => unshareSnapshot(targets('SNAPSHOT_SHARE'), input, ctx()),
    issueClusterCredentials: (input) =>
      issueClusterCredentials(targets('CLUSTER_CREDENTIALS'), input, credentials, ctx()),
  };
}
