import { InvalidInputError, InvalidStateError, SnapgateError } from '../../errors.ts';
import { sameOrNull, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { mostTags } from '../input/rules.ts';
import { inOrder, type Plan } from '../plans/plan.ts';
import type { ChangeRequest, SnapshotChange } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { placeOfKey } from '../requirements/keys.ts';
import { joinTags, keyOfCopy } from './copy-parts.ts';
import {
  type AccountCopyInput,
  isRefusal,
  needsHandover,
  requireKeysFit,
  requirePlaces,
  requireRemovable,
  requireSteps,
  requireUnheld,
} from './two-step-checks.ts';
import { type CopyOptions, planCleanup, planSteps } from './two-step-plan.ts';
import { failedOf, hasFailed, readState, type Route, routeOf, type State } from './two-step-state.ts';

/** One request for a copy to another account. */
interface AccountCopy {
  readonly backend: GuardedBackend;
  readonly route: Route;
  readonly options: CopyOptions;
  readonly isDryRun: boolean;
  readonly request: ChangeRequest;
}

/**
 * Makes the steps of a copy to another account that AWS accepts now, and plans the later ones. Nothing is stored: the
 * names and tags of the intermediate copies show the next request with the same input what exists. That request also
 * removes the share and the intermediate copies, when the copy is available or one of them has failed.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-share_cluster_snapshots.html
 */
export async function copyToAccount(
  backend: GuardedBackend,
  snapshot: SnapshotRecord,
  input: AccountCopyInput,
  request: ChangeRequest,
): Promise<SnapshotChange> {
  const { bridge, target } = requirePlaces(snapshot, input, request);
  requireKeysFit(snapshot, target, input);
  const keys = await requireKeys(backend, snapshot.source, { bridge, target }, input, request);
  request.policy.restores.requireExport(snapshot.source, target);
  request.rights.requireIn('SNAPSHOT_COPY', bridge);
  request.rights.requireIn('SNAPSHOT_COPY', target);

  const keyArn: CopyOptions['keyArn'] = (source, { kmsKeyId }) => keyOfCopy(snapshot, source, kmsKeyId, request);
  const copyKeyArn = () => keyArn(target, keys.copyKey);
  const route = routeOf(backend, { snapshot, bridge, target, identifier: input.identifier, copyKeyArn });
  const tags = await tagsFor(backend, route, input, request);
  const state = await readState(route, backend, request);
  const isFirst = [state.handover, state.received, state.copy].every((each) => each === null);
  const hasHandover = (isFirst || failedOf(state) !== undefined) && (await needsHandover(snapshot, input, request));
  const options = { ...keys, ...tags, needsHandover: hasHandover, keyArn };
  const copy = { backend, route, options, isDryRun: input.dryRun ?? false, request };
  return failedOf(state) === undefined ? makeSteps(copy, state) : startAgain(copy, state);
}

async function requireKeys(
  backend: GuardedBackend,
  home: Source,
  { bridge, target }: Pick<Route, 'bridge' | 'target'>,
  { kmsKeyId, intermediateKmsKeyId }: AccountCopyInput,
  request: ChangeRequest,
): Promise<Pick<CopyOptions, 'handoverKey' | 'receivedKey' | 'copyKey'>> {
  const keyFor = (named: string | null | undefined, place: Source) =>
    backend.requireKey(named ?? undefined, placeOfKey(place, place.region, request));
  const copyKey = await keyFor(kmsKeyId, target);
  const handoverKey = await keyFor(intermediateKmsKeyId, home);
  // An unencrypted snapshot has no key at all.
  const defaultKey = kmsKeyId == null ? undefined : backend.accountCopies?.defaultKey;
  return { copyKey, handoverKey, receivedKey: defaultKey ?? (await keyFor(undefined, bridge)) };
}

/** The intermediate copies have the tags of the copy, too, except for hold tags: grants and budgets can depend on them. */
async function tagsFor(
  backend: GuardedBackend,
  route: Route,
  { copyTags, tags: given = [] }: AccountCopyInput,
  request: ChangeRequest,
): Promise<Pick<CopyOptions, 'copyTags' | 'intermediateTags'>> {
  const tags = copyTags ? await joinTags(route.snapshot, given ?? [], backend.rules, request) : (given ?? []);
  const names = new Set(route.tags.map(({ key }) => key));
  const isKept = ({ source }: { readonly source: Source }) => {
    const holds = request.policy.deletions.holdTags(source);
    return ({ key }: { readonly key: string }) => !holds.includes(key) && !names.has(key);
  };
  const others = tags.filter(isKept(route.snapshot)).filter(isKept({ source: route.bridge }));
  const own = tags.filter(({ key }) => !names.has(key) && key !== route.mark.key);
  if (others.length + names.size <= mostTags) return { copyTags: own, intermediateTags: [...others, ...route.tags] };
  throw new InvalidInputError(
    `The intermediate copies would have ${others.length + names.size} tags, ${names.size} of which the gateway adds; a resource can have at most ${mostTags}. Leave out some of them.`,
    ['input', 'tags'],
  );
}

async function makeSteps(copy: AccountCopy, state: State): Promise<SnapshotChange> {
  const { backend, route, options, isDryRun, request } = copy;
  const { parts, now, later, createsCopy } = planSteps(backend, route, state, options);
  await requireSteps(route, state, { parts }, { ...options, isDryRun }, request);
  const calls = { plannedCalls: callsOf(now), remainingCalls: callsOf(later) };
  if (isDryRun) return { snapshot: state.copy, ...calls };
  const last = await run(now).catch(async (error: unknown) => {
    if (parts[0] === 'cleanup' || !isRefusal(error)) throw error;
    throw await afterCleanup(error, copy);
  });
  return { snapshot: createsCopy ? last : state.copy, ...calls };
}

/** Removes everything that was made for a copy that has failed, and reports the failure. */
async function startAgain(copy: AccountCopy, state: State): Promise<SnapshotChange> {
  const { backend, route, options, isDryRun, request } = copy;
  await requireRemovable(state, route, request);
  if (state.isMarked) await request.rights.require('SNAPSHOT_SHARE', route.snapshot);
  const failedCopy = state.copy !== null && hasFailed(state.copy) ? state.copy : null;
  if (failedCopy) {
    await request.rights.require('SNAPSHOT_DELETE', failedCopy);
    await requireUnheld(failedCopy, request);
  }
  const cleanup = [
    ...planCleanup(backend, route, state),
    ...(failedCopy ? [backend.planDelete(failedCopy, null)] : []),
  ];
  if (isDryRun) {
    const { now, later } = planSteps(backend, route, afterwards(state), options);
    return { snapshot: null, plannedCalls: callsOf(cleanup), remainingCalls: callsOf([...now, ...later]) };
  }
  await run(cleanup);
  const failed = failedOf(state);
  throw new InvalidStateError(
    'NOT_AVAILABLE',
    `The copy to account ${route.target.account} has failed: the status of ${failed && describe(failed)}. The share and the intermediate copies were removed. Repeat the mutation, with a new idempotencyKey if it has one, to start again.`,
  );
}

function afterwards(state: State): State {
  const isSnapshotShared = state.isSnapshotShared && (!state.isMarked || state.isMarkedByOthers);
  const none = { handover: null, received: null, copy: null, isHandoverShared: false, isMarked: false };
  return { ...state, ...none, isSnapshotShared };
}

/** Removes what was made for a copy after AWS refused a step; returns the error with what was done. */
async function afterCleanup(error: SnapgateError, { backend, route, request }: AccountCopy): Promise<SnapgateError> {
  try {
    const again = await seenAgain(route, backend);
    const cleanup = planCleanup(backend, again, await readState(again, backend, request));
    if (cleanup.length === 0) return error;
    await run(cleanup);
    error.message += ' The share and the intermediate copies were removed. Repeat the mutation to start again.';
  } catch (failure) {
    if (!(failure instanceof SnapgateError)) throw failure;
    error.message += ` The share and the intermediate copies were not all removed: ${failure.message}`;
  }
  error.isPartlyDone = true;
  return error;
}

/** Returns the route with the snapshot as it is now: the record that was read can contain its tags. */
async function seenAgain(route: Route, backend: GuardedBackend): Promise<Route> {
  const { kind, source } = route.snapshot;
  const found = await backend.find(source, kind.identifier(route.snapshot));
  const same = found === 'OTHER_ENGINE' ? null : sameOrNull(route.snapshot, found);
  return same === null ? route : { ...route, snapshot: same };
}

async function run(plans: readonly Plan<SnapshotRecord>[]): Promise<SnapshotRecord | null> {
  const last = plans.at(-1);
  return last === undefined ? null : inOrder(plans.slice(0, -1), last).run();
}

function callsOf(plans: readonly Plan<unknown>[]) {
  return plans.flatMap(({ calls }) => calls);
}

function describe(snapshot: SnapshotRecord): string {
  const { account, region } = snapshot.source;
  return `${snapshot.kind.identifier(snapshot)} in account ${account}, region ${region} is ${snapshot.kind.rawStatus(snapshot)}`;
}
