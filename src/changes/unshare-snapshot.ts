import { z } from 'zod';
import type { Maybe } from '../snapshots/maybe.ts';
import { requireValid } from './input/problems.ts';
import type { Targets } from './input/targets.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import { inBoth, isNobody, namedBy, type NamedParties, requireShareable } from './requirements/sharing.ts';

export interface UnshareSnapshotInput extends NamedParties {
  readonly snapshotId: string;
  /** Revokes the access of all parties: accounts, AWS Support and public. */
  readonly everyone?: Maybe<boolean>;
  readonly dryRun?: Maybe<boolean>;
}

const inputRule = z.custom<UnshareSnapshotInput>().refine((input) => input.everyone || !isNobody(namedBy(input)), {
  error: 'The input names no access to revoke. Set accounts, awsSupport, public or everyone.',
});

/** Revokes access to a manual snapshot. Parties that do not have access are skipped: the change is idempotent. */
export async function unshareSnapshot(
  targets: Targets,
  input: UnshareSnapshotInput,
  { sharingOf }: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  requireValid(inputRule, input);
  const named = namedBy(input);

  const snapshot = await read();
  requireShareable(snapshot, named, backend.rules);
  const present = await sharingOf(snapshot);
  const removed = present && (input.everyone ? present : inBoth(named, present));

  if (!removed || isNobody(removed)) return { snapshot, plannedCalls: [] };
  const plan = backend.planUnshare(snapshot, removed);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}
