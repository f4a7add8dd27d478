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
    // A cluster can have another default than "until deleted".
    ManualSnapshotRetentionPeriod: retentionDays ?? untilDeleted,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planOne(sender.call(source, command), {
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, Snapshot),
    // The name was free before, so what has it now was made by this call.
    readBack: async () => {
      const found = await snapshots.find(source, identifier);
      return found && found.aws.ClusterIdentifier === ClusterIdentifier ? found : undefined;
    },
  });
}
