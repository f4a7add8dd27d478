import type { Policy } from '../../access/policy/policy.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { ChangeBackend, Outcome } from '../backend.ts';
import { asItemError, inOrder, type Plan } from '../plans/plan.ts';
import { endsAtOnce } from './retention.ts';

/** A backend that never plans a change that the policy forbids. */
export interface GuardedBackend extends Omit<ChangeBackend, 'planDelete'> {
  /** Revokes the shares first. The result is the snapshot as it was before, with the status DELETED. */
  planDelete(snapshot: SnapshotRecord, shares: SnapshotSharing | null): Plan<SnapshotRecord>;
}

/** Applies the policy to a backend, for the changes of one principal. */
export function guarded(backend: ChangeBackend, subject: string, { sharing, deletions }: Policy): GuardedBackend {
  /** Above the hourly limit, each snapshot gets the error; plans of other sources in the same batch still run. */
  const counted = (
    plan: Plan<readonly Outcome[]>,
    all: readonly SnapshotRecord[],
    gone: readonly SnapshotRecord[],
  ): Plan<readonly Outcome[]> => {
    const [first] = gone;
    if (first === undefined) return plan;
    return {
      calls: plan.calls,
      run: () =>
        deletions.spend(subject, first.source, gone.length).then(
          () => plan.run(),
          (error: unknown) => all.map(() => asItemError(error)),
        ),
    };
  };
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
    planDelete: (snapshot, shares) => {
      const plan = inOrder(shares ? [backend.planUnshare(snapshot, shares)] : [], backend.planDelete(snapshot));
      return { calls: plan.calls, run: () => deletions.spend(subject, snapshot.source, 1).then(() => plan.run()) };
    },
    planDeletes: (snapshots) => counted(backend.planDeletes(snapshots), snapshots, snapshots),
    planRetention: (snapshots, retention) => {
      const gone = snapshots.filter((snapshot) => endsAtOnce(snapshot, retention));
      return counted(backend.planRetention(snapshots, retention), snapshots, gone);
    },
  };
}
