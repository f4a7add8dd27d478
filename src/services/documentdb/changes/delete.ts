import { DeleteDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import { type Plan, planOne, together } from '../../../changes/plans/plan.ts';
import { sameOrNull, snapshotStatus } from '../../../snapshots/snapshot.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DeleteDBClusterSnapshot.html */
export function planDelete(
  { sender, afresh }: DocumentDBRequest,
  snapshot: DocumentDBSnapshot,
): Plan<DocumentDBSnapshot> {
  const { source } = snapshot;
  const identifier = documentDBSnapshotKind.identifier(snapshot);
  const command = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: identifier });
  // AWS returns the status from before the deletion.
  const deleted = documentDBSnapshot(source, { ...snapshot.aws, Status: 'deleted' });
  return planOne(sender.call(source, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && deleted,
    readBack: async () => {
      const found = sameOrNull(snapshot, await afresh().snapshots.find(source, identifier));
      const isGone = found === null || ['DELETED', 'DELETING'].includes(snapshotStatus(found));
      return isGone ? deleted : undefined;
    },
  });
}

/** Plans one call per snapshot, because AWS has no batch. */
export function planDeletes(request: DocumentDBRequest, snapshots: readonly DocumentDBSnapshot[]) {
  return together(snapshots.map((snapshot) => planDelete(request, snapshot)));
}
