import { DeleteDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import { type Plan, planOne } from '../../../changes/plan.ts';
import { snapshotStatus } from '../../../snapshots/snapshot.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';
import type { DocumentDBCalls } from './calls.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DeleteDBClusterSnapshot.html */
export function planDelete(
  { call, snapshots }: DocumentDBCalls,
  snapshot: DocumentDBSnapshot,
): Plan<DocumentDBSnapshot> {
  const { source } = snapshot;
  const identifier = documentDBSnapshotKind.identifier(snapshot);
  const command = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: identifier });
  // AWS answers with the status from before.
  const deleted = documentDBSnapshot(source, { ...snapshot.aws, Status: 'deleted' });
  return planOne(call(source, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && deleted,
    readBack: async () => {
      const found = await snapshots.find(source, identifier);
      const isGone = found === null || ['DELETED', 'DELETING'].includes(snapshotStatus(found));
      return isGone ? deleted : undefined;
    },
  });
}
