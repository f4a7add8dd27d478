import { errorClasses, type ErrorClassName, OutcomeUnknownError, SnapgateError } from '../../errors.ts';
import type { Lookups } from '../../fleet/lookups/lookups.ts';
import type { Sources } from '../../fleet/sources.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import { type AwsRecord, isNodeRecord, isRecord, isSnapshot, nodeKey } from '../../snapshots/record.ts';
import { isCreatedAt, snapshotKey } from '../../snapshots/snapshot.ts';
import type { ItemResult } from '../snapshots/batch.ts';
import type { PlannedCall } from '../plans/call.ts';

/** The result of any change. */
export interface ChangeResult {
  readonly plannedCalls: readonly PlannedCall[];
  /** The results of the items of a batch. */
  readonly results?: readonly ItemResult[];
  /** What became of each call of a change of several calls. */
  readonly steps?: readonly { readonly call: PlannedCall; readonly error: SnapgateError | null }[];
  /** A temporary password; null for a dry run. */
  readonly issued?: object | null;
}

/** A record; another one that has its identifier later was created at another time. */
type StoredRecord = GlobalId & { readonly createdAt: string | null };
interface StoredError {
  readonly name: string;
  readonly members: object;
}

/** A value as JSON: an object with the member `$` stands for a value that JSON does not have. */
type StoredValue =
  | { readonly $: 'record'; readonly record: StoredRecord }
  | { readonly $: 'node'; readonly node: GlobalId }
  | { readonly $: 'error'; readonly error: StoredError }
  | { readonly $: 'source'; readonly key: string }
  | { readonly $: 'date'; readonly date: string }
  | { readonly [name: string]: StoredValue }
  | readonly StoredValue[]
  | string
  | number
  | boolean
  | null;

/** The outcome of a change as JSON. It contains references to records, which are read again, and never a password. */
export type StoredOutcome =
  | { readonly kind: 'error'; readonly error: StoredError }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'result'; readonly result: StoredValue };

/** Converts a result for storage; `isDeletion` is true if its snapshots no longer exist. */
export function toStored(result: ChangeResult, isDeletion: boolean): StoredOutcome {
  if ('issued' in result) return { kind: 'credentials' };
  const { results, ...others } = result;
  if (!results) return { kind: 'result', result: toValue(isDeletion ? { ...others, snapshot: null } : others) };
  const items = results.map(({ before, ...item }) => ({
    ...item,
    before: null,
    snapshot: isDeletion && item.error === null ? null : before,
  }));
  return { kind: 'result', result: toValue({ ...others, results: items }) };
}

function toValue(value: unknown): StoredValue {
  if (value === null || value === undefined || typeof value === 'function') return null;
  if (typeof value !== 'object') return value as string | number | boolean;
  if (value instanceof Date) return { $: 'date', date: value.toISOString() };
  if (value instanceof SnapgateError) return { $: 'error', error: toStoredError(value) };
  if (Array.isArray(value)) return value.map(toValue);
  if (isRecord(value)) return { $: 'record', record: referTo(value) };
  if (isNodeRecord(value)) return { $: 'node', node: { typename: value.__typename, id: nodeKey(value) } };
  if (isSource(value)) return { $: 'source', key: value.key };
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, toValue(member)]])),
  );
}

function isSource(value: object): value is PlannedCall['source'] {
  return '__typename' in value && value.__typename === 'Source';
}

function referTo(record: AwsRecord): StoredRecord {
  const createdAt = record.kind.createdAt(record as never)?.toISOString() ?? null;
  const id = isSnapshot(record) ? snapshotKey(record) : record.kind.arn(record);
  return { typename: record.__typename, id, createdAt };
}

/** Converts an error for storage; an unexpected error means that the outcome is unknown. */
export function toStoredError(error: unknown): StoredError {
  const known =
    error instanceof SnapgateError
      ? error
      : new OutcomeUnknownError('The change failed unexpectedly. It may or may not have taken effect.');
  const { message, code, fault, requestId, isPartlyDone } = known;
  const { field, problems, reason, retryAfterSeconds, checks } = known as unknown as Record<string, unknown>;
  const members = { message, code, fault, requestId, isPartlyDone, field, problems, reason, retryAfterSeconds, checks };
  return { name: known.name, members };
}

export interface ReviveOptions {
  readonly sources: Sources;
  readonly node: Lookups['node'];
}

/** Returns the result of a stored outcome, whose records are read when they are selected; null for credentials. */
export function fromStored(
  outcome: Exclude<StoredOutcome, { kind: 'error' }>,
  options: ReviveOptions,
): ChangeResult | null {
  if (outcome.kind === 'credentials') return null;
  const { plannedCalls, results, ...others } = fromValue(outcome.result, options) as ChangeResult;
  return {
    ...others,
    plannedCalls,
    ...(results && { results: results.map((item) => ({ ...item, snapshot: item.snapshot ?? (() => null) })) }),
  };
}

/** Returns the value that was stored: a function that reads a record, and no planned call of a source that is gone. */
function fromValue(value: StoredValue, options: ReviveOptions): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((each) => fromValue(each, options)).filter((each) => each !== gone);
  if (isSpecial(value)) return fromSpecial(value, options);
  const members = Object.entries(value).map(([name, member]) => [name, fromValue(member, options)] as const);
  return members.some(([, member]) => member === gone) ? gone : Object.fromEntries(members);
}

/** Stands for an object of a source that is not configured any more. */
const gone = Symbol('gone');

type Special = Extract<StoredValue, { readonly $: string }>;

function isList(value: StoredValue): value is readonly StoredValue[] {
  return Array.isArray(value);
}

function isSpecial(value: object): value is Special {
  return '$' in value;
}

function fromSpecial(value: Special, { sources, node }: ReviveOptions): unknown {
  switch (value.$) {
    case 'date':
      return new Date(value.date);
    case 'error':
      return fromStoredError(value.error);
    case 'source':
      return sources.get(value.key) ?? gone;
    case 'node':
      return () => node(value.node);
    case 'record': {
      const { createdAt, ...id } = value.record;
      return async () => {
        const found = (await node(id)) as AwsRecord | null;
        return found && isSameRecord(found, createdAt === null ? null : new Date(createdAt)) ? found : null;
      };
    }
  }
}

function isSameRecord(found: AwsRecord, createdAt: Date | null): boolean {
  if (isSnapshot(found)) return isCreatedAt(found, createdAt);
  const now = found.kind.createdAt(found);
  return now == null || createdAt === null || Math.abs(now.getTime() - createdAt.getTime()) <= 1_000;
}

/** Returns an error of the same class with the same members. */
export function fromStoredError({ name, members }: StoredError): SnapgateError {
  const { prototype } = errorClasses[name as ErrorClassName];
  return Object.assign(Object.create(prototype) as SnapgateError, { name, ...members });
}
