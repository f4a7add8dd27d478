import { errorClasses, type ErrorClassName, OutcomeUnknownError, SnapgateError } from '../../errors.ts';
import type { Lookups } from '../../fleet/lookups/lookups.ts';
import type { Sources } from '../../fleet/sources.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import { isCreatedAt, snapshotKey, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { BatchChange } from '../snapshots/batch.ts';
import type { CredentialsChange } from '../issue-credentials.ts';
import type { PlannedCall } from '../plans/call.ts';
import type { SnapshotChange, Unchecked } from '../request.ts';

/** The result of any change. */
export type ChangeResult = SnapshotChange | BatchChange | CredentialsChange;

type StoredCall = Omit<PlannedCall, 'source'> & { readonly source: string };
/** A snapshot; another one that has its identifier later was created at another time. */
type StoredSnapshot = GlobalId & { readonly createdAt: string | null };
type StoredError = { readonly name: string; readonly members: object };

interface StoredItem {
  /** The id or ARN as the client sent it. */
  readonly id: string;
  readonly snapshot: StoredSnapshot | null;
  readonly error: StoredError | null;
  readonly endsAt: string | null;
  readonly endsAtOnce: boolean;
}

/** The outcome of a change as JSON. It contains references to records, which are read again, and never a password. */
export type StoredOutcome =
  | { readonly kind: 'error'; readonly error: StoredError }
  | { readonly kind: 'credentials' }
  | {
      readonly kind: 'snapshot';
      readonly calls: readonly StoredCall[];
      readonly snapshot: StoredSnapshot | null;
      readonly unchecked?: readonly Unchecked[];
    }
  | {
      readonly kind: 'batch';
      readonly calls: readonly StoredCall[];
      readonly results: readonly StoredItem[];
    };

/** Converts a result for storage; `isDeletion` is true if its snapshots no longer exist. */
export function toStored(result: ChangeResult, isDeletion: boolean): StoredOutcome {
  if ('issued' in result) return { kind: 'credentials' };
  const calls = result.plannedCalls.map((call) => ({ ...call, source: call.source.key }));
  if ('results' in result) {
    const results = result.results.map(({ id, before, error, endsAt, endsAtOnce }) => ({
      id,
      snapshot: before && !(isDeletion && error === null) ? referTo(before) : null,
      error: error && toStoredError(error),
      endsAt: endsAt && endsAt.toISOString(),
      endsAtOnce,
    }));
    return { kind: 'batch', calls, results };
  }
  const { snapshot, unchecked = [] } = result;
  const isKept = snapshot !== null && typeof snapshot !== 'function' && !isDeletion;
  return { kind: 'snapshot', calls, snapshot: isKept ? referTo(snapshot) : null, unchecked };
}

function referTo(snapshot: SnapshotRecord): StoredSnapshot {
  const createdAt = snapshot.kind.createdAt(snapshot)?.toISOString() ?? null;
  return { typename: snapshot.__typename, id: snapshotKey(snapshot), createdAt };
}

/** Converts an error for storage; an unexpected error means that the outcome is unknown. */
export function toStoredError(error: unknown): StoredError {
  const known =
    error instanceof SnapgateError
      ? error
      : new OutcomeUnknownError('The change failed unexpectedly. It may or may not have taken effect.');
  const { message, code, fault, requestId, isPartlyDone } = known;
  const { field, problems, reason, retryAfterSeconds } = known as unknown as Record<string, unknown>;
  const members = { message, code, fault, requestId, isPartlyDone, field, problems, reason, retryAfterSeconds };
  return { name: known.name, members };
}

export interface ReviveOptions {
  readonly sources: Sources;
  readonly node: Lookups['node'];
}

/** Returns the result of a stored outcome, whose snapshots are read when they are selected; null for credentials. */
export function fromStored(
  outcome: Exclude<StoredOutcome, { kind: 'error' }>,
  { sources, node }: ReviveOptions,
): SnapshotChange | BatchChange | null {
  if (outcome.kind === 'credentials') return null;
  const plannedCalls = outcome.calls.flatMap((call) => {
    const source = sources.get(call.source);
    return source ? { ...call, source } : [];
  });
  const read = async ({ createdAt, ...id }: StoredSnapshot) => {
    const found = (await node(id)) as SnapshotRecord | null;
    return found && isCreatedAt(found, createdAt === null ? null : new Date(createdAt)) ? found : null;
  };
  if (outcome.kind === 'snapshot') {
    const { snapshot, unchecked } = outcome;
    return { plannedCalls, snapshot: snapshot && (() => read(snapshot)), unchecked };
  }
  const results = outcome.results.map(({ id, snapshot, error, endsAt, endsAtOnce }) => ({
    id,
    before: null,
    endsAt: endsAt === null ? null : new Date(endsAt),
    endsAtOnce,
    error: error && fromStoredError(error),
    snapshot: () => snapshot && read(snapshot),
  }));
  return { plannedCalls, results };
}

/** Returns an error of the same class with the same members. */
export function fromStoredError({ name, members }: StoredError): SnapgateError {
  const { prototype } = errorClasses[name as ErrorClassName];
  return Object.assign(Object.create(prototype) as SnapgateError, { name, ...members });
}
