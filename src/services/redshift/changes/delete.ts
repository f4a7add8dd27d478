import { BatchDeleteClusterSnapshotsCommand, DeleteClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { Outcome } from '../../../changes/backend.ts';
import { type Plan, planOne } from '../../../changes/plans/plan.ts';
import { sameOrNull, snapshotStatus } from '../../../snapshots/snapshot.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot } from '../snapshot-kind.ts';
import { planBatch } from './batch.ts';

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_DeleteClusterSnapshot.html */
export function planDelete({ sender, afresh }: RedshiftRequest, snapshot: RedshiftSnapshot): Plan<RedshiftSnapshot> {
  const { source, aws } = snapshot;
  return planOne(sender.call(source, new DeleteClusterSnapshotCommand(nameOf(snapshot))), {
    // AWS omits some members from this response.
    fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, { ...asDeleted(snapshot).aws, ...Snapshot }),
    readBack: async () => {
      const found = await afresh().snapshots.find(source, aws.SnapshotIdentifier ?? '');
      return isGone(sameOrNull(snapshot, found)) ? asDeleted(snapshot) : undefined;
    },
  });
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_BatchDeleteClusterSnapshots.html */
export function planDeletes(request: RedshiftRequest, all: readonly RedshiftSnapshot[]): Plan<readonly Outcome[]> {
  return planBatch(request, all, {
    call: (source, chunk) =>
      request.sender.call(source, new BatchDeleteClusterSnapshotsCommand({ Identifiers: chunk.map(nameOf) })),
    outcome: asDeleted,
    isDone: isGone,
  });
}

/** The cluster's identifier is required if the caller's IAM policy is limited to named clusters. */
function nameOf({ aws }: RedshiftSnapshot) {
  return { SnapshotIdentifier: aws.SnapshotIdentifier, SnapshotClusterIdentifier: aws.ClusterIdentifier };
}

/** Whether a snapshot is deleted. AWS can still list it for a while. */
export function isGone(found: RedshiftSnapshot | null): boolean {
  return found === null || ['DELETED', 'DELETING'].includes(snapshotStatus(found));
}

/** Returns the snapshot as deleted; all access was revoked before the deletion. */
export function asDeleted(snapshot: RedshiftSnapshot): RedshiftSnapshot {
  return redshiftSnapshot(snapshot.source, {
    ...snapshot.aws,
    Status: 'deleted',
    AccountsWithRestoreAccess: [],
  });
}
