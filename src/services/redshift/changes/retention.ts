import { BatchModifyClusterSnapshotsCommand, ModifyClusterSnapshotCommand } from '@aws-sdk/client-redshift';
import type { NewRetention, Outcome } from '../../../changes/backend.ts';
import { asItemError, type Plan, planOne } from '../../../changes/plans/plan.ts';
import { endsAtOnce } from '../../../changes/requirements/retention.ts';
import { sameOrNull } from '../../../snapshots/snapshot.ts';
import { untilDeleted } from '../../../snapshots/retention.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';
import { planBatch } from './batch.ts';
import { asDeleted, isGone } from './delete.ts';

/** For one snapshot, plans the operation that returns it; for several, the batch, and reads them only on demand. */
export function planRetention(
  request: RedshiftRequest,
  all: readonly RedshiftSnapshot[],
  retention: NewRetention,
): Plan<readonly Outcome[]> {
  const [snapshot] = all;
  if (all.length === 1 && snapshot) return planModify(request, snapshot, retention);
  return planBatch(request, all, {
    /** https://docs.aws.amazon.com/redshift/latest/APIReference/API_BatchModifyClusterSnapshots.html */
    call: (source, chunk) => {
      const names = chunk.map(({ aws }) => aws.SnapshotIdentifier ?? '');
      const input = { SnapshotIdentifierList: names, ...changeOf(retention) };
      return request.sender.call(source, new BatchModifyClusterSnapshotsCommand(input));
    },
    outcome: (snapshot) => async () => {
      const found = await request.snapshots.byArn.load(snapshot.source, redshiftSnapshotKind.arn(snapshot));
      // AWS can still list an immediately deleted snapshot for a while, unchanged.
      const isLeft = found !== null && (isDone(found, retention) || !endsAtOnce(snapshot, retention));
      return isLeft ? found : asDeleted(snapshot);
    },
    isDone: (found) => isDone(found, retention),
  });
}

/** https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyClusterSnapshot.html */
function planModify(
  { sender, afresh }: RedshiftRequest,
  snapshot: RedshiftSnapshot,
  retention: NewRetention,
): Plan<readonly Outcome[]> {
  const { source, aws } = snapshot;
  const { SnapshotIdentifier = '', RestorableNodeTypes } = aws;
  const plan = planOne(
    sender.call(source, new ModifyClusterSnapshotCommand({ SnapshotIdentifier, ...changeOf(retention) })),
    {
      // AWS omits the node types from this response, although they have not changed.
      fromAnswer: ({ Snapshot }) => Snapshot && redshiftSnapshot(source, { RestorableNodeTypes, ...Snapshot }),
      readBack: async () => {
        const found = sameOrNull(snapshot, await afresh().snapshots.find(source, SnapshotIdentifier));
        return isDone(found, retention) ? (found ?? asDeleted(snapshot)) : undefined;
      },
    },
  );
  return { calls: plan.calls, run: async () => [await plan.run().catch(asItemError)] };
}

function changeOf({ days = untilDeleted, force }: NewRetention) {
  return { ManualSnapshotRetentionPeriod: days, ...(force && { Force: true }) };
}

function isDone(found: RedshiftSnapshot | null, { days = untilDeleted, force }: NewRetention): boolean {
  return isGone(found) ? force : found?.aws.ManualSnapshotRetentionPeriod === days;
}
