import { CopyClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { CopyRoute, NewCopy } from '../../../changes/backend.ts';
import { clusterCopied, planCreation } from '../../../changes/plans/creation.ts';
import { andThen, type Plan } from '../../../changes/plans/plan.ts';
import { NotSupportedError } from '../../../errors.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';
import { compare } from './create.ts';
import { planTag } from './tags.ts';

/** AWS copies only automated snapshots, to manual snapshots in the same account and region. */
export function requireRoute(snapshot: RedshiftSnapshot, { region, kmsKeyId }: CopyRoute): void {
  const name = snapshot.aws.SnapshotIdentifier;
  const type = redshiftSnapshotKind.type(snapshot);
  if (region !== snapshot.source.region) {
    throw new NotSupportedError(
      `Cannot copy snapshot ${name} to ${region}: Amazon Redshift copies a snapshot only within its region, ${snapshot.source.region}. To copy all new snapshots of a cluster to another region, enable it on the cluster in AWS: EnableSnapshotCopy.`,
    );
  }
  if (kmsKeyId !== undefined) {
    throw new NotSupportedError(
      `Cannot encrypt the copy of snapshot ${name} with another key: Amazon Redshift uses the key of the snapshot. Omit kmsKeyId, and choose another key when you restore the copy.`,
    );
  }
  if (type === 'SHARED') {
    throw new NotSupportedError(
      `Cannot copy snapshot ${name}: it belongs to account ${snapshot.aws.OwnerAccount}, and Amazon Redshift copies only the account's own snapshots. Restore it to a cluster, then create a snapshot of that cluster with createSnapshot.`,
    );
  }
  if (type === 'MANUAL') {
    throw new NotSupportedError(
      `Cannot copy snapshot ${name}: it is manual, and Amazon Redshift copies only automated snapshots. A manual snapshot is kept until it is deleted or its retention period ends; to keep it longer, use updateSnapshotRetention.`,
    );
  }
}

/**
 * AWS does not copy tags, so they require a second call.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_CopyClusterSnapshot.html
 */
export function planCopy(
  request: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  { identifier, retentionDays = untilDeleted, tags }: NewCopy,
): Plan<RedshiftSnapshot> {
  const { sender, creations, afresh } = request;
  const {
    source,
    aws: { SnapshotIdentifier, ClusterIdentifier, RestorableNodeTypes },
  } = snapshot;
  const command = new CopyClusterSnapshotCommand({
    SourceSnapshotIdentifier: SnapshotIdentifier,
    // Required if the caller's IAM policy is limited to named clusters.
    SourceSnapshotClusterIdentifier: ClusterIdentifier,
    TargetSnapshotIdentifier: identifier,
    ManualSnapshotRetentionPeriod: retentionDays,
  });
  const plan = planCreation({ creations, source, identifier }, sender.call(source, command), {
    // The response lacks the node types, which are those of the source.
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, { RestorableNodeTypes, ...Snapshot }),
    readBack: async () => {
      const found = await afresh().snapshots.find(source, identifier);
      return found ? compare(found, { ...clusterCopied(snapshot), tags: [] }, retentionDays) : undefined;
    },
  });
  if (tags.length === 0) return plan;
  const expected = redshiftSnapshot(source, { SnapshotIdentifier: identifier, ClusterIdentifier });
  return andThen(plan, (copy) => planTag(request, copy, tags), expected);
}
