import type { OtherSnapshots, Leaving } from '../../access/policy/leaving.ts';
import { ForbiddenError, InvalidStateError, type SnapgateError, withAdvice } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { lineageOf, takenFrom } from '../../snapshots/lineage.ts';
import { dayMilliseconds } from '../../snapshots/retention.ts';
import { isOwn, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { ChangeRequest } from '../request.ts';
import type { BackupChanges, BackupSettings, DeletedBackups } from './backend.ts';
import { isShorter } from './differences.ts';

/** The automated snapshots that AWS deletes because of a change. */
export type Deletions = Readonly<Record<DeletedBackups, readonly Leaving[]>>;

/** AWS applies a change minutes after it was requested: snapshots that end until then are deleted, too. */
const margin = 10 * 60_000;

/** Whether a change reduces the protection of a cluster: AWS keeps fewer backups, or keeps them for less time. */
export function isReduction(settings: BackupSettings, changes: BackupChanges): boolean {
  const { automatedDays, manualDays, schedule, regionCopy } = changes;
  const periods = regionCopy && 'update' in regionCopy ? regionCopy.update : undefined;
  const isLess = (days: number | undefined, before: number | null = null) =>
    days !== undefined && isShorter(days, before);
  return (
    isLess(automatedDays, settings.automatedDays) ||
    isLess(manualDays, settings.manualDays) ||
    // A schedule replaces the one before or, without one, the snapshots that AWS makes about every eight hours.
    schedule !== undefined ||
    (regionCopy !== undefined && 'disable' in regionCopy) ||
    isLess(periods?.automatedDays, settings.regionCopy?.automatedDays) ||
    isLess(periods?.manualDays, settings.regionCopy?.manualDays)
  );
}

/**
 * Reads the automated snapshots that AWS deletes because of a change, regardless of what the caller can see. Rejects if
 * they cannot be read, and throws FORBIDDEN if the caller must not delete the copies in the other region.
 */
export async function deletionsOf(
  cluster: ClusterRecord,
  settings: BackupSettings,
  changes: BackupChanges,
  request: ChangeRequest,
): Promise<Deletions> {
  const [SNAPSHOTS, COPIES] = await Promise.all([
    leavingSnapshots(cluster, settings, changes, request),
    leavingCopies(cluster, settings, changes, request),
  ]);
  return { SNAPSHOTS, COPIES };
}

/**
 * Returns the requirement of other snapshots for the deletion guards: automated snapshots that are outside of the new
 * retention period do not remain, nor do any if automated snapshots are turned off.
 */
export function otherSnapshotsAfter(
  { automatedDays }: BackupChanges,
  { hasOtherSnapshot, now }: ChangeRequest,
): ChangeRequest['hasOtherSnapshot'] {
  if (automatedDays === undefined) return hasOtherSnapshot;
  const isOutside = (row: SnapshotRecord) => row.kind.type(row) === 'AUTOMATED' && endsWith(row, automatedDays, now);
  const after = ({ isLeaving, until }: OtherSnapshots): OtherSnapshots => {
    return { isLeaving: (row) => isLeaving(row) || isOutside(row), until };
  };
  return (cluster, others) => hasOtherSnapshot(cluster, after(others));
}

/** Returns the error for a change because of which AWS would delete a protected snapshot, which the caller may not see. */
export async function refusalOf(
  snapshot: SnapshotRecord,
  error: SnapgateError,
  { sees }: Pick<ChangeRequest, 'sees'>,
): Promise<SnapgateError> {
  const advice = 'AWS would delete this snapshot because of the change of the backup settings, so nothing was changed.';
  if (!(error instanceof InvalidStateError)) return error;
  if (await sees(snapshot)) return withAdvice(error, advice) as SnapgateError;
  return new InvalidStateError(
    error.reason,
    'Cannot change the backup settings: AWS would delete an automated snapshot that is protected from deletion. Ask the operator of the gateway which snapshots are protected.',
  );
}

async function leavingSnapshots(
  cluster: ClusterRecord,
  settings: BackupSettings,
  { automatedDays: days }: BackupChanges,
  { automatedSnapshots, now }: ChangeRequest,
): Promise<Leaving[]> {
  if (days === undefined || !isShorter(days, settings.automatedDays)) return [];
  const all = await automatedSnapshots(cluster.source, cluster);
  return all
    .filter((row) => lineageOf(row, cluster) !== 'UNRELATED' && endsWith(row, days, now))
    .map((snapshot) => ({ snapshot, isSoon: true, isAtOnce: true }));
}

/** Without the copy, no more copies arrive, and the existing automated ones are deleted after their retention period. */
async function leavingCopies(
  cluster: ClusterRecord,
  { regionCopy }: BackupSettings,
  { regionCopy: change }: BackupChanges,
  request: ChangeRequest,
): Promise<Leaving[]> {
  if (regionCopy === null || change === undefined || 'enable' in change) return [];
  const days = 'update' in change ? change.update.automatedDays : 0;
  if (days === undefined || !isShorter(days, regionCopy.automatedDays)) return [];
  const there = await requireDestination(cluster.source, regionCopy.region, request);
  const all = await request.automatedSnapshots(there, cluster);
  const copies = all.filter((row) => isCopyOf(row, cluster) && endsWith(row, days, request.now));
  await Promise.all(copies.map((copy) => request.rights.require('SNAPSHOT_DELETE', copy)));
  return copies.map((snapshot) => ({ snapshot, isSoon: true, isAtOnce: 'update' in change }));
}

/** Returns the source of the copies; throws FORBIDDEN if it is not configured, because they could not be judged. */
async function requireDestination(
  { account, service }: Source,
  region: string,
  { sources, rights }: ChangeRequest,
): Promise<Source> {
  const there = sources.at(account, region, service);
  if (there === undefined) {
    throw new ForbiddenError(
      `Cannot shorten the retention of the copies in ${region}, or disable the copy: the copies could not be checked for protected snapshots, because ${service} in account ${account}, region ${region} is not configured, or you may not read it. Ask the operator of the gateway to configure this source.`,
    );
  }
  rights.requireIn('SNAPSHOT_DELETE', there);
  return there;
}

function isCopyOf(snapshot: SnapshotRecord, cluster: ClusterRecord): boolean {
  const origin = snapshot.kind.origin(snapshot);
  if (origin === null || origin.region !== cluster.source.region || !isOwn(snapshot)) return false;
  return takenFrom(snapshot, cluster) !== 'UNRELATED';
}

/**
 * Whether AWS deletes an automated snapshot if its retention period is this number of days. The retention of a copy can
 * start after the creation that AWS reports, so that AWS can keep some of these copies for a while.
 */
function endsWith(snapshot: SnapshotRecord, days: number, now: Date): boolean {
  const status = snapshotStatus(snapshot);
  if (status === 'DELETED' || status === 'DELETING') return false;
  if (days === 0) return true;
  const createdAt = snapshot.kind.createdAt(snapshot);
  if (createdAt == null) return status !== 'CREATING' && status !== 'COPYING';
  return createdAt.getTime() + days * dayMilliseconds <= now.getTime() + margin;
}
