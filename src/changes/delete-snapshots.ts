import { InvalidStateError, PreconditionFailedError } from '../errors.ts';
import type { Maybe } from '../snapshots/maybe.ts';
import type { SnapshotSharing } from '../snapshots/sharing.ts';
import { type SnapshotRecord, snapshotStatus } from '../snapshots/snapshot.ts';
import type { Outcome } from './backend.ts';
import { type BatchChange, changeEach } from './batch.ts';
import type { Targets } from './input/targets.ts';
import { type Plan, together } from './plans/plan.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import type { GuardedBackend } from './requirements/guarded.ts';
import { requireManual, requireOwn } from './requirements/requirements.ts';
import { describeParties, isNobody } from './requirements/sharing.ts';

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

/** Deletes a manual snapshot that no other account may restore, or revokes all access first. */
export async function deleteSnapshot(
  targets: Targets,
  input: DeleteSnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const snapshot = await read();
  requireExpected(snapshot, input.expectedCreatedAt);
  const shares = await requireDeletable(snapshot, backend, input, request);
  await request.policy.deletions.together([snapshot], request)(snapshot);
  const plan = backend.planDelete(snapshot, shares);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}

/** Deletes many snapshots, those that are not shared in as few calls as the service allows. */
export async function deleteSnapshots(
  targets: Targets,
  input: DeleteSnapshotsInput,
  request: ChangeRequest,
): Promise<BatchChange> {
  const shares = new Map<SnapshotRecord, SnapshotSharing>();
  return changeEach({
    targets,
    ids: input.snapshotIds,
    isDryRun: input.dryRun ?? false,
    requirements: (all) => {
      const requireUnguarded = request.policy.deletions.together(all, request);
      return async (snapshot, backend) => {
        const own = await requireDeletable(snapshot, backend, input, request);
        await requireUnguarded(snapshot);
        if (own) shares.set(snapshot, own);
      };
    },
    plan: (snapshots, backend) => planDeletions(backend, snapshots, shares),
  });
}

/** Returns who has to lose the snapshot before it can be deleted; null when nobody has it. */
async function requireDeletable(
  snapshot: SnapshotRecord,
  { rules }: GuardedBackend,
  { revokeAccess }: DeletionInput,
  request: ChangeRequest,
): Promise<SnapshotSharing | null> {
  requireOwn(snapshot, 'delete');
  requireManual(snapshot, 'deleted', 'AWS deletes automated ones by the retention of their cluster');
  const status = snapshotStatus(snapshot);
  const name = snapshot.kind.identifier(snapshot);
  if (status !== 'UNKNOWN' && !rules.deletable.includes(status)) {
    throw new InvalidStateError(
      `The snapshot ${name} is ${snapshot.kind.rawStatus(snapshot)}; ${rules.serviceName} deletes only those that are ${rules.deletable.join(' or ').toLowerCase()}. Wait until it is, then ask again.`,
    );
  }
  const shares = await request.sharingOf(snapshot);
  if (shares === null || isNobody(shares)) return null;
  if (revokeAccess) return shares;
  throw new InvalidStateError(
    `The snapshot ${name} is shared with ${describeParties(shares)}, who would lose it. Take it back with unshareSnapshot first, or ask with revokeAccess: true to do both.`,
  );
}

function requireExpected(snapshot: SnapshotRecord, expected: Date | null | undefined): void {
  const createdAt = snapshot.kind.createdAt(snapshot);
  if (expected == null || createdAt?.getTime() === expected.getTime()) return;
  throw new PreconditionFailedError(
    `The snapshot ${snapshot.kind.identifier(snapshot)} was created at ${createdAt?.toISOString() ?? 'an unknown time'}, not at ${expected.toISOString()}: it is not the one that was meant. Look it up again, and give the createdAt of the one to delete.`,
  );
}

/** Those that are taken back first go one by one; the others share calls. */
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
