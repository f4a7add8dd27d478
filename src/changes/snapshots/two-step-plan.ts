import type { AllowedKey } from '../../access/policy/keys.ts';
import { NotFoundError } from '../../errors.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { Plan } from '../plans/plan.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { noParties } from './share-snapshot.ts';
import { isAvailable, isFar, type Route, type State } from './two-step-state.ts';

/** The keys and tags of the copies of a route. */
export interface CopyOptions {
  /** Of the intermediate copy in the account of the snapshot. */
  readonly handoverKey: AllowedKey;
  /** Of the intermediate copy in the target account. */
  readonly receivedKey: AllowedKey;
  readonly copyKey: AllowedKey;
  readonly intermediateTags: readonly Tag[];
  readonly copyTags: readonly Tag[];
  /** Whether an intermediate copy is shared instead of the snapshot. */
  readonly needsHandover: boolean;
  /** Reads the ARN of a key of a copy in a source. */
  keyArn(source: Source, key: AllowedKey): Promise<string | undefined>;
}

/** The parts of a copy to another account, in order: each starts only after the snapshots of the one before are available. */
type Part = 'handover' | 'share' | 'copy' | 'cleanup';
const order: readonly Part[] = ['handover', 'share', 'copy', 'cleanup'];

/** What a copy to another account has to do. */
export interface Steps {
  /** The parts whose calls AWS accepts now, and later. */
  readonly parts: readonly Part[];
  readonly now: readonly Plan<SnapshotRecord>[];
  readonly later: readonly Plan<SnapshotRecord>[];
  /** Whether the last call of now creates the copy. */
  readonly createsCopy: boolean;
}

/** Plans everything that is left of a copy. */
export function planSteps(backend: GuardedBackend, route: Route, state: State, options: CopyOptions): Steps {
  const { part, isStarted } = position(route, state, options.needsHandover);
  const parts = order.slice(order.indexOf(part)).filter((each) => each !== 'copy' || isFar(route));
  const plansOf: Readonly<Record<Part, () => readonly Plan<SnapshotRecord>[]>> = {
    handover: () => [planHandover(backend, route, options)],
    share: () => planSharedCopy(backend, route, state, options),
    copy: () => [planFinalCopy(backend, route, state.received ?? route.expected.received, options)],
    cleanup: () => planCleanup(backend, route, expectedAtEnd(route, state, options.needsHandover, part)),
  };
  const plans = parts.map((each) => plansOf[each]());
  const now = isStarted ? [] : (plans[0] ?? []);
  const createsCopy = !isStarted && part === (isFar(route) ? 'copy' : 'share');
  return { parts, now, later: plans.slice(isStarted ? 0 : 1).flat(), createsCopy };
}

/** Returns the first part that is left; it waits for a snapshot of the part before if `isStarted`. */
function position(
  route: Route,
  { handover, received, copy }: State,
  needsHandover: boolean,
): { readonly part: Part; readonly isStarted: boolean } {
  if (copy !== null) return { part: 'cleanup', isStarted: !isAvailable(copy) };
  if (received !== null && isFar(route)) return { part: 'copy', isStarted: !isAvailable(received) };
  if (handover !== null) return { part: 'share', isStarted: !isAvailable(handover) };
  return { part: needsHandover ? 'handover' : 'share', isStarted: false };
}

/** Returns the state in which everything that is left has been made, except for the cleanup. */
function expectedAtEnd(route: Route, state: State, needsHandover: boolean, part: Part): State {
  const isBefore = (each: Part) => order.indexOf(part) <= order.indexOf(each);
  const handover = state.handover ?? (part === 'handover' ? route.expected.handover : null);
  const isDirect = part === 'share' && handover === null && !needsHandover;
  return {
    ...state,
    handover,
    received: state.received ?? (isFar(route) && isBefore('share') ? route.expected.received : null),
    isHandoverShared: state.isHandoverShared || (handover !== null && isBefore('share')),
    isSnapshotShared: state.isSnapshotShared || isDirect,
    isMarked: state.isMarked || (isDirect && needsMark(state)),
  };
}

