import { z } from 'zod';
import { SharingRefusedError } from '../errors.ts';
import type { Maybe } from '../snapshots/maybe.ts';
import { maximumSharedAccounts, type SnapshotSharing } from '../snapshots/sharing.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import { requireValid } from './input/problems.ts';
import type { Targets } from './input/targets.ts';
import type { ChangeRequest, SnapshotChange } from './request.ts';
import { requireAvailableSnapshot } from './requirements/requirements.ts';
import { isNobody, namedBy, type NamedParties, requireShareable, without } from './requirements/sharing.ts';

export interface ShareSnapshotInput extends NamedParties {
  readonly snapshotId: string;
  readonly dryRun?: Maybe<boolean>;
}

const nobody: SnapshotSharing = { accounts: [], awsSupport: false, public: false };

const inputRule = z.custom<ShareSnapshotInput>().refine((input) => !isNobody(namedBy(input)), {
  error: 'The input names nobody to share with; it may name accounts, awsSupport or public.',
});

/** Lets others restore a manual snapshot. Those that already may are skipped: the change is idempotent. */
export async function shareSnapshot(
  targets: Targets,
  input: ShareSnapshotInput,
  { sharingOf }: ChangeRequest,
): Promise<SnapshotChange> {
  const { backend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  requireValid(inputRule, input);
  const named = namedBy(input);

  const snapshot = await read();
  requireShareable(snapshot, named, backend.rules);
  requireStrangers(snapshot, named);
  requireUnencrypted(snapshot, named);
  requireAvailableSnapshot(snapshot, 'shared');
  const present = (await sharingOf(snapshot)) ?? nobody;
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
  if (added.accounts.length === 0 || count <= maximumSharedAccounts) return;
  throw new SharingRefusedError(
    'ACCOUNT_LIMIT',
    `The snapshot ${snapshot.kind.identifier(snapshot)} is shared with ${present.accounts.length} accounts and would be with ${count}; AWS allows ${maximumSharedAccounts}. Take it back from some with unshareSnapshot first.`,
  );
}
