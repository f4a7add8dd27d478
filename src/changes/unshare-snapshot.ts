import { z } from 'zod';
import type { Context } from '../context.ts';
import type { SnapshotChange } from '../graphql/mutations/payload.ts';
import type { UnshareSnapshotInputShape } from '../graphql/mutations/share-snapshot.ts';
import { check } from './input/problems.ts';
import type { Targets } from './input/targets.ts';
import { inBoth, isNobody, namedBy, requireShareable } from './requirements/sharing.ts';

const inputRule = z.custom<UnshareSnapshotInputShape>().refine((input) => input.everyone || !isNobody(namedBy(input)), {
  error: 'The input names nobody to take the snapshot back from; it may name accounts, awsSupport, public or everyone.',
});

/** Takes back the right to restore a manual snapshot; those who do not have it are passed over. */
export async function unshareSnapshot(
  targets: Targets,
  input: UnshareSnapshotInputShape,
  ctx: Context,
): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  check(inputRule, input);
  const named = namedBy(input);

  const snapshot = await read();
  requireShareable(snapshot, named, backend.rules);
  const present = await snapshot.kind.sharing(snapshot, ctx);
  const removed = present && (input.everyone ? present : inBoth(named, present));

  if (!removed || isNobody(removed)) return { snapshot, plannedCalls: [] };
  const plan = backend.planUnshare(snapshot, removed);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}
