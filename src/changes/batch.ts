import { InvalidInputError, type InputProblem, SnapgateError } from '../errors.ts';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Outcome } from './backend.ts';
import { refuse } from './input/problems.ts';
import type { Target, Targets } from './input/targets.ts';
import type { PlannedCall } from './plans/call.ts';
import { asItemError, type Plan } from './plans/plan.ts';
import type { GuardedBackend } from './requirements/guarded.ts';

/** The outcome of a batch: one change of many snapshots. */
export interface BatchChange {
  readonly results: readonly ItemResult[];
  readonly plannedCalls: readonly PlannedCall[];
}

/** The outcome for one snapshot of a batch. */
export interface ItemResult {
  /** The id as the client sent it. */
  readonly id: string;
  /** Returns the snapshot; makes an AWS call if the response to the change does not contain it. */
  snapshot(): MaybePromise<SnapshotRecord | null>;
  readonly error: SnapgateError | null;
}

export interface BatchOptions {
  readonly targets: Targets;
  /** The ids as the client sent them in `input.snapshotIds`. */
  readonly ids: readonly string[];
  /** The problems in the other fields of the input. */
  readonly problems?: readonly InputProblem[];
  readonly isDryRun: boolean;
  /** Receives all snapshots of the batch; the function that it returns throws if one of them must not be changed. */
  requirements(
    all: readonly SnapshotRecord[],
  ): (snapshot: SnapshotRecord, backend: GuardedBackend) => MaybePromise<void>;
  /** Plans the allowed changes of one source; the outcomes are in the order of the snapshots. */
  plan(snapshots: readonly SnapshotRecord[], backend: GuardedBackend): Plan<readonly Outcome[]>;
}

interface Item {
  readonly id: string;
  readonly backend: GuardedBackend;
  readonly snapshot: SnapshotRecord | null;
  readonly error: SnapgateError | null;
}

type ReadyItem = Item & { readonly snapshot: SnapshotRecord };

const mostIds = 500;
const field = ['input', 'snapshotIds'];

/** Changes many snapshots. Requirements are checked per snapshot; the snapshots of one source share a plan. */
export async function changeEach(options: BatchOptions): Promise<BatchChange> {
  const { ids, isDryRun, requirements, plan } = options;
  const named = [...nameAll(options)];
  const found = await Promise.all(named.map(([id, target]) => read(id, target)));
  const requireOne = requirements(found.flatMap(({ snapshot }) => snapshot ?? []));
  const items = await Promise.all(found.map((item) => prepare(item, requireOne)));
  const groups = [...Map.groupBy(items.filter(isReady), ({ snapshot }) => snapshot.source).values()].map((group) => {
    const [{ backend }] = group as [ReadyItem];
    // Several ids can name the same snapshot, for example in upper and lower case.
    const snapshots = [...new Map(group.map(({ snapshot }) => [arnOf(snapshot), snapshot])).values()];
    return { snapshots, plan: plan(snapshots, backend) };
  });

  const outcomes = new Map<string, Outcome | undefined>();
  const run = async ({ snapshots, plan }: (typeof groups)[number]) => {
    const own = await plan.run();
    for (const [index, snapshot] of snapshots.entries()) outcomes.set(arnOf(snapshot), own[index]);
  };
  if (!isDryRun) await Promise.all(groups.map(run));

  const results = new Map(items.map((item) => [item.id, toResult(item, outcomes)]));
  return {
    results: ids.flatMap((id) => results.get(id) ?? []),
    plannedCalls: groups.flatMap(({ plan }) => plan.calls),
  };
}

/** Returns the target of each distinct id; throws one INVALID_INPUT with all invalid ids and the other problems. */
function nameAll({ targets, ids, problems: others = [] }: BatchOptions): Map<string, Target<SnapshotRecord>> {
  if (ids.length === 0 || ids.length > mostIds) {
    const message = `snapshotIds has ${ids.length} values; it must have 1 to ${mostIds}.`;
    refuse([{ field, message }, ...others]);
  }
  const named = new Map<string, Target<SnapshotRecord>>();
  const problems: InputProblem[] = [];
  for (const [index, id] of ids.entries()) {
    try {
      named.set(id, targets.snapshot(id, [...field, String(index)]));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      problems.push(...error.problems);
    }
  }
  refuse([...problems, ...others]);
  return named;
}

async function read(id: string, { backend, read }: Target<SnapshotRecord>): Promise<Item> {
  const missing: Item = { id, backend, snapshot: null, error: null };
  try {
    return { ...missing, snapshot: await read() };
  } catch (error) {
    return { ...missing, error: asItemError(error) };
  }
}

async function prepare(item: Item, require: ReturnType<BatchOptions['requirements']>): Promise<Item> {
  if (item.snapshot === null) return item;
  try {
    await require(item.snapshot, item.backend);
    return item;
  } catch (error) {
    return { ...item, error: asItemError(error) };
  }
}

function isReady(item: Item): item is ReadyItem {
  return item.snapshot !== null && item.error === null;
}

function toResult({ id, snapshot, error }: Item, outcomes: ReadonlyMap<string, Outcome | undefined>): ItemResult {
  const outcome = error ?? (snapshot && outcomes.get(arnOf(snapshot)));
  if (outcome == null) return { id, snapshot: () => snapshot, error: null };
  if (outcome instanceof SnapgateError) return { id, snapshot: () => snapshot, error: outcome };
  return { id, snapshot: typeof outcome === 'function' ? outcome : () => outcome, error: null };
}

function arnOf(snapshot: SnapshotRecord): string {
  return snapshot.kind.arn(snapshot);
}
