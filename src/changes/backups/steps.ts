import type { Leaving, Refusals } from '../../access/policy/leaving.ts';
import type { SnapgateError } from '../../errors.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { PlannedCall } from '../plans/call.ts';
import { asItemError } from '../plans/plan.ts';
import { refusedBy } from '../snapshots/batch.ts';
import type { BackupStep } from './backend.ts';
import type { Deletions } from './protection.ts';

/** What became of a step. UNKNOWN: its response was lost, and the result could not be read back. */
export type StepOutcome = 'PLANNED' | 'DONE' | 'FAILED' | 'NOT_TRIED' | 'UNKNOWN';

/** A planned call of a change of backup settings, and what became of it. */
export interface StepResult {
  readonly call: PlannedCall;
  readonly outcome: StepOutcome;
  /** Why the step failed, or why its outcome is unknown. */
  readonly error: SnapgateError | null;
}

/** A step, and its result. */
export interface TriedStep {
  readonly step: BackupStep;
  readonly result: StepResult;
}

/** Makes the calls of steps in order, or none in a dry run. After a step that fails, the others are not tried. */
export async function trySteps(steps: readonly BackupStep[], isDryRun: boolean): Promise<readonly TriedStep[]> {
  const tried: TriedStep[] = [];
  const add = (step: BackupStep, outcome: StepOutcome, error: SnapgateError | null = null) =>
    void tried.push(...step.plan.calls.map((call) => ({ step, result: { call, outcome, error } })));
  let isStopped = false;
  for (const step of steps) {
    if (isDryRun || isStopped) {
      add(step, isDryRun ? 'PLANNED' : 'NOT_TRIED');
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- AWS accepts the calls one after the other
    const error = await step.plan.run().then(() => null, asItemError);
    add(step, outcomeOf(error), error);
    isStopped = error !== null;
  }
  return tried;
}

/** Returns the error of the first step if it changed nothing, so that no step did; null otherwise. */
export function failureOf([first]: readonly TriedStep[]): SnapgateError | null {
  return first?.result.outcome === 'FAILED' ? first.result.error : null;
}

/** Returns the snapshots that AWS deletes because of the steps that were or can have been made, or are planned. */
export function deletedBy(tried: readonly TriedStep[], deletions: Deletions): readonly SnapshotRecord[] {
  const made = tried.filter(({ result }) => result.outcome !== 'FAILED' && result.outcome !== 'NOT_TRIED');
  return made.flatMap(({ step }) => leavingIn(step, deletions).map(({ snapshot }) => snapshot));
}

/** Returns the snapshots that AWS does not delete, because their step failed or was not tried. */
export function keptBy(tried: readonly TriedStep[], deletions: Deletions): Refusals {
  const failure = tried.find(({ result }) => result.error !== null)?.result.error ?? null;
  const pairs = tried.flatMap(({ step, result: { outcome, error } }) =>
    leavingIn(step, deletions).map(({ snapshot }) => ({ snapshot, outcome, error })),
  );
  const refused = refusedBy(pairs.map(({ snapshot, error }) => [snapshot, error ?? undefined] as const));
  const untried = pairs.filter(({ outcome }) => outcome === 'NOT_TRIED');
  return new Map([
    ...refused,
    ...untried.flatMap(({ snapshot }) => (failure === null ? [] : [[snapshot, failure] as const])),
  ]);
}

function outcomeOf(error: SnapgateError | null): StepOutcome {
  if (error === null) return 'DONE';
  return error.code === 'OUTCOME_UNKNOWN' ? 'UNKNOWN' : 'FAILED';
}

function leavingIn({ deletes }: BackupStep, deletions: Deletions): readonly Leaving[] {
  return deletes === null ? [] : deletions[deletes];
}
