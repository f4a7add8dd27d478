import type { BatchDeleteClusterSnapshotsCommandOutput } from '@aws-sdk/client-redshift';
import { toItemError } from '../../../aws/faults.ts';
import type { Outcome } from '../../../changes/backend.ts';
import type { Call } from '../../../changes/plans/call.ts';
import { asItemError, type Plan, planOne } from '../../../changes/plans/plan.ts';
import { type SnapgateError, UpstreamError } from '../../../errors.ts';
import { chunksOf } from '../../../snapshots/chunks.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';

type Answer = BatchDeleteClusterSnapshotsCommandOutput;

/** What is special to one of the two batch operations of Amazon Redshift, whose answers have one shape. */
interface Batch {
  call(source: Source, chunk: readonly RedshiftSnapshot[]): Call<Answer>;
  /** What is told of a snapshot that was changed. */
  outcome(snapshot: RedshiftSnapshot): Outcome;
  /** Whether a snapshot, read after an answer was lost, shows the change; null stands for one that is gone. */
  isDone(found: RedshiftSnapshot | null): boolean;
}

const largestBatch = 100;

/** Plans one call for each hundred snapshots; a call that fails fails its own snapshots. */
export function planBatch(
  request: RedshiftRequest,
  all: readonly RedshiftSnapshot[],
  batch: Batch,
): Plan<readonly Outcome[]> {
  const chunks = chunksOf(all, largestBatch).map((chunk) => ({ chunk, plan: planChunk(request, chunk, batch) }));
  return {
    calls: chunks.flatMap(({ plan }) => plan.calls),
    run: async () => {
      const outcomes = chunks.map(({ chunk, plan }) =>
        plan.run().catch((error: unknown) => chunk.map(() => asItemError(error))),
      );
      return (await Promise.all(outcomes)).flat();
    },
  };
}

function planChunk(
  { snapshots }: RedshiftRequest,
  chunk: readonly RedshiftSnapshot[],
  { call, outcome, isDone }: Batch,
): Plan<readonly Outcome[]> {
  const [{ source }] = chunk as [RedshiftSnapshot];
  const made = call(source, chunk);
  return planOne<Answer, readonly Outcome[]>(made, {
    fromAnswer: (answer) => {
      const outcomes = chunk.map((snapshot) => outcomeIn(answer, snapshot, made, outcome));
      return outcomes.every((each) => each !== undefined) ? outcomes : undefined;
    },
    readBack: async () => {
      const found = await Promise.all(
        chunk.map((snapshot) => snapshots.byArn.load(source, redshiftSnapshotKind.arn(snapshot))),
      );
      // Where nothing at all was changed, the whole call was lost.
      if (!found.some(isDone)) return undefined;
      return chunk.map((snapshot, index) =>
        isDone(found[index] ?? null) ? outcome(snapshot) : notChanged(made.planned.action, source),
      );
    },
  });
}

/** Undefined where the answer tells nothing of the snapshot. */
function outcomeIn(
  { Resources = [], Errors = [], $metadata }: Answer,
  snapshot: RedshiftSnapshot,
  { planned: { action, source } }: Call<Answer>,
  outcome: Batch['outcome'],
): Outcome | undefined {
  const identifier = snapshot.aws.SnapshotIdentifier ?? '';
  const failure = Errors.find(({ SnapshotIdentifier }) => SnapshotIdentifier === identifier);
  if (failure) {
    const asked = { action: `redshift:${action}`, account: source.account, region: source.region };
    return toItemError(failure.FailureCode, asked, $metadata.requestId);
  }
  return Resources.includes(identifier) ? outcome(snapshot) : undefined;
}

function notChanged(action: string, { account, region }: Source): SnapgateError {
  return new UpstreamError(
    `No usable answer came to ${action} in account ${account}, region ${region}. Read afterwards, this snapshot is unchanged. As AWS may show a change late, read it once more before asking again.`,
  );
}
