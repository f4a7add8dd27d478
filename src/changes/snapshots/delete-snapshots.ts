import { InvalidStateError, PreconditionFailedError, SnapgateError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { isCreatedAt, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Outcome } from '../backend.ts';
import { type BatchChange, changeEach, refusedBy } from './batch.ts';
import type { Targets } from '../input/targets.ts';
import { asItemError, type Plan, together } from '../plans/plan.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { requireManual, requireOwn } from '../requirements/requirements.ts';
import { describeParties, isNobody } from '../requirements/sharing.ts';

interface DeletionInput {
  readonly revokeAccess?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

export interface DeleteSnapshotInput extends DeletionInput {
  readonly snapshotId: string;
  readonly expectedCreatedAt?: Maybe<Date>;
}

export interface DeleteSnapshotsInput extends DeletionInput {
  readonly snapshotIds: readonly string[];
}

/** Deletes a manual snapshot. Throws if it is shared, unless `revokeAccess` revokes all access first. */
export async function deleteSnapshot(
  targets: Targets,
  input: DeleteSnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  const snapshot = await read();
  requireExpected(snapshot, input.expectedCreatedAt);
  const shares = await requireDeletable(snapshot, backend, input, request);
  const isDryRun = input.dryRun ?? false;
  const departure = { snapshot, isSoon: true, isAtOnce: true };
  const { outcome, plannedCalls } = await request.policy.deletions.guard(
    [departure],
    { ...request, isDryRun },
    async (refusals) => {
      const refusal = refusals.get(snapshot);
      if (refusal !== undefined) throw refusal;
      const plan = backend.planDelete(snapshot, shares);
      const made = isDryRun ? snapshot : await plan.run().catch(asItemError);
      const refused = refusedBy([[snapshot, made]]);
      return { result: { outcome: made, plannedCalls: plan.calls }, refused, prolonged: [] };
    },
  );
  if (outcome instanceof SnapgateError) throw outcome;
  return { snapshot: outcome, plannedCalls };
}

/** Deletes many snapshots; snapshots that are not shared are deleted in as few calls as the service allows. */
export async function deleteSnapshots(
  targets: Targets,
  input: DeleteSnapshotsInput,
  request: ChangeRequest,
): Promise<BatchChange> {
  const shares = new Map<SnapshotRecord, SnapshotSharing>();
  return changeEach({
    targets,
    request,
    ids: input.snapshotIds,
    isDryRun: input.dryRun ?? false,
    requirements: async (snapshot, backend) => {
      const own = await requireDeletable(snapshot, backend, input, request);
      if (own) shares.set(snapshot, own);
    },
    leaves: (snapshot) => ({ snapshot, isSoon: true, isAtOnce: true }),
    plan: (snapshots, backend) => planDeletions(backend, snapshots, shares),
  });
}

/** Returns whose access must be revoked before the snapshot can be deleted; null if it is not shared. */
async function requireDeletable(
  snapshot: SnapshotRecord,
  { rules }: GuardedBackend,
  { revokeAccess }: DeletionInput,
  request: ChangeRequest,
): Promise<SnapshotSharing | null> {
  requireOwn(snapshot, 'delete');
  requireManual(
    snapshot,
    'delete',
    'Only manual snapshots can be deleted; AWS deletes automated snapshots after the retention period of their cluster.',
  );
  const status = snapshotStatus(snapshot);
  const name = snapshot.kind.identifier(snapshot);
  if (status !== 'UNKNOWN' && !rules.deletable.includes(status)) {
    throw new InvalidStateError(
      'NOT_AVAILABLE',
      `Cannot delete snapshot ${name}: its status is ${snapshot.kind.rawStatus(snapshot)}, and ${rules.serviceName} deletes a snapshot only if its status is ${new Intl.ListFormat('en', { type: 'disjunction' }).format(rules.deletable).toLowerCase()}. Wait until the status changes, then retry.`,
    );
  }
  const shares = await request.sharingOf(snapshot);
  if (shares === null || isNobody(shares)) return null;
  if (revokeAccess) return shares;
  throw new InvalidStateError(
    'SHARED',
    `Cannot delete snapshot ${name}: it is shared with ${describeParties(shares)}. Revoke the access with unshareSnapshot first, or set revokeAccess: true.`,
  );
}

function requireExpected(snapshot: SnapshotRecord, expected: Date | null | undefined): void {
  if (expected == null) return;
  const createdAt = snapshot.kind.createdAt(snapshot);
  if (createdAt != null && isCreatedAt(snapshot, expected)) return;
  throw new PreconditionFailedError(
    `Cannot delete snapshot ${snapshot.kind.identifier(snapshot)}: it was created at ${createdAt?.toISOString() ?? 'an unknown time'}, but expectedCreatedAt is ${expected.toISOString()}. Read the snapshot again, and set expectedCreatedAt to the createdAt of the snapshot to delete.`,
  );
}

/** Shared snapshots are unshared and deleted one by one; the other snapshots share calls. */
function planDeletions(
  backend: GuardedBackend,
  snapshots: readonly SnapshotRecord[],
  shares: ReadonlyMap<SnapshotRecord, SnapshotSharing>,
): Plan<readonly Outcome[]> {
  const shared = snapshots.filter((snapshot) => shares.has(snapshot));
  const others = snapshots.filter((snapshot) => !shares.has(snapshot));
  const oneByOne = together(shared.map((snapshot) => backend.planDelete(snapshot, shares.get(snapshot) ?? null)));
  const atOnce = backend.planDeletes(others);
  return {
    calls: [...oneByOne.calls, ...atOnce.calls],
    run: async () => {
      const outcomes = (await Promise.all([oneByOne.run(), atOnce.run()])).flat();
      const order = [...shared, ...others];
      return snapshots.flatMap((snapshot) => outcomes[order.indexOf(snapshot)] ?? []);
    },
  };
}
