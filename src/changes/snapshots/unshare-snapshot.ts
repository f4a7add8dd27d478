import * as z from 'zod';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { type BatchChange, changeEach } from './batch.ts';
import { problemsIn, requireValid } from '../input/problems.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { inBoth, isNobody, namedBy, type NamedParties, requireShareable } from '../requirements/sharing.ts';

interface RevocationInput extends NamedParties {
  /** Revokes the access of all parties: accounts, AWS Support and public. */
  readonly everyone?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

export interface UnshareSnapshotInput extends RevocationInput {
  readonly snapshotId: string;
}

export interface UnshareSnapshotsInput extends RevocationInput {
  readonly snapshotIds: readonly string[];
}

const inputRule = z.custom<RevocationInput>().refine((input) => input.everyone || !isNobody(namedBy(input)), {
  error: 'The input names no access to revoke. Set accounts, awsSupport, public or everyone.',
});

/** Revokes access to a manual snapshot. Parties that do not have access are skipped: the change is idempotent. */
export async function unshareSnapshot(
  targets: Targets,
  input: UnshareSnapshotInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  requireValid(inputRule, input);

  const snapshot = await read();
  const removed = await requireRevocable(snapshot, backend, input, request);
  if (removed === null) return { snapshot, plannedCalls: [] };
  const plan = backend.planUnshare(snapshot, removed);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}

/** Revokes access to many manual snapshots. A snapshot that no named party has access to needs no call. */
export async function unshareSnapshots(
  targets: Targets,
  input: UnshareSnapshotsInput,
  request: ChangeRequest,
): Promise<BatchChange> {
  const removed = new Map<SnapshotRecord, SnapshotSharing>();
  return changeEach({
    targets,
    request,
    ids: input.snapshotIds,
    problems: problemsIn(inputRule, input),
    isDryRun: input.dryRun ?? false,
    requirements: async (snapshot, backend) => {
      const own = await requireRevocable(snapshot, backend, input, request);
      if (own !== null) removed.set(snapshot, own);
    },
    leaves: () => null,
    isChanged: (snapshot) => removed.has(snapshot),
    plan: (snapshots, backend) =>
      backend.planUnshares(
        snapshots.flatMap((snapshot) => {
          const own = removed.get(snapshot);
          return own ? [{ snapshot, removed: own }] : [];
        }),
      ),
  });
}

/** Returns the parties whose access is to be revoked; null if none of them has access. */
async function requireRevocable(
  snapshot: SnapshotRecord,
  { rules }: GuardedBackend,
  input: RevocationInput,
  { sharingOf }: ChangeRequest,
): Promise<SnapshotSharing | null> {
  const named = namedBy(input);
  requireShareable(snapshot, named, rules);
  const present = await sharingOf(snapshot);
  const removed = present && (input.everyone ? present : inBoth(named, present));
  return removed && !isNobody(removed) ? removed : null;
}
