import { type AllowedKey, allowKey, type KeyUse } from '../../access/policy/keys.ts';
import type { Policy } from '../../access/policy/policy.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { AccountCopies, ChangeBackend, NewCopy } from '../backend.ts';
import { inOrder, type Plan } from '../plans/plan.ts';

/** A backend that never plans a change that the policy forbids. */
export interface GuardedBackend extends Omit<ChangeBackend, 'planDelete' | 'planCopy' | 'accountCopies'> {
  /** The default key of the service is always allowed. */
  readonly accountCopies:
    (Omit<AccountCopies<SnapshotRecord>, 'defaultKey'> & { readonly defaultKey: AllowedKey }) | undefined;
  /** Returns the key of a copy if the policy allows it; throws FORBIDDEN if not. */
  requireKey(kmsKeyId: string | undefined, use: KeyUse): Promise<AllowedKey>;
  planCopy(snapshot: SnapshotRecord, copy: Omit<NewCopy, 'kmsKeyId'>, key: AllowedKey): Plan<SnapshotRecord>;
  /** Revokes the shares first. The result is the snapshot as it was before, with the status DELETED. */
  planDelete(snapshot: SnapshotRecord, shares: SnapshotSharing | null): Plan<SnapshotRecord>;
}

/** Applies the sharing policy to a backend. The deletion guards apply to whole changes: see `changeEach`. */
export function guarded(backend: ChangeBackend, { sharing }: Policy): GuardedBackend {
  const { accountCopies } = backend;
  return {
    ...backend,
    accountCopies: accountCopies && { ...accountCopies, defaultKey: allowKey(accountCopies.defaultKey) },
    planShare: (snapshot, added) => {
      sharing.requireParties(added);
      return backend.planShare(snapshot, added);
    },
    requireKey: (kmsKeyId, use) => sharing.requireKey(kmsKeyId, use),
    planCopy: (snapshot, copy, { kmsKeyId }) => backend.planCopy(snapshot, { ...copy, kmsKeyId }),
    planDelete: (snapshot, shares) =>
      inOrder(shares ? [backend.planUnshare(snapshot, shares)] : [], backend.planDelete(snapshot)),
  };
}
