import type { Leaving, Refusals } from '../../access/policy/leaving.ts';
import { InvalidInputError, type InputProblem, SnapgateError } from '../../errors.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import { snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Outcome } from '../backend.ts';
import { refuse } from '../input/problems.ts';
import type { Target, Targets } from '../input/targets.ts';
import type { PlannedCall } from '../plans/call.ts';
import { asItemError, type Plan } from '../plans/plan.ts';
import type { ChangeRequest } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';

/** The outcome of a batch: one change of many snapshots. */
export interface BatchChange {
  readonly results: readonly ItemResult[];
  readonly plannedCalls: readonly PlannedCall[];
}

/** The outcome for one snapshot of a batch. */
export interface ItemResult extends ItemEnd {
  /** The id or ARN as the client sent it. */
  readonly id: string;
  /** Returns the snapshot; makes an AWS call if the response to the change does not contain it. */
  snapshot(): MaybePromise<SnapshotRecord | null>;
  readonly error: SnapgateError | null;
  /** The snapshot before the change; null if it was not found or could not be read. */
  readonly before: SnapshotRecord | null;
}

/** When AWS deletes a snapshot. */
interface ItemEnd {
  /** Null if the change sets no time, or if the time is unknown. */
  readonly endsAt: Date | null;
  readonly endsAtOnce: boolean;
}

export interface BatchOptions {
  readonly targets: Targets;
  readonly request: ChangeRequest;
  /** The ids and ARNs as the client sent them in `input.snapshotIds`. */
  readonly ids: readonly string[];
  /** The problems in the other fields of the input. */
  readonly problems?: readonly InputProblem[];
  readonly isDryRun: boolean;
  /** Throws if a snapshot must not be changed, whatever happens to the other snapshots. */
  requirements(snapshot: SnapshotRecord, backend: GuardedBackend): MaybePromise<void>;
  /** Returns how a snapshot leaves, so that the deletion guards apply to it; null if it stays. */
  leaves(snapshot: SnapshotRecord): Leaving | null;
  /** Whether a snapshot needs an AWS call; if omitted, every snapshot does. */
  isChanged?(snapshot: SnapshotRecord): boolean;
  /** Whether AWS keeps a changed snapshot longer than before, and beyond the horizon; if omitted, it keeps none. */
  isProlonged?(snapshot: SnapshotRecord): boolean;
  /** Returns when AWS deletes a changed snapshot; if omitted, the change sets no time. */
  end?(snapshot: SnapshotRecord): ItemEnd;
  /** Plans the allowed changes of one source; the outcomes are in the order of the snapshots. */
  plan(snapshots: readonly SnapshotRecord[], backend: GuardedBackend): Plan<readonly Outcome[]>;
}

interface Item {
  readonly id: string;
  readonly snapshot: SnapshotRecord | null;
  readonly error: SnapgateError | null;
  readonly target: Target<SnapshotRecord>;
}

type ReadyItem = Item & { readonly snapshot: SnapshotRecord };

const noEnd: ItemEnd = { endsAt: null, endsAtOnce: false };
const mostIds = 500;
const field = ['input', 'snapshotIds'];

/**
 * Changes many snapshots. Requirements are checked per snapshot, then the deletion guards for all snapshots that meet
 * them together; the snapshots of one source share a plan.
 */
export async function changeEach(options: BatchOptions): Promise<BatchChange> {
  const { ids, isDryRun, request, leaves, isChanged = () => true, isProlonged = () => false } = options;
  const named = [...nameAll(options)];
  const found = await Promise.all(named.map(([id, target]) => read(id, target)));
  const items = await Promise.all(found.map((item) => prepare(item, options)));
  // Several ids can name the same snapshot: its id and its ARN, in upper and lower case.
  const ready = [...new Map(items.filter(isReady).map((item) => [snapshotKey(item.snapshot), item])).values()];
  const leaving = ready.flatMap(({ snapshot }) => leaves(snapshot) ?? []);

  return request.policy.deletions.guard(leaving, { ...request, isDryRun }, async (refusals) => {
    const outcomes = new Map<string, Outcome | undefined>(
      [...refusals].map(([snapshot, error]) => [snapshotKey(snapshot), error]),
    );
    const allowed = ready.filter(({ snapshot }) => !refusals.has(snapshot) && isChanged(snapshot));
    const plans = planEach(allowed, options);
    if (!isDryRun) await Promise.all(plans.map((plan) => plan.run(outcomes)));

    const sent = new Set(isDryRun ? [] : allowed.map(({ snapshot }) => snapshotKey(snapshot)));
    const results = new Map(items.map((item) => [item.id, toResult(item, outcomes, sent, options)]));
    const changed = allowed.map(({ snapshot }) => [snapshot, outcomes.get(snapshotKey(snapshot))] as const);
    return {
      result: {
        results: ids.flatMap((id) => results.get(id) ?? []),
        plannedCalls: plans.flatMap(({ calls }) => calls),
      },
      refused: refusedBy(changed),
      prolonged: changed.flatMap(([snapshot, outcome]) =>
        isProlonged(snapshot) && !(outcome instanceof SnapgateError) ? [snapshot] : [],
      ),
    };
  });
}

