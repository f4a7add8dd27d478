import type { Policy } from '../../access/policy/policy.ts';
import type { ChangeBackend } from '../backend.ts';
import type { Plan } from '../plan.ts';

/** The same backend, which plans nothing that the policy forbids, whatever asks it to. */
export function guarded(backend: ChangeBackend, subject: string, { sharing, deletions }: Policy): ChangeBackend {
  const counted = <Result>(plan: Plan<Result>, count: number, source: Parameters<typeof deletions.spend>[1]) => ({
    calls: plan.calls,
    run: async () => {
      await deletions.spend(subject, source, count);
      return plan.run();
    },
  });
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
    planDelete: (snapshot) => counted(backend.planDelete(snapshot), 1, snapshot.source),
    planDeletes: (snapshots) => {
      const [first] = snapshots;
      const plan = backend.planDeletes(snapshots);
      return first ? counted(plan, snapshots.length, first.source) : plan;
    },
  };
}
