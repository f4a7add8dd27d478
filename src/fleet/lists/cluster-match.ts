import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { ClusterConditions } from './conditions.ts';
import { every, everyLater, folded, hasName, type Match, type Tests, testsFor, type Verdict } from './match.ts';

/** Tests clusters: by identifier now, and by snapshots and visibility later. */
export function createClusterMatch(
  hasSnapshotSince: (cluster: ClusterRecord, since: Date) => Promise<boolean>,
  sees: (cluster: ClusterRecord) => Promise<boolean>,
): Match<ClusterRecord, ClusterConditions> {
  const costly: Tests<ClusterRecord, ClusterConditions, Promise<Verdict>> = {
    seenBy: () => sees,
    withoutSnapshotSince: (since) => async (row) => !(await hasSnapshotSince(row, since)),
  };
  return {
    now: (conditions) => every(testsFor(conditions, free)),
    later: (conditions, pushed) => everyLater(testsFor(conditions, costly, pushed)),
  };
}

const free: Tests<ClusterRecord, ClusterConditions, Verdict> = {
  identifiers: (wanted) => {
    const names = folded(wanted);
    return (row) => hasName(names, row.kind.identifier(row), 'identifiers');
  },
};
