import { CreateClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { NewSnapshot } from '../../../changes/backend.ts';
import { type Plan, planOne } from '../../../changes/plan.ts';
import { fromTags } from '../../../graphql/tag.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import { forever, type RedshiftSnapshot, redshiftSnapshot } from '../snapshot-kind.ts';
import type { RedshiftCalls } from './calls.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export function planCreate(
  { call, snapshots }: RedshiftCalls,
  { source, aws: { ClusterIdentifier } }: RedshiftCluster,
  { identifier, retentionDays, tags }: NewSnapshot,
): Plan<RedshiftSnapshot> {
  const command = new CreateClusterSnapshotCommand({
    SnapshotIdentifier: identifier,
    ClusterIdentifier,
    // A cluster can have another default than "until deleted".
    ManualSnapshotRetentionPeriod: retentionDays ?? forever,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planOne(call(source, command), {
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, Snapshot),
    // The name was free before, so what has it now was made by this call.
    readBack: async () => {
      const found = await snapshots.find(source, identifier);
      return found?.aws.ClusterIdentifier === ClusterIdentifier ? (found ?? undefined) : undefined;
    },
  });
}
