import type { Audit, AuditedResult } from '../access/audit.ts';
import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { Policy } from '../access/policy/policy.ts';
import type { Rights } from '../access/rights.ts';
import type { Usage } from '../aws/usage.ts';
import type { Lookups } from '../fleet/lookups/lookups.ts';
import type { RecordReads } from '../fleet/lookups/record-reads.ts';
import type { Questions } from '../fleet/questions/questions.ts';
import type { Sources } from '../fleet/sources.ts';
import type { Maybe } from '../snapshots/maybe.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { ChangesOf } from './backend.ts';
import type { BatchChange } from './batch.ts';
import { copySnapshot, type CopySnapshotInput } from './copy-snapshot.ts';
import { createSnapshot, type CreateSnapshotInput } from './create-snapshot.ts';
import {
  deleteSnapshot,
  type DeleteSnapshotInput,
  deleteSnapshots,
  type DeleteSnapshotsInput,
} from './delete-snapshots.ts';
import { createTargets, type Targets } from './input/targets.ts';
import { type CredentialsChange, issueClusterCredentials, type IssueCredentialsInput } from './issue-credentials.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import { guarded } from './requirements/guarded.ts';
import { shareSnapshot, type ShareSnapshotInput } from './share-snapshot.ts';
import { tagSnapshot, type TagSnapshotInput, untagSnapshot, type UntagSnapshotInput } from './tag-snapshot.ts';
import { unshareSnapshot, type UnshareSnapshotInput } from './unshare-snapshot.ts';
import { updateSnapshotRetention, type UpdateRetentionInput } from './update-retention.ts';

/**
 * All changes, for one request. Each change validates its whole input, reads from AWS to find out whether AWS would
 * refuse it, plans its calls, and makes them unless it is a dry run.
 */
export interface Changes {
  createSnapshot(input: CreateSnapshotInput): Promise<SnapshotChange>;
  copySnapshot(input: CopySnapshotInput): Promise<SnapshotChange>;
  deleteSnapshot(input: DeleteSnapshotInput): Promise<SnapshotChange>;
  deleteSnapshots(input: DeleteSnapshotsInput): Promise<BatchChange>;
  updateSnapshotRetention(input: UpdateRetentionInput): Promise<BatchChange>;
  tagSnapshot(input: TagSnapshotInput): Promise<SnapshotChange>;
  untagSnapshot(input: UntagSnapshotInput): Promise<SnapshotChange>;
  shareSnapshot(input: ShareSnapshotInput): Promise<SnapshotChange>;
  unshareSnapshot(input: UnshareSnapshotInput): Promise<SnapshotChange>;
  issueClusterCredentials(input: IssueCredentialsInput): Promise<CredentialsChange>;
}

export interface ChangesOptions {
  readonly rights: Rights;
  readonly sources: Sources;
  readonly fleet: {
    readonly lookups: Pick<Lookups, 'node'>;
    readonly questions: Pick<Questions, 'hasOtherSnapshot'>;
  };
  readonly reads: RecordReads;
  readonly changesOf: ChangesOf;
  readonly policy: Policy;
  readonly credentials: CredentialSettings | undefined;
  /** If undefined, changes are not recorded. */
  readonly audit: Audit | undefined;
  readonly usage: Usage;
}

/** Implements one change: reads its targets, and runs its plan unless it is a dry run. */
type Change<Input, Result> = (targets: Targets, input: Input, request: ChangeRequest) => Promise<Result>;

/** The changes of one principal. The audit records each change before its first AWS call, and after it ends. */
export function createChanges(options: ChangesOptions): Changes {
  const { rights, sources, fleet, reads, changesOf, policy, credentials, audit, usage } = options;
  const { subject } = rights;
  const request: ChangeRequest = {
    ...reads,
    subject,
    rights,
    sources,
    policy,
    credentials,
    hasOtherSnapshot: (cluster, these) => fleet.questions.hasOtherSnapshot(cluster, these),
  };
  const targetsFor = (permission: Permission) =>
    createTargets({
      permission,
      backendOf: (service) => guarded(changesOf({ service }), subject, policy),
      node: (id) => fleet.lookups.node(id),
      requirePermission: rights.require,
    });
  const change =
    <Input extends { readonly dryRun?: Maybe<boolean> }, Result extends AuditedResult>(
      operation: keyof Changes,
      permission: Permission,
      make: Change<Input, Result>,
    ) =>
    (input: Input): Promise<Result> => {
      const run = () => make(targetsFor(permission), input, request);
      return audit ? audit.record({ principal: subject, operation, input }, usage.sent, run) : run();
    };
  return {
    createSnapshot: change('createSnapshot', 'SNAPSHOT_CREATE', createSnapshot),
    copySnapshot: change('copySnapshot', 'SNAPSHOT_COPY', copySnapshot),
    deleteSnapshot: change('deleteSnapshot', 'SNAPSHOT_DELETE', deleteSnapshot),
    deleteSnapshots: change('deleteSnapshots', 'SNAPSHOT_DELETE', deleteSnapshots),
    updateSnapshotRetention: change('updateSnapshotRetention', 'SNAPSHOT_RETAIN', updateSnapshotRetention),
    tagSnapshot: change('tagSnapshot', 'SNAPSHOT_TAG', tagSnapshot),
    untagSnapshot: change('untagSnapshot', 'SNAPSHOT_TAG', untagSnapshot),
    shareSnapshot: change('shareSnapshot', 'SNAPSHOT_SHARE', shareSnapshot),
    unshareSnapshot: change('unshareSnapshot', 'SNAPSHOT_SHARE', unshareSnapshot),
    issueClusterCredentials: change('issueClusterCredentials', 'CLUSTER_CREDENTIALS', issueClusterCredentials),
  };
}
