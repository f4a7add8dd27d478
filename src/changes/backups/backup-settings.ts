import { NotSupportedError, SnapgateError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { requireValid } from '../input/problems.ts';
import type { Targets } from '../input/targets.ts';
import type { PlannedCall } from '../plans/call.ts';
import type { ChangeRequest } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { requireAvailable } from '../requirements/requirements.ts';
import type { BackupBackend, BackupChanges, BackupStep } from './backend.ts';
import { differencesOf } from './differences.ts';
import { inputRule, requireSupported, type UpdateBackupSettingsInput } from './input.ts';
import { requireSeenSchedule } from './named-schedule.ts';
import { deletionsOf, type Deletions, isReduction, otherSnapshotsAfter, refusalOf } from './protection.ts';
import { deletedBy, failureOf, keptBy, type StepResult, type TriedStep, trySteps } from './steps.ts';

/** The outcome of a change of backup settings; functions read a record, because the change repeats an earlier one. */
export interface BackupSettingsChange {
  /** The cluster before the change. */
  readonly cluster: ClusterRecord | null | (() => Promise<ClusterRecord | null>);
  /** Reads the cluster after the change; null if nothing was changed. */
  readonly readAgain: (() => Promise<ClusterRecord | null>) | null;
  readonly plannedCalls: readonly PlannedCall[];
  /** One for each planned call. */
  readonly steps: readonly StepResult[];
  /** The snapshots that AWS deletes because of the change, without those that the caller cannot see; null if unknown. */
  readonly deletedSnapshots: readonly (SnapshotRecord | (() => Promise<SnapshotRecord | null>))[] | null;
  /** The ARNs of all of them, for the audit. */
  readonly deletes: readonly string[];
}

/**
 * Changes the backup settings of a cluster, in as few calls as AWS allows. Settings that the cluster has already need no
 * call. A change that reduces the protection of the cluster passes the deletion guards for every snapshot that AWS
 * deletes because of it. Throws the error of the first call if that changed nothing; after a later failure, returns what
 * became of each step, so that no change is hidden.
 */
export async function updateBackupSettings(
  targets: Targets,
  input: UpdateBackupSettingsInput,
  request: ChangeRequest,
): Promise<BackupSettingsChange> {
  const target = targets.cluster(input.clusterId, ['input', 'clusterId']);
  const backend = await target.findBackend();
  const backups = requireBackups(backend);
  requireValid(inputRule(backups), input);
  requireSupported(backups, input, backend.rules.serviceName);

  const cluster = await target.read();
  const settings = backups.settingsOf(cluster);
  const changes = differencesOf(cluster, settings, input);
  requireExport(cluster, changes, request);
  if (changes.schedule && 'attach' in changes.schedule) {
    await requireSeenSchedule(backend, cluster.source, changes.schedule.attach, request);
  }
  if (isReduction(settings, changes)) await request.rights.require('SNAPSHOT_DELETE', cluster);
  const steps = backups.planSteps(cluster, changes);
  if (steps.some(({ needsAvailable }) => needsAvailable)) requireAvailable(cluster, 'change the backup settings of');

  const deletions = await deletionsOf(cluster, settings, changes, request);
  const isSeen = await visibilityOf(deletions, request);
  const isDryRun = input.dryRun ?? false;
  const tried = await guardSteps(steps, deletions, { ...request, isDryRun, changes });
  const failure = failureOf(tried);
  if (failure !== null) throw failure;
  const deleted = deletedBy(tried, deletions);
  return {
    cluster,
    readAgain: isDryRun || tried.length === 0 ? null : target.readAgain,
    plannedCalls: steps.flatMap(({ plan }) => plan.calls),
    steps: tried.map(({ result }) => result),
    deletedSnapshots: isSeen && deleted.filter((snapshot) => isSeen.has(snapshot)),
    deletes: deleted.map((snapshot) => snapshot.kind.arn(snapshot)),
  };
}

/** Returns the cluster of an outcome: after the change or, for a dry run, as it is. */
export async function clusterAfter({
  cluster,
  readAgain,
}: Pick<BackupSettingsChange, 'cluster' | 'readAgain'>): Promise<ClusterRecord | null> {
  if (readAgain !== null) return readAgain();
  return typeof cluster === 'function' ? cluster() : cluster;
}

/** Returns the deleted snapshots of an outcome; null if one of them is unknown, because the change repeats an earlier one. */
export async function deletedIn({ deletedSnapshots }: BackupSettingsChange): Promise<readonly SnapshotRecord[] | null> {
  if (deletedSnapshots === null) return null;
  const all = deletedSnapshots.map(async (each) => (typeof each === 'function' ? each() : each));
  const found = (await Promise.all(all)).filter((snapshot) => snapshot !== null);
  return found.length === deletedSnapshots.length ? found : null;
}

function requireBackups({ backups, rules }: GuardedBackend): BackupBackend {
  if (backups) return backups;
  throw new NotSupportedError(
    `Cannot change the backup settings: this API does not support it for ${rules.serviceName}.`,
  );
}

/** Throws FORBIDDEN if the policy does not allow copies in the new region. */
function requireExport({ source }: ClusterRecord, { regionCopy }: BackupChanges, { policy }: ChangeRequest): void {
  if (regionCopy === undefined || !('enable' in regionCopy)) return;
  policy.restores.requireExport(source, { account: source.account, region: regionCopy.enable.region });
}

/** Returns the snapshots that the caller can see, read before they are deleted; null if that cannot be decided. */
async function visibilityOf(
  { SNAPSHOTS, COPIES }: Deletions,
  { sees }: ChangeRequest,
): Promise<ReadonlySet<SnapshotRecord> | null> {
  const all = [...SNAPSHOTS, ...COPIES].map(({ snapshot }) => snapshot);
  try {
    const seen = await Promise.all(all.map(async (snapshot) => sees(snapshot)));
    return new Set(all.filter((_, index) => seen[index]));
  } catch (error) {
    if (error instanceof SnapgateError) return null;
    throw error;
  }
}

/** The steps as they were tried, or the snapshot that must not be deleted and the reason. */
interface Guarded {
  readonly refusal: readonly [SnapshotRecord, SnapgateError] | null;
  readonly tried: readonly TriedStep[];
}

type GuardedRequest = ChangeRequest & { readonly isDryRun: boolean; readonly changes: BackupChanges };

/** Makes the steps if no deletion guard refuses any of the deletions; throws its error otherwise. */
async function guardSteps(
  steps: readonly BackupStep[],
  deletions: Deletions,
  { changes, ...request }: GuardedRequest,
): Promise<readonly TriedStep[]> {
  const leaving = [...deletions.SNAPSHOTS, ...deletions.COPIES];
  const guardedRequest = { ...request, hasOtherSnapshot: otherSnapshotsAfter(changes, request) };
  const outcome = await request.policy.deletions.guard<Guarded>(leaving, guardedRequest, async (refusals) => {
    const [refusal] = refusals;
    if (refusal !== undefined) {
      const [, error] = refusal;
      return { result: { refusal, tried: [] }, refused: keepAll(leaving, error), prolonged: [] };
    }
    const tried = await trySteps(steps, request.isDryRun);
    return { result: { refusal: null, tried }, refused: keptBy(tried, deletions), prolonged: [] };
  });
  if (outcome.refusal === null) return outcome.tried;
  const [snapshot, error] = outcome.refusal;
  throw await refusalOf(snapshot, error, request);
}

/** Returns all snapshots as kept, because none of the calls was made. */
function keepAll(leaving: Deletions['SNAPSHOTS'], error: SnapgateError) {
  return new Map(leaving.map(({ snapshot }) => [snapshot, error] as const));
}
