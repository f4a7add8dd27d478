import { createHash } from 'node:crypto';
import { intermediatePrefix } from '../../snapshots/lineage.ts';
import { isOwn, neverAvailable, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import { hasKeySent } from '../plans/creation.ts';
import type { ChangeRequest } from '../request.ts';
import type { GuardedBackend } from '../requirements/guarded.ts';
import { nameTaken } from '../requirements/requirements.ts';

/** The places of a copy to another account, and the names by which later requests find what earlier ones have made. */
export interface Route {
  readonly snapshot: SnapshotRecord;
  /** The target account, in the region of the snapshot: AWS copies a shared snapshot only within its region. */
  readonly bridge: Source;
  readonly target: Source;
  /** The name of the copy. */
  readonly identifier: string;
  /** The name of both intermediate copies. */
  readonly name: string;
  /** The tags by which an intermediate copy is recognized. */
  readonly tags: readonly Tag[];
  /** The tag of the snapshot while it is shared for this copy. */
  readonly mark: Tag;
  /** The intermediate copies and the copy as they will be. */
  readonly expected: Readonly<Record<'handover' | 'received' | 'copyOfOther' | 'copyOfReceived', SnapshotRecord>>;
  /** Reads the ARN of the key of the copy. */
  copyKeyArn(): Promise<string | undefined>;
}

/** What exists of a copy to another account. A snapshot that AWS is deleting does not count. */
export interface State {
  /** The intermediate copy in the account of the snapshot, which is shared instead of the snapshot. */
  readonly handover: SnapshotRecord | null;
  /** The intermediate copy in the target account, if the copy is for another region. */
  readonly received: SnapshotRecord | null;
  readonly copy: SnapshotRecord | null;
  /** Whether the target account can read the intermediate copy. */
  readonly isHandoverShared: boolean;
  /** Whether the target account can read the snapshot itself; false if it need not. */
  readonly isSnapshotShared: boolean;
  /** Whether this copy has noted on the snapshot that it shares it. */
  readonly isMarked: boolean;
  /** Whether other copies to the same account have. */
  readonly isMarkedByOthers: boolean;
}

const markPrefix = 'snapgate:copy-share:';

/** Returns the route of a copy; the names depend only on the snapshot and the place and name of the copy. */
export function routeOf(
  { accountCopies }: GuardedBackend,
  places: Pick<Route, 'snapshot' | 'bridge' | 'target' | 'identifier' | 'copyKeyArn'>,
): Route {
  if (accountCopies === undefined) throw new Error('The service does not copy snapshots to other accounts.');
  const { snapshot, bridge, target } = places;
  const identifier = places.identifier.toLowerCase();
  const arn = snapshot.kind.arn(snapshot);
  const where = `${target.account}/${target.region}/${identifier}`;
  const digest = createHash('sha256').update(`${arn} ${where}`).digest('hex').slice(0, 40);
  const name = `${intermediatePrefix}${digest}`;
  const { expected } = accountCopies;
  const handover = expected(snapshot, { target: snapshot.source, identifier: name });
  const received = expected(snapshot, { target: bridge, identifier: name });
  return {
    ...places,
    identifier,
    name,
    tags: [
      { key: 'snapgate:copy-of', value: arn },
      { key: 'snapgate:copy-target', value: where },
    ],
    mark: { key: `${markPrefix}${digest}`, value: target.account },
    expected: {
      handover,
      received,
      copyOfOther: expected(snapshot, { target, identifier }),
      copyOfReceived: expected(received, { target, identifier }),
    },
  };
}

/** Whether the copy is for another region than that of the snapshot, so that it has two copies in the target account. */
export function isFar({ bridge, target }: Route): boolean {
  return bridge !== target;
}

/**
 * Reads what exists of a copy, regardless of what the caller can see. Throws ALREADY_EXISTS if another snapshot has one
 * of the names.
 */
export async function readState(route: Route, backend: GuardedBackend, request: ChangeRequest): Promise<State> {
  const { snapshot, bridge, target, identifier, name } = route;
  const intermediate = async (source: Source, origins: readonly SnapshotRecord[]) => {
    const found = await backend.find(source, name);
    if (found === null) return null;
    if (found !== 'OTHER_ENGINE' && (await isIntermediate(found, origins, route, request))) return found;
    throw await nameTaken(found, source, name, request.rights);
  };
  const { handover: expectedHandover, received: expectedReceived } = route.expected;
  const [handover, received, marks] = await Promise.all([
    intermediate(snapshot.source, [snapshot]),
    isFar(route) ? intermediate(bridge, [snapshot, expectedHandover]) : null,
    readMarks(route, request),
  ]);
  const found = await backend.find(target, identifier);
  const origins = isFar(route) ? [expectedReceived] : [snapshot, expectedHandover];
  if (found !== null && !(found !== 'OTHER_ENGINE' && (await isCopy(found, origins, route, marks.isMarked, request)))) {
    throw await nameTaken(found, target, identifier, request.rights);
  }
  const isShareable = snapshot.kind.type(snapshot) === 'MANUAL';
  const hasAccess = async (each: SnapshotRecord) => {
    const sharing = await request.sharingOf(each);
    return sharing !== null && (sharing.public || sharing.accounts.includes(target.account));
  };
  return {
    handover: unlessGone(handover),
    received: unlessGone(received),
    copy: unlessGone(found),
    isHandoverShared: handover !== null && isAvailable(handover) && (await hasAccess(handover)),
    isSnapshotShared: isShareable && (handover === null || marks.isMarked) && (await hasAccess(snapshot)),
    ...marks,
  };
}

/**
 * Whether a snapshot is an intermediate copy of this route. The name alone, or tags, which any caller may set, would let
 * callers delete snapshots that are none.
 */
async function isIntermediate(
  found: SnapshotRecord,
  origins: readonly SnapshotRecord[],
  route: Route,
  { tagsOf }: ChangeRequest,
): Promise<boolean> {
  if (!isCopyOf(found, origins, route)) return false;
  const tags = (await tagsOf(found)) ?? [];
  return route.tags.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value));
}

