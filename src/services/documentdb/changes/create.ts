import { CreateDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import type { NewSnapshot } from '../../../changes/backend.ts';
import { clusterSent, isAsSent, planCreation } from '../../../changes/plans/creation.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import { fromTags } from '../../../snapshots/tag.ts';
import type { DocumentDBCluster } from '../cluster-kind.ts';
import type { DocumentDBRequest } from '../request.ts';
import { type DocumentDBSnapshot, documentDBSnapshot, documentDBSnapshotKind } from '../snapshot-kind.ts';
import { documentDBRules } from './rules.ts';

/** https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBClusterSnapshot.html */
export function planCreate(
  { sender, creations, afresh }: DocumentDBRequest,
  cluster: DocumentDBCluster,
  { identifier, tags }: NewSnapshot,
): Plan<DocumentDBSnapshot> {
  const { source, aws } = cluster;
  const command = new CreateDBClusterSnapshotCommand({
    // AWS would convert it to lowercase; this way, the plan shows the identifier that the snapshot will have.
    DBClusterSnapshotIdentifier: identifier.toLowerCase(),
    DBClusterIdentifier: aws.DBClusterIdentifier,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planCreation({ creations, source, identifier }, sender.call(source, command), {
    fromAnswer: ({ DBClusterSnapshot }) => DBClusterSnapshot && documentDBSnapshot(source, DBClusterSnapshot),
    readBack: async (startedAt) => {
      const reads = afresh();
      const found = await reads.snapshots.find(source, identifier);
      if (found === null) return undefined;
      const sent = { ...clusterSent(cluster), tags, startedAt };
      const now = await reads.tags.load(source, documentDBSnapshotKind.arn(found));
      return { found, isAsSent: isAsSent(found, now, sent, documentDBRules) };
    },
  });
}