/** Returns the snapshots that AWS refused to change, not those of which it is unknown whether AWS changed them. */
export function refusedBy(changed: readonly (readonly [SnapshotRecord, Outcome | undefined])[]): Refusals {
  const isUnknown = ({ code }: SnapgateError) => ['UPSTREAM', 'TIMED_OUT', 'OUTCOME_UNKNOWN'].includes(code);
  return new Map(
    changed.flatMap(([snapshot, outcome]) =>
      outcome instanceof SnapgateError && !isUnknown(outcome) ? [[snapshot, outcome] as const] : [],
    ),
  );
}

/** Plans the changes of each source; `run` sets the outcomes, by the key of the snapshot. */
function planEach(items: readonly ReadyItem[], { targets, plan }: BatchOptions) {
  return [...Map.groupBy(items, ({ snapshot }) => snapshot.source).values()].map((group) => {
    const [{ snapshot: first }] = group as [ReadyItem];
    const own = plan(
      group.map(({ snapshot }) => snapshot),
      targets.backendOf(first),
    );
    return {
      get calls() {
        return own.calls;
      },
      run: async (outcomes: Map<string, Outcome | undefined>) => {
        const made = await own.run();
        for (const [index, { snapshot }] of group.entries()) outcomes.set(snapshotKey(snapshot), made[index]);
      },
    };
  });
}

/** Returns the target of each distinct id; throws one INVALID_INPUT with every invalid id and other problem, each once. */
function nameAll({ targets, ids, problems: others = [] }: BatchOptions): Map<string, Target<SnapshotRecord>> {
  if (ids.length === 0 || ids.length > mostIds) {
    const message = `snapshotIds has ${ids.length} values; it must have 1 to ${mostIds}.`;
    refuse([{ field, message }, ...others]);
  }
  const named = new Map<string, Target<SnapshotRecord>>();
  // An invalid `account` is a problem of every id.
  const problems = new Map<string, InputProblem>();
  for (const [index, id] of ids.entries()) {
    try {
      named.set(id, targets.snapshot(id, [...field, String(index)]));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      for (const problem of error.problems) problems.set(JSON.stringify(problem), problem);
    }
  }
  refuse([...problems.values(), ...others]);
  return named;
}

async function read(id: string, target: Target<SnapshotRecord>): Promise<Item> {
  const missing: Item = { id, snapshot: null, error: null, target };
  try {
    return { ...missing, snapshot: await target.see() };
  } catch (error) {
    return { ...missing, error: asItemError(error) };
  }
}

async function prepare(item: Item, { targets, requirements }: BatchOptions): Promise<Item> {
  if (item.snapshot === null) return item;
  try {
    await item.target.read();
    await requirements(item.snapshot, targets.backendOf(item.snapshot));
    return item;
  } catch (error) {
    return { ...item, error: asItemError(error) };
  }
}

function isReady(item: Item): item is ReadyItem {
  return item.snapshot !== null && item.error === null;
}

function toResult(
  { id, snapshot, error, target }: Item,
  outcomes: ReadonlyMap<string, Outcome | undefined>,
  sent: ReadonlySet<string>,
  { end }: BatchOptions,
): ItemResult {
  const outcome = error ?? (snapshot && outcomes.get(snapshotKey(snapshot)));
  if (outcome instanceof SnapgateError) {
    // A change of several calls can have been made in part.
    const isSent = snapshot !== null && sent.has(snapshotKey(snapshot));
    return { id, before: snapshot, snapshot: isSent ? target.readAgain : () => snapshot, error: outcome, ...noEnd };
  }
  const { endsAt, endsAtOnce } = (snapshot && end?.(snapshot)) ?? noEnd;
  const changed = typeof outcome === 'function' ? outcome : () => outcome ?? snapshot;
  return { id, before: snapshot, snapshot: changed, error: null, endsAt, endsAtOnce };
}
