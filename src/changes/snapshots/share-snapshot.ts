import * as z from 'zod';
import { SharingRefusedError, SnapgateError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { maximumSharedAccounts, type SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { requireValid } from '../input/problems.ts';
import type { Rules } from '../input/rules.ts';
import type { Targets } from '../input/targets.ts';
import type { ChangeRequest, SnapshotChange, Unchecked } from '../request.ts';
import { requireAvailableSnapshot } from '../requirements/requirements.ts';
import {
  defaultKeyRefusal,
  isNobody,
  namedBy,
  type NamedParties,
  requireShareable,
  without,
} from '../requirements/sharing.ts';

export interface ShareSnapshotInput extends NamedParties {
  readonly snapshotId: string;
  readonly dryRun?: Maybe<boolean>;
}

/** No account other than the owner. */
export const noParties: SnapshotSharing = { accounts: [], awsSupport: false, public: false, others: [] };

const inputRule = z.custom<ShareSnapshotInput>().refine((input) => !isNobody(namedBy(input)), {
  error: 'The input names no one to share the snapshot with. Set accounts, awsSupport or public.',
});

/** Shares a manual snapshot. Parties that already have access are skipped: the change is idempotent. */
export async function shareSnapshot(
  targets: Targets,
  input: ShareSnapshotInput,
  { sharingOf, kmsKeyOf }: ChangeRequest,
): Promise<SnapshotChange> {
  const { findBackend, read } = targets.snapshot(input.snapshotId, ['input', 'snapshotId']);
  const backend = await findBackend();
  requireValid(inputRule, input);
  const named = namedBy(input);

  const snapshot = await read();
  requireShareable(snapshot, named, backend.rules);
  requireOtherAccounts(snapshot, named);
  requireUnencrypted(snapshot, named);
  requireAvailableSnapshot(snapshot, 'share');
  const present = (await sharingOf(snapshot)) ?? noParties;
  const added = without(named, present);
  requireAccountRoom(snapshot, present, added);

  if (isNobody(added)) return { snapshot, plannedCalls: [] };
  const plan = backend.planShare(snapshot, added);
  const unchecked = added.accounts.length === 0 ? [] : await requireSharedKey(snapshot, backend.rules, kmsKeyOf);
  return { snapshot: input.dryRun ? snapshot : await plan.run(), plannedCalls: plan.calls, unchecked };
}

function requireOtherAccounts(snapshot: SnapshotRecord, { accounts }: SnapshotSharing): void {
  const owner = snapshot.kind.ownerAccountId(snapshot);
  if (owner == null || !accounts.includes(owner)) return;
  throw new SharingRefusedError(
    'TARGET_IS_OWNER',
    `Cannot share snapshot ${snapshot.kind.identifier(snapshot)} with account ${owner}: this account owns the snapshot and already has access. Remove it from accounts.`,
  );
}

function requireUnencrypted(snapshot: SnapshotRecord, named: SnapshotSharing): void {
  if (!named.public || !snapshot.kind.encrypted(snapshot)) return;
  throw new SharingRefusedError(
    'ENCRYPTED_PUBLIC',
    `Cannot make snapshot ${snapshot.kind.identifier(snapshot)} public: it is encrypted, and only unencrypted snapshots can be public. Leave out public, and use accounts instead.`,
  );
}

/**
 * Throws for a key that AWS manages, which no other account can use. If AWS KMS does not describe the key, returns this
 * reason as unchecked: Amazon DocumentDB refuses such a snapshot itself, Amazon Redshift its restore.
 */
async function requireSharedKey(
  snapshot: SnapshotRecord,
  rules: Rules,
  kmsKeyOf: ChangeRequest['kmsKeyOf'],
): Promise<readonly Unchecked[]> {
  const refusal = 'DEFAULT_KMS_KEY';
  try {
    const key = await kmsKeyOf(snapshot);
    if (!key?.managedByAws) return [];
  } catch (error) {
    if (!(error instanceof SnapgateError)) throw error;
    return [{ refusal, code: error.code, message: error.message }];
  }
  throw defaultKeyRefusal(snapshot, rules);
}

/** Throws if the snapshot would be shared with more accounts than AWS allows. */
export function requireAccountRoom(snapshot: SnapshotRecord, present: SnapshotSharing, added: SnapshotSharing): void {
  const count = present.accounts.length + added.accounts.length;
  if (added.accounts.length === 0 || count <= maximumSharedAccounts) return;
  throw new SharingRefusedError(
    'ACCOUNT_LIMIT',
    `Cannot share snapshot ${snapshot.kind.identifier(snapshot)}: the number of accounts would rise from ${present.accounts.length} to ${count}, and AWS allows at most ${maximumSharedAccounts}. Revoke the access of some accounts with unshareSnapshot first.`,
  );
}
