import { CopyClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { CopyRoute, NewCopy } from '../../../changes/backend.ts';
import { andThen, type Plan, planOne } from '../../../changes/plans/plan.ts';
import { NotSupportedError } from '../../../errors.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';
import { planTag } from './tags.ts';

/** AWS copies an automated snapshot to a manual one beside it, and nothing else. */
export function requireRoute(snapshot: RedshiftSnapshot, { region, kmsKeyId }: CopyRoute): void {
  const name = snapshot.aws.SnapshotIdentifier;
  const type = redshiftSnapshotKind.type(snapshot);
  if (region !== snapshot.source.region) {
    throw new NotSupportedError(
      `Amazon Redshift copies a snapshot only within its region, here ${snapshot.source.region}. Copies to ${region} are a setting of the cluster, which copies every new snapshot: EnableSnapshotCopy.`,
    );
  }
  if (kmsKeyId !== undefined) {
    throw new NotSupportedError(
      'Amazon Redshift encrypts a copy with the key of its source. Leave kmsKeyId out, and choose another key when restoring.',
    );
  }
  if (type === 'SHARED') {
    throw new NotSupportedError(
      `Amazon Redshift copies only the account's own snapshots, and ${name} belongs to account ${snapshot.aws.OwnerAccount}. Restore it to a cluster, and take a snapshot of that with createSnapshot.`,
    );
  }
  if (type === 'MANUAL') {
    throw new NotSupportedError(
      `Amazon Redshift copies only automated snapshots, and ${name} is manual. It is kept until it is deleted or its retention ends, which updateSnapshotRetention changes.`,
    );
  }
}

/**
 * AWS copies no tags, so they are a second call.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CopyClusterSnapshot.html
 */
export function planCopy(
  request: RedshiftRequest,
  { source, aws: { SnapshotIdentifier, ClusterIdentifier } }: RedshiftSnapshot,
  { identifier, retentionDays, tags }: NewCopy,
): Plan<RedshiftSnapshot> {
  const command = new CopyClusterSnapshotCommand({
    SourceSnapshotIdentifier: SnapshotIdentifier,
    // Callers whose IAM policy names clusters need it.
    SourceSnapshotClusterIdentifier: ClusterIdentifier,
    TargetSnapshotIdentifier: identifier,
    ManualSnapshotRetentionPeriod: retentionDays ?? untilDeleted,
  });
  const plan = planOne(request.sender.call(source, command), {
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, Snapshot),
    // The name was free before, so what has it now was made by this call.
    readBack: async () => {
      const found = await request.snapshots.find(source, identifier);
      return found && found.aws.ClusterIdentifier === ClusterIdentifier ? found : undefined;
    },
  });
  if (tags.length === 0) return plan;
  const expected = redshiftSnapshot(source, { SnapshotIdentifier: identifier, ClusterIdentifier });
  return andThen(plan, (copy) => planTag(request, copy, tags), expected);
}
