import { CreateClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { NewSnapshot } from '../../../changes/backend.ts';
import { clusterSent, isAsSent, planCreation, type Sent } from '../../../changes/plans/creation.ts';
import type { Plan } from '../../../changes/plans/plan.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import { fromTags, toTags } from '../../../snapshots/tag.ts';
import type { RedshiftCluster } from '../cluster-kind.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot } from '../snapshot-kind.ts';
import { redshiftRules } from './rules.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateClusterSnapshot.html */
export function planCreate(
  { sender, creations, afresh }: RedshiftRequest,
  cluster: RedshiftCluster,
  { identifier, retentionDays = untilDeleted, tags }: NewSnapshot,
): Plan<RedshiftSnapshot> {
  const { source, aws } = cluster;
  const command = new CreateClusterSnapshotCommand({
    SnapshotIdentifier: identifier,
    ClusterIdentifier: aws.ClusterIdentifier,
    // The default of the cluster can be different from "kept forever".
    ManualSnapshotRetentionPeriod: retentionDays,
    ...(tags.length > 0 && { Tags: fromTags(tags) }),
  });
  return planCreation({ creations, source, identifier }, sender.call(source, command), {
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, Snapshot),
    readBack: async (startedAt) => {
      const found = await afresh().snapshots.find(source, identifier);
      return found ? compare(found, { ...clusterSent(cluster), tags, startedAt }, retentionDays) : undefined;
    },
  });
}

/** Compares a snapshot that was read back with what was sent. */
export function compare(found: RedshiftSnapshot, sent: Sent, retentionDays: number) {
  const { Tags = [], ManualSnapshotRetentionPeriod = retentionDays } = found.aws;
  const isSame = isAsSent(found, toTags(Tags), sent, redshiftRules);
  return { found, isAsSent: isSame && ManualSnapshotRetentionPeriod === retentionDays };
}
