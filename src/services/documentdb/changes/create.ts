import { CreateDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import type { NewSnapshot } from '../../../changes/backend.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { fromTags } from '../../../snapshots/tag.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshot } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBClusterSnapshot.html */
export function planCreate(
  { sender, snapshots }: DocumentDBRequest,
  { source, aws: { DBClusterIdentifier } }: DocumentDBCluster,
  { identifier, tags }: NewSnapshot,
): Plan<DocumentDBSnapshot> {
  const command = new CreateDBClusterSnapshotCommand({
    // AWS would convert it to lowercase; this way, the plan shows the identifier that the snapshot will have.
    DBClusterSnapshotIdentifier: identifier.toLowerCase(),
    DBClusterIdentifier,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planOne(sender.call(source, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && documentDBSnapshot(source, DBClusterSnapshot),
    // The identifier was free before the call, so a snapshot with that identifier is its result.
    readBack: async () => {
      const found = await snapshots.find(source, identifier);
      return found && found.aws.DBClusterIdentifier === DBClusterIdentifier ? found : undefined;
    },
  });
}
