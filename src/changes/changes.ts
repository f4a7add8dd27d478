import type { Audit } from '../access/audit.ts';
import type { CredentialSettings } from '../access/policy/credentials.ts';
import type { Policy } from '../access/policy/policy.ts';
import type { Rights } from '../access/rights.ts';
import type { Usage } from '../aws/usage.ts';
import { SnapgateError } from '../errors.ts';
import type { Keys } from '../fleet/lookups/keys.ts';
import type { Lookups } from '../fleet/lookups/lookups.ts';
import type { RecordReads } from '../fleet/lookups/record-reads.ts';
import type { Questions } from '../fleet/questions/questions.ts';
import type { Sources } from '../fleet/sources.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { ChangesOf } from './backend.ts';
import {
  createSnapshotSchedule,
  type CreateSnapshotScheduleInput,
  deleteSnapshotSchedule,
  type DeleteSnapshotScheduleInput,
  type ScheduleChange,
  updateSnapshotSchedule,
  type UpdateSnapshotScheduleInput,
} from './backups/snapshot-schedules.ts';
import { type BackupSettingsChange, updateBackupSettings } from './backups/backup-settings.ts';
import type { UpdateBackupSettingsInput } from './backups/input.ts';
import type { BatchChange } from './snapshots/batch.ts';
import { copySnapshot, type CopySnapshotInput } from './snapshots/copy-snapshot.ts';
import { createSnapshot, type CreateSnapshotInput } from './snapshots/create-snapshot.ts';
import {
  deleteSnapshot,
  type DeleteSnapshotInput,
  deleteSnapshots,
  type DeleteSnapshotsInput,
} from './snapshots/delete-snapshots.ts';
import { createTargets, type Targets, type ViewedInput } from './input/targets.ts';
import { type CredentialsChange, issueClusterCredentials, type IssueCredentialsInput } from './issue-credentials.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import { type Keyed, onceForKey, type Repetitions } from './repetition/idempotency.ts';
import type { ChangeResult } from './repetition/stored-outcome.ts';
import { guarded } from './requirements/guarded.ts';
import type { ClusterChange, RestoreChange } from './restores/backend.ts';
import { createClusterInstances, type CreateInstancesInput } from './restores/create-instances.ts';
import { restoreCluster, type RestoreClusterInput } from './restores/restore-cluster.ts';
import { restoreTable, type RestoreTableInput, type TableRestoreChange } from './restores/restore-table.ts';
import { restoreClusterToTime, type RestoreToTimeInput } from './restores/restore-to-time.ts';
import { shareSnapshot, type ShareSnapshotInput } from './snapshots/share-snapshot.ts';
import {
  tagSnapshot,
  type TagSnapshotInput,
  untagSnapshot,
  type UntagSnapshotInput,
} from './snapshots/tag-snapshot.ts';
import {
  unshareSnapshot,
  type UnshareSnapshotInput,
  unshareSnapshots,
  type UnshareSnapshotsInput,
} from './snapshots/unshare-snapshot.ts';
import { updateSnapshotRetention, type UpdateRetentionInput } from './snapshots/update-retention.ts';

/** The fields that every input has. */
interface EveryInput extends Keyed, ViewedInput {}

/**
 * All changes, for one request. Each change validates its whole input, reads from AWS to find out whether AWS would
 * refuse it, plans its calls, and makes them unless it is a dry run.
 */
