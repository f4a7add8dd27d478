import type { BatchDeleteClusterSnapshotsCommandOutput } from '@aws-sdk/client-redshift';
import { toItemError } from '../../../aws/faults.ts';
import type { Outcome } from '../../../changes/backend.ts';
import type { Call } from '../../../changes/plans/call.ts';
import { asItemError, type Plan, planOne } from '../../../changes/plans/plan.ts';
import { OutcomeUnknownError, SnapgateError } from '../../../errors.ts';
import { chunksOf } from '../../../aws/calls/chunks.ts';
import { sameOrNull } from '../../../snapshots/snapshot.ts';
import type { Source } from '../../../snapshots/source.ts';
import type { RedshiftRequest } from '../request.ts';
import { type RedshiftSnapshot, redshiftSnapshotKind } from '../snapshot-kind.ts';

type Answer = BatchDeleteClusterSnapshotsCommandOutput;

/** One of the two batch operations of Amazon Redshift, whose responses have the same shape. */
interface Batch {
  call(source: Source, chunk: readonly RedshiftSnapshot[]): Call<Answer>;
  /** Returns the outcome for a snapshot that was changed. */
  outcome(snapshot: RedshiftSnapshot): Outcome;
  /** Whether a snapshot shows the change when read back after a lost response; null if it no longer exists. */
  isDone(found: RedshiftSnapshot | null): boolean;
}

const largestBatch = 100;

/** Plans one call per 100 snapshots; a failed call fails only its own snapshots. */
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
  { afresh }: RedshiftRequest,
  chunk: readonly RedshiftSnapshot[],
  { call, outcome, isDone }: Batch,
): Plan<readonly Outcome[]> {
  const [{ source }] = chunk as [RedshiftSnapshot];
  const made = call(source, chunk);
  return planOne<Answer, readonly Outcome[]>(made, {
    fromAnswer: (answer) => {
      const outcomes = chunk.map((snapshot) => outcomeIn(answer, snapshot, made, outcome));
      if (outcomes.every((each) => each instanceof SnapgateError)) made.settle(false);
      return outcomes.every((each) => each !== undefined) ? outcomes : undefined;
    },
    readBack: async () => {
      const { snapshots } = afresh();
      const found = await Promise.all(
        chunk.map(async (each) => sameOrNull(each, await snapshots.byArn.load(source, redshiftSnapshotKind.arn(each)))),
      );
      // If no snapshot was changed, the call had no effect.
      if (!found.some(isDone)) return undefined;
      return chunk.map((snapshot, index) =>
        isDone(found[index] ?? null) ? outcome(snapshot) : notChanged(made.planned.action, source),
      );
    },
  });
}

/** Returns undefined if the response does not mention the snapshot. */
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
  return new OutcomeUnknownError(
    `AWS did not return a usable response to ${action} in account ${account}, region ${region}. The snapshot was read back and shows no change, but AWS can show a change late. Read the snapshot again before you retry.`,
  );
}
