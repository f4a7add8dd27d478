import type { ChangeBackend } from '../../../changes/backend.ts';
import { inOrder } from '../../../changes/plan.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftSnapshot } from '../snapshot-kind.ts';
import { createRedshiftCalls, type RedshiftCallsOptions } from './calls.ts';
import { planCopy, requireRoute } from './copy.ts';
import { planCreate } from './create.ts';
import { planCredentials } from './credentials.ts';
import { planDelete, planDeletes } from './delete.ts';
import { planRetention } from './retention.ts';
import { redshiftRules } from './rules.ts';
import { planShare, planUnshare } from './share.ts';
import { planTag, planUntag } from './tags.ts';

/** The changes of Amazon Redshift, for one request. */
export function createRedshiftChanges(options: RedshiftCallsOptions): ChangeBackend<RedshiftSnapshot, RedshiftCluster> {
  const calls = createRedshiftCalls(options);
  return {
    rules: redshiftRules,
    find: options.snapshots.find,
    planCreate: (cluster, snapshot) => planCreate(calls, cluster, snapshot),
    requireRoute,
    planCopy: (snapshot, copy) => planCopy(calls, snapshot, copy),
    planDelete: (snapshot, shares) =>
      inOrder(shares ? [planUnshare(calls, snapshot, shares)] : [], planDelete(calls, snapshot)),
    planDeletes: (snapshots) => planDeletes(calls, snapshots),
    planRetention: (snapshots, retention) => planRetention(calls, snapshots, retention),
    planTag: (snapshot, tags) => planTag(calls, snapshot, tags),
    planUntag: (snapshot, keys) => planUntag(calls, snapshot, keys),
    planCredentials: (cluster, credentials) => planCredentials(calls, cluster, credentials),
    planShare: (snapshot, added) => planShare(calls, snapshot, added),
    planUnshare: (snapshot, removed) => planUnshare(calls, snapshot, removed),
  };
}