export interface Changes {
  createSnapshot(input: CreateSnapshotInput & EveryInput): Promise<SnapshotChange>;
  copySnapshot(input: CopySnapshotInput & EveryInput): Promise<SnapshotChange>;
  deleteSnapshot(input: DeleteSnapshotInput & EveryInput): Promise<SnapshotChange>;
  deleteSnapshots(input: DeleteSnapshotsInput & EveryInput): Promise<BatchChange>;
  updateSnapshotRetention(input: UpdateRetentionInput & EveryInput): Promise<BatchChange>;
  tagSnapshot(input: TagSnapshotInput & EveryInput): Promise<SnapshotChange>;
  untagSnapshot(input: UntagSnapshotInput & EveryInput): Promise<SnapshotChange>;
  shareSnapshot(input: ShareSnapshotInput & EveryInput): Promise<SnapshotChange>;
  unshareSnapshot(input: UnshareSnapshotInput & EveryInput): Promise<SnapshotChange>;
  unshareSnapshots(input: UnshareSnapshotsInput & EveryInput): Promise<BatchChange>;
  restoreTable(input: RestoreTableInput & EveryInput): Promise<TableRestoreChange>;
  issueClusterCredentials(input: IssueCredentialsInput & EveryInput): Promise<CredentialsChange>;
  restoreCluster(input: RestoreClusterInput & EveryInput): Promise<RestoreChange>;
  restoreClusterToTime(input: RestoreToTimeInput & EveryInput): Promise<RestoreChange>;
  createClusterInstances(input: CreateInstancesInput & EveryInput): Promise<ClusterChange>;
  createSnapshotSchedule(input: CreateSnapshotScheduleInput & EveryInput): Promise<ScheduleChange>;
  updateSnapshotSchedule(input: UpdateSnapshotScheduleInput & EveryInput): Promise<ScheduleChange>;
  deleteSnapshotSchedule(input: DeleteSnapshotScheduleInput & EveryInput): Promise<ScheduleChange>;
  updateBackupSettings(input: UpdateBackupSettingsInput & EveryInput): Promise<BackupSettingsChange>;
}

/** The permission that each change requires for what it changes; some inputs require further permissions. */
export const requiredPermissions: Readonly<Record<keyof Changes, Permission>> = {
  createSnapshot: 'SNAPSHOT_CREATE',
  copySnapshot: 'SNAPSHOT_COPY',
  deleteSnapshot: 'SNAPSHOT_DELETE',
  deleteSnapshots: 'SNAPSHOT_DELETE',
  updateSnapshotRetention: 'SNAPSHOT_RETAIN',
  tagSnapshot: 'SNAPSHOT_TAG',
  untagSnapshot: 'SNAPSHOT_TAG',
  shareSnapshot: 'SNAPSHOT_SHARE',
  unshareSnapshot: 'SNAPSHOT_SHARE',
  unshareSnapshots: 'SNAPSHOT_SHARE',
  restoreTable: 'CLUSTER_RESTORE',
  issueClusterCredentials: 'CLUSTER_CREDENTIALS',
  restoreCluster: 'CLUSTER_RESTORE',
  restoreClusterToTime: 'CLUSTER_RESTORE',
  createClusterInstances: 'CLUSTER_RESTORE',
  createSnapshotSchedule: 'BACKUP_CONFIGURE',
  updateSnapshotSchedule: 'BACKUP_CONFIGURE',
  deleteSnapshotSchedule: 'BACKUP_CONFIGURE',
  updateBackupSettings: 'BACKUP_CONFIGURE',
};

export interface ChangesOptions {
  readonly rights: Rights;
  readonly sources: Sources;
  readonly fleet: {
    readonly lookups: Pick<Lookups, 'node' | 'namedSnapshot' | 'namedCluster'>;
    readonly questions: Pick<Questions, 'hasOtherSnapshot' | 'isQuotaReached' | 'automatedSnapshots'>;
  };
  readonly reads: RecordReads;
  /** Creates the keys that read back a change, with a time limit of their own. */
  readonly keysAfresh: () => Keys;
  readonly changesOf: ChangesOf;
  readonly policy: Policy;
  readonly credentials: CredentialSettings | undefined;
  /** If undefined, changes are not recorded. */
  readonly audit: Audit | undefined;
  readonly usage: Usage;
  /** The outcomes of changes with an idempotency key. */
  readonly repetitions: Repetitions;
  /** The time of the request. */
  readonly now: Date;
}

/** Implements one change: reads its targets, and runs its plan unless it is a dry run. */
type Change<Input, Result> = (targets: Targets, input: Input, request: ChangeRequest) => Promise<Result>;

