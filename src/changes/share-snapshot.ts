import { z } from 'zod';
import type { Context } from '../context.ts';
import { SharingRefusedError } from '../errors.ts';
import type { SnapshotChange } from '../graphql/mutations/payload.ts';
import type { ShareSnapshotInputShape } from '../graphql/mutations/share-snapshot.ts';
import type { SnapshotRecord, SnapshotSharing } from '../snapshots/snapshot.ts';
import { check } from './input/problems.ts';
import type { Targets } from './input/targets.ts';
import { requireAvailableSnapshot } from './requirements/requirements.ts';
import { isNobody, namedBy, requireShareable, without } from './requirements/sharing.ts';

/** Accounts that one snapshot can be shared with, in either service. */
const mostAccounts = 20;

const nobody: SnapshotSharing = { accounts: [], awsSupport: false, public: false };

const inputRule = z.custom<ShareSnapshotInputShape>().refine((input) => !isNobody(namedBy(input)), {
  error: 'The input names nobody to share with; it may name accounts, awsSupport or public.',
});

/** Lets others restore a manual snapshot; those who may already are left alone. */
export async function shareSnapshot(
  targets: Targets,
  input: ShareSnapshotInputShape,
  ctx: Context,
): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  check(inputRule, input);
  const named = namedBy(input);

  const snapshot = await read();
  requireShareable(snapshot, named, backend.rules);
  requireStrangers(snapshot, named);
  requireUnencrypted(snapshot, named);
  requireAvailableSnapshot(snapshot, 'shared');
  const present = (await snapshot.kind.sharing(snapshot, ctx)) ?? nobody;
  const added = without(named, present);
  requireRoom(snapshot, present, added);

  if (isNobody(added)) return { snapshot, plannedCalls: [] };
  const plan = backend.planShare(snapshot, added);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls };
}

function requireStrangers(snapshot: SnapshotRecord, { accounts }: SnapshotSharing): void {
  const owner = snapshot.kind.ownerAccountId(snapshot);
  if (owner == null || !accounts.includes(owner)) return;
  throw new SharingRefusedError(
    'TARGET_IS_OWNER',
    `Account ${owner} owns the snapshot ${snapshot.kind.identifier(snapshot)} and may restore it without being named. Leave it out.`,
  );
}

function requireUnencrypted(snapshot: SnapshotRecord, named: SnapshotSharing): void {
  if (!named.public || !snapshot.kind.encrypted(snapshot)) return;
  throw new SharingRefusedError(
    'ENCRYPTED_PUBLIC',
    `The snapshot ${snapshot.kind.identifier(snapshot)} is encrypted, and only unencrypted ones can be shared with everybody. Name the accounts instead.`,
  );
}

function requireRoom(snapshot: SnapshotRecord, present: SnapshotSharing, added: SnapshotSharing): void {
  const count = present.accounts.length + added.accounts.length;
  if (added.accounts.length === 0 || count <= mostAccounts) return;
  throw new SharingRefusedError(
    'ACCOUNT_LIMIT',
    `The snapshot ${snapshot.kind.identifier(snapshot)} is shared with ${present.accounts.length} accounts and would be with ${count}; AWS allows ${mostAccounts}. Take it back from some with unshareSnapshot first.`,
  );
}
