import { CreateClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { NewSnapshot } from '../../../changes/backend.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import { fromTags } from '../../../snapshots/tag.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot } from '../snapshot-kind.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export function planCreate(
  { sender, snapshots }: RedshiftRequest,
  { source, aws: { ClusterIdentifier } }: RedshiftCluster,
  { identifier, retentionDays, tags }: NewSnapshot,
): Plan<RedshiftSnapshot> {
  const command = new CreateClusterSnapshotCommand({
    SnapshotIdentifier: identifier,
    ClusterIdentifier,
    // The default of the cluster can be different from "kept forever".
    ManualSnapshotRetentionPeriod: retentionDays ?? untilDeleted,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planOne(sender.call(source, command), {
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, Snapshot),
    // The identifier was free before the call, so a snapshot with that identifier is its result.
    readBack: async () => {
      const found = await snapshots.find(source, identifier);
      return found && found.aws.ClusterIdentifier === ClusterIdentifier ? found : undefined;
    },
  });
}