/** The changes of one principal. The audit records each change before its first AWS call, and after it ends. */
export function createChanges(options: ChangesOptions): Changes {
  const { rights, sources, fleet, changesOf, policy, audit, usage, repetitions } = options;
  const { subject } = rights;
  const { client } = usage.scope;
  const request = requestOf(options);
  const targetsFor = (permission: Permission, { account }: ViewedInput) =>
    createTargets({
      permission,
      account,
      backendOf: (service) => guarded(changesOf({ service }), policy),
      lookups: fleet.lookups,
      requirePermission: rights.require,
    });
  const change =
    <Input extends EveryInput, Result extends ChangeResult>(operation: keyof Changes, make: Change<Input, Result>) =>
    (input: Input & EveryInput): Promise<Result> => {
      const record = (run: () => Promise<Result>, isRepetition = false) => {
        const asked = {
          principal: subject,
          client,
          operation,
          input,
          ...(isRepetition && ({ isRepetition } as const)),
        };
        return audit ? audit.record(asked, usage.sent, run) : run();
      };
      const requested = {
        subject,
        operation,
        input,
        record,
        sent: usage.sent,
        signal: usage.scope.signal,
        make: () => make(targetsFor(requiredPermissions[operation], input), input, request),
      };
      const result = onceForKey(repetitions, requested, { sources, node: (id) => fleet.lookups.node(id) });
      return noteFailures(result, usage);
    };
  return {
    createSnapshot: change('createSnapshot', createSnapshot),
    copySnapshot: change('copySnapshot', copySnapshot),
    deleteSnapshot: change('deleteSnapshot', deleteSnapshot),
    deleteSnapshots: change('deleteSnapshots', deleteSnapshots),
    updateSnapshotRetention: change('updateSnapshotRetention', updateSnapshotRetention),
    tagSnapshot: change('tagSnapshot', tagSnapshot),
    untagSnapshot: change('untagSnapshot', untagSnapshot),
    shareSnapshot: change('shareSnapshot', shareSnapshot),
    unshareSnapshot: change('unshareSnapshot', unshareSnapshot),
    unshareSnapshots: change('unshareSnapshots', unshareSnapshots),
    restoreTable: change('restoreTable', restoreTable),
    issueClusterCredentials: change('issueClusterCredentials', issueClusterCredentials),
    restoreCluster: change('restoreCluster', restoreCluster),
    restoreClusterToTime: change('restoreClusterToTime', restoreClusterToTime),
    createClusterInstances: change('createClusterInstances', createClusterInstances),
    createSnapshotSchedule: change('createSnapshotSchedule', createSnapshotSchedule),
    updateSnapshotSchedule: change('updateSnapshotSchedule', updateSnapshotSchedule),
    deleteSnapshotSchedule: change('deleteSnapshotSchedule', deleteSnapshotSchedule),
    updateBackupSettings: change('updateBackupSettings', updateBackupSettings),
  };
}

/** Returns the parts of a request that its changes use. */
function requestOf(options: ChangesOptions): ChangeRequest {
  const { rights, sources, fleet, reads, policy, credentials, usage, now } = options;
  return {
    ...reads,
    keyNamedAfresh: (source, named) => options.keysAfresh().keyNamed(source, named),
    subject: rights.subject,
    rights,
    sources,
    policy,
    credentials,
    now,
    get signal() {
      return usage.scope.signal;
    },
    sees: rights.sees,
    isQuotaReached: (source) => fleet.questions.isQuotaReached(source),
    hasOtherSnapshot: (cluster, others) => fleet.questions.hasOtherSnapshot(cluster, others),
    automatedSnapshots: (source, cluster) => fleet.questions.automatedSnapshots(source, cluster),
  };
}

/** Notes the codes of a failed change and of the failed items of a batch, for what is observed of the request. */
async function noteFailures<Result extends ChangeResult>(
  change: Promise<Result>,
  { failures }: Usage,
): Promise<Result> {
  try {
    const result = await change;
    for (const { error } of [...(result.results ?? []), ...(result.steps ?? [])]) if (error) failures.add(error.code);
    return result;
  } catch (error) {
    if (error instanceof SnapgateError) failures.add(error.code);
    throw error;
  }
}
