import type { ChangeBackend } from '../../../changes/backend.ts';
import { inOrder, together } from '../../../changes/plan.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBSnapshot } from '../snapshot-kind.ts';
import { createDocumentDBCalls, type DocumentDBCallsOptions } from './calls.ts';
import { planCopy, requireRoute } from './copy.ts';
import { planCreate } from './create.ts';
import { planDelete } from './delete.ts';
import { documentDBRules } from './rules.ts';
import { planShare, planUnshare } from './share.ts';
import { planTag, planUntag } from './tags.ts';

/** The changes of Amazon DocumentDB, for one request. */
export function createDocumentDBChanges(
  options: DocumentDBCallsOptions,
): ChangeBackend<DocumentDBSnapshot, DocumentDBCluster> {
  const calls = createDocumentDBCalls(options);
  return {
    rules: documentDBRules,
    find: options.snapshots.find,
    planCreate: (cluster, snapshot) => planCreate(calls, cluster, snapshot),
    requireRoute,
    planCopy: (snapshot, copy) => planCopy(calls, snapshot, copy),
    planDelete: (snapshot, shares) =>
      inOrder(shares ? [planUnshare(calls, snapshot, shares)] : [], planDelete(calls, snapshot)),
    planDeletes: (snapshots) => together(snapshots.map((snapshot) => planDelete(calls, snapshot))),
    planRetention: () => {
      throw new Error('Amazon DocumentDB has no retention, which its rules say.');
    },
    planTag: (snapshot, tags) => planTag(calls, snapshot, tags),
    planUntag: (snapshot, keys) => planUntag(calls, snapshot, keys),
    planShare: (snapshot, added) => planShare(calls, snapshot, added),
    planUnshare: (snapshot, removed) => planUnshare(calls, snapshot, removed),
  };
}
