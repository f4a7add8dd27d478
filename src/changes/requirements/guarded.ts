import type { Policy } from '../../access/policy/policy.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { ChangeBackend } from '../backend.ts';
import { inOrder, type Plan } from '../plans/plan.ts';

/** A backend that never plans a change that the policy forbids. */
export interface GuardedBackend extends Omit<ChangeBackend, 'planDelete'> {
  /** Revokes the shares first. The result is the snapshot as it was before, with the status DELETED. */
  planDelete(snapshot: SnapshotRecord, shares: SnapshotSharing | null): Plan<SnapshotRecord>;
}

/** Applies the sharing policy to a backend. The deletion guards apply to whole changes: see `changeEach`. */
export function guarded(backend: ChangeBackend, { sharing }: Policy): GuardedBackend {
  return {
    ...backend,
    planShare: (snapshot, added) => {
      sharing.requireParties(added);
      return backend.planShare(snapshot, added);
    },
    requireRoute: (snapshot, route) => {
      sharing.requireKey(route.kmsKeyId);
      backend.requireRoute(snapshot, route);
    },
    planCopy: (snapshot, copy) => {
      sharing.requireKey(copy.kmsKeyId);
      return backend.planCopy(snapshot, copy);
    },
    planDelete: (snapshot, shares) =>
      inOrder(shares ? [backend.planUnshare(snapshot, shares)] : [], backend.planDelete(snapshot)),
  };
}