/** Whether the snapshot that has the name of the copy is the copy, and the caller can see it. */
async function isCopy(
  found: SnapshotRecord,
  origins: readonly SnapshotRecord[],
  route: Route,
  isMarked: boolean,
  { rights }: ChangeRequest,
): Promise<boolean> {
  if (!isCopyOf(found, origins, route) || !(await rights.sees(found))) return false;
  // A copy of the snapshot itself can be one that another request has made, under another key.
  return isMarked || !isCopyOf(found, [route.snapshot], route) || hasKeySent(found, route);
}

/** Whether a snapshot is a manual copy of one of the origins. A copy is never older than the snapshot. */
function isCopyOf(found: SnapshotRecord, origins: readonly SnapshotRecord[], { snapshot }: Route): boolean {
  const { kind } = found;
  const origin = kind.origin(found)?.snapshotArn;
  const [createdAt, sourceCreatedAt] = [kind.createdAt(found), kind.createdAt(snapshot)];
  return (
    kind.type(found) === 'MANUAL' &&
    isOwn(found) &&
    origins.some((each) => each.kind.arn(each) === origin) &&
    (createdAt == null || sourceCreatedAt == null || createdAt >= sourceCreatedAt)
  );
}

/** Reads from the tags of the snapshot which copies share it. Other snapshots than manual ones cannot be shared. */
async function readMarks(
  { snapshot, mark }: Route,
  { tagsOf }: ChangeRequest,
): Promise<Pick<State, 'isMarked' | 'isMarkedByOthers'>> {
  const tags = snapshot.kind.type(snapshot) === 'MANUAL' ? ((await tagsOf(snapshot)) ?? []) : [];
  const marks = tags.filter(({ key, value }) => key.startsWith(markPrefix) && value === mark.value);
  const isMarked = marks.some(({ key }) => key === mark.key);
  return { isMarked, isMarkedByOthers: marks.length > (isMarked ? 1 : 0) };
}

function unlessGone(found: SnapshotRecord | 'OTHER_ENGINE' | null): SnapshotRecord | null {
  if (found === null || found === 'OTHER_ENGINE') return null;
  return ['DELETING', 'DELETED'].includes(snapshotStatus(found)) ? null : found;
}

/** Whether a snapshot of a route is available, so that the next step can be made. */
export function isAvailable(snapshot: SnapshotRecord): boolean {
  return snapshotStatus(snapshot) === 'AVAILABLE';
}

/** Returns the snapshot because of which the copy never becomes available; undefined if there is none. */
export function failedOf({ handover, received, copy }: State): SnapshotRecord | undefined {
  if (copy !== null && isAvailable(copy)) return undefined;
  return [handover, received, copy].find((each) => each !== null && hasFailed(each)) ?? undefined;
}

/** Whether a snapshot never becomes available. */
export function hasFailed(snapshot: SnapshotRecord): boolean {
  return neverAvailable.includes(snapshotStatus(snapshot));
}