/** Whether the share of the snapshot must be removed at the end: not if the account had access before. */
function needsMark({ isSnapshotShared, isMarkedByOthers }: State): boolean {
  return !isSnapshotShared || isMarkedByOthers;
}

function planHandover(backend: GuardedBackend, { snapshot, name }: Route, options: CopyOptions): Plan<SnapshotRecord> {
  const { handoverKey, intermediateTags, keyArn } = options;
  return planCopy(backend, snapshot, handoverKey, {
    target: snapshot.source,
    identifier: name,
    tags: intermediateTags,
    copyKeyArn: () => keyArn(snapshot.source, handoverKey),
  });
}

/** The share, and the copy by the target account. What is needed of the share is noted on the snapshot before it. */
function planSharedCopy(
  backend: GuardedBackend,
  route: Route,
  state: State,
  options: CopyOptions,
): readonly Plan<SnapshotRecord>[] {
  const { snapshot, bridge, name, mark } = route;
  const { receivedKey, intermediateTags, keyArn } = options;
  const isDirect = state.handover === null && !options.needsHandover;
  const shared = isDirect ? snapshot : (state.handover ?? route.expected.handover);
  const isShared = isDirect ? state.isSnapshotShared : state.isHandoverShared;
  const received = () =>
    planCopy(backend, shared, receivedKey, {
      target: bridge,
      identifier: name,
      tags: intermediateTags,
      copyKeyArn: () => keyArn(bridge, receivedKey),
    });
  return [
    ...(isDirect && needsMark(state) && !state.isMarked ? [backend.planTag(snapshot, [mark])] : []),
    ...(isShared ? [] : [backend.planShare(shared, partyOf(route))]),
    isFar(route) ? received() : planFinalCopy(backend, route, shared, options),
  ];
}

function planFinalCopy(
  backend: GuardedBackend,
  { target, identifier, copyKeyArn }: Route,
  from: SnapshotRecord,
  { copyKey, copyTags }: CopyOptions,
): Plan<SnapshotRecord> {
  return planCopy(backend, from, copyKey, { target, identifier, tags: copyTags, copyKeyArn });
}

function planCopy(
  backend: GuardedBackend,
  from: SnapshotRecord,
  key: AllowedKey,
  copy: Pick<Parameters<GuardedBackend['planCopy']>[1], 'target' | 'identifier' | 'tags' | 'copyKeyArn'>,
): Plan<SnapshotRecord> {
  return backend.planCopy(from, { ...copy, retentionDays: undefined, copyTags: false }, key);
}

/** Plans to remove what copies of this route have added: the share, and the intermediate copies. */
export function planCleanup(backend: GuardedBackend, route: Route, state: State): readonly Plan<SnapshotRecord>[] {
  const { snapshot, mark } = route;
  const { handover, received, isMarked } = state;
  const isOurs = isMarked && !state.isMarkedByOthers && state.isSnapshotShared;
  return [
    ...(handover !== null && state.isHandoverShared ? [backend.planUnshare(handover, partyOf(route))] : []),
    ...(isOurs ? [backend.planUnshare(snapshot, partyOf(route))] : []),
    ...(isMarked ? [backend.planUntag(snapshot, [mark.key])] : []),
    ...[handover, received].flatMap((each) => (each === null ? [] : [backend.planDelete(each, null)])),
  ].map((plan) => ifPresent(plan, snapshot));
}

/** The target account, to which the snapshot or its intermediate copy is shared. */
function partyOf({ target }: Route): SnapshotSharing {
  return { ...noParties, accounts: [target.account] };
}

/** Ignores that a snapshot to clean up is gone: AWS can list a deleted snapshot for a while. */
function ifPresent(plan: Plan<SnapshotRecord>, snapshot: SnapshotRecord): Plan<SnapshotRecord> {
  const run = () =>
    plan.run().catch((error: unknown) => {
      if (error instanceof NotFoundError) return snapshot;
      throw error;
    });
  return { calls: plan.calls, run };
}
