import { InvalidInputError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isKeyName } from '../../snapshots/kms-key.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotExposure, SnapshotStatus, SnapshotType } from '../../snapshots/snapshot.ts';
import { createCalendar, maximumDays } from '../questions/days.ts';
import { requireRange } from '../range.ts';
import type { SourceSelection } from '../sources.ts';
import type { ClusterFilter, SnapshotFilter } from './filter.ts';

/** The condition that the caller cannot set. */
export interface Visibility {
  /** The subject of the principal, if some records may be hidden from the principal. */
  readonly seenBy?: string;
}

/** The conditions on snapshots: validated, without nulls, with lists sorted and deduplicated. */
export interface SnapshotConditions extends Visibility {
  /** The cluster that the snapshots belong to, which the caller cannot set. */
  readonly ofCluster?: ClusterRecord;
  readonly clusterIdentifiers?: readonly string[];
  readonly identifiers?: readonly string[];
  readonly search?: string;
  readonly types?: readonly SnapshotType[];
  readonly statuses?: readonly SnapshotStatus[];
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly olderThanDays?: number;
  readonly youngerThanDays?: number;
  /** Derived from the ages: a wider span of whole days, which AWS can apply. The caller cannot set it. */
  readonly createdOn?: DaySpan;
  readonly ownerAccounts?: readonly string[];
  readonly tags?: readonly TagCondition[];
  readonly encrypted?: boolean;
  readonly orphaned?: boolean;
  readonly untagged?: boolean;
  readonly exposure?: SnapshotExposure;
  readonly sharedWith?: readonly string[];
  readonly sharedOutside?: readonly string[];
  readonly copies?: boolean;
  readonly minimumMegabytes?: number;
  readonly kmsKeyIds?: readonly string[];
  readonly keptForever?: boolean;
  readonly expiringWithinDays?: number;
}

/** Whole days of UTC: the start of the first day, and the end of the last day. */
export interface DaySpan {
  readonly from?: Date;
  readonly until?: Date;
}

export interface TagCondition {
  readonly key: string;
  readonly values?: readonly string[];
}

/** The conditions on clusters: validated, without nulls, with lists sorted and deduplicated. */
export interface ClusterConditions extends Visibility {
  readonly identifiers?: readonly string[];
  readonly withoutSnapshotSince?: Date;
  readonly withoutSnapshotForHours?: number;
  readonly gapWithinDays?: number;
  /** The IANA name of the time zone of `gapWithinDays`; UTC if omitted. */
  readonly timeZone?: string;
}

/** The filter of a caller, split into the sources to read and the conditions on their records. */
export interface Selected<Conditions> {
  readonly selection: SourceSelection;
  readonly conditions: Conditions;
}

const maximumValues = 100;
const maximumHours = maximumDays * 24;

/** Validates the filter of a caller. Throws INVALID_INPUT for empty, oversized or contradictory conditions. */
export function toSnapshotConditions(input: Maybe<SnapshotFilter>): Selected<SnapshotConditions> {
  requireAccounts(input?.sharedOutside);
  const conditions = withoutNulls({
    clusterIdentifiers: list('clusterIdentifiers', input?.clusterIdentifiers),
    identifiers: list('identifiers', input?.identifiers),
    search: input?.search,
    types: list('types', input?.types),
    statuses: list('statuses', input?.statuses),
    createdAfter: input?.createdAfter,
    createdBefore: input?.createdBefore,
    olderThanDays: input?.olderThanDays,
    youngerThanDays: input?.youngerThanDays,
    ownerAccounts: list('ownerAccounts', input?.ownerAccounts),
    tags: tagConditions(input?.tags),
    encrypted: input?.encrypted,
    // Before the conditions that can take an AWS call for each snapshot: this one takes a call for each alias.
    kmsKeyIds: list('kmsKeyIds', input?.kmsKeyIds),
    orphaned: input?.orphaned,
    untagged: input?.untagged,
    exposure: input?.exposure,
    sharedWith: list('sharedWith', input?.sharedWith),
    sharedOutside: list('sharedOutside', input?.sharedOutside),
    copies: input?.copies,
    minimumMegabytes: input?.minimumMegabytes,
    keptForever: input?.keptForever,
    expiringWithinDays: input?.expiringWithinDays,
  });
  requirePossible(conditions);
  requirePossibleAges(conditions);
  requirePossibleKeys(conditions);
  return { selection: toSelection(input), conditions: withTypes(conditions) };
}

/** Rejects values that are out of range, and conditions that no snapshot can meet together. */
function requirePossible(conditions: SnapshotConditions): void {
  if (conditions.search === '') throw invalid('search', 'is empty. Omit it, or set the text to search for.');
  if (conditions.createdAfter && conditions.createdBefore && conditions.createdAfter > conditions.createdBefore) {
    throw invalid(
      'createdAfter',
      `(${conditions.createdAfter.toISOString()}) is later than createdBefore (${conditions.createdBefore.toISOString()}), so no snapshot can match. Set createdAfter to an earlier time.`,
    );
  }
  if (conditions.untagged && conditions.tags)
    throw invalid('untagged', 'and filter.tags are mutually exclusive. Omit one of them.');
  if (conditions.expiringWithinDays !== undefined && conditions.expiringWithinDays < 0) {
    throw invalid('expiringWithinDays', `is ${conditions.expiringWithinDays}; it must be 0 or greater.`);
  }
  if (conditions.expiringWithinDays !== undefined && conditions.keptForever) {
    throw invalid('keptForever', 'and filter.expiringWithinDays are mutually exclusive. Omit one of them.');
  }
  const { exposure, sharedWith, sharedOutside, minimumMegabytes } = conditions;
  if (exposure === 'PRIVATE' && (sharedWith || sharedOutside)) {
    const other = sharedWith ? 'sharedWith' : 'sharedOutside';
    throw invalid('exposure', `is PRIVATE, so no snapshot can match filter.${other}. Omit one of them.`);
  }
  if (minimumMegabytes !== undefined && !(minimumMegabytes >= 0 && minimumMegabytes < Infinity)) {
    throw invalid('minimumMegabytes', `is ${minimumMegabytes}; it must be a finite number of 0 or greater.`);
  }
}

/** Rejects names that no key can have, and keys of snapshots that are not encrypted. */
function requirePossibleKeys({ kmsKeyIds, encrypted }: SnapshotConditions): void {
  const other = kmsKeyIds?.find((name) => !isKeyName(name));
  if (other !== undefined) {
    throw invalid(
      'kmsKeyIds',
      `has ${JSON.stringify(other)}; each value must be the id, the ARN or the alias (alias/…) of an AWS KMS key.`,
    );
  }
  if (kmsKeyIds && encrypted === false) {
    throw invalid('encrypted', 'is false, so no snapshot can match filter.kmsKeyIds. Omit one of them.');
  }
}

/** The maximum of an age in days; the time of a higher age may not be a date that JavaScript can represent. */
const maximumAge = 100_000_000;

/** Rejects ages that are out of range, that are combined with the same condition as a time, or that exclude each other. */
function requirePossibleAges(conditions: SnapshotConditions): void {
  const absolute = { olderThanDays: 'createdBefore', youngerThanDays: 'createdAfter' } as const;
  for (const name of ['olderThanDays', 'youngerThanDays'] as const) {
    const days = conditions[name];
    if (days === undefined) continue;
    if (days < 0 || days > maximumAge) throw invalid(name, `is ${days}; it must be 0 to ${maximumAge}.`);
    if (conditions[absolute[name]] !== undefined) {
      throw invalid(name, `and filter.${absolute[name]} are mutually exclusive. Omit one of them.`);
    }
  }
  const { olderThanDays, youngerThanDays } = conditions;
  if (olderThanDays !== undefined && youngerThanDays !== undefined && youngerThanDays < olderThanDays) {
    throw invalid(
      'youngerThanDays',
      `(${youngerThanDays}) is less than olderThanDays (${olderThanDays}), so no snapshot can match. Set youngerThanDays to at least ${olderThanDays}.`,
    );
  }
}

/** Validates the filter of a caller. Throws INVALID_INPUT for empty, oversized or contradictory conditions. */
export function toClusterConditions(input: Maybe<ClusterFilter>): Selected<ClusterConditions> {
  const conditions = withoutNulls({
    identifiers: list('identifiers', input?.identifiers),
    withoutSnapshotSince: input?.withoutSnapshotSince,
    withoutSnapshotForHours: input?.withoutSnapshotForHours,
    gapWithinDays: input?.gapWithinDays,
    timeZone: input?.timeZone,
  });
  requirePeriods(conditions);
  return { selection: toSelection(input), conditions };
}

function requirePeriods({
  withoutSnapshotSince: since,
  withoutSnapshotForHours: hours,
  gapWithinDays,
  timeZone,
}: ClusterConditions): void {
  if (since !== undefined && hours !== undefined) {
    throw invalid(
      'withoutSnapshotForHours',
      'and filter.withoutSnapshotSince are mutually exclusive. Omit one of them.',
    );
  }
  if (hours !== undefined) requireRange('filter.withoutSnapshotForHours', hours, maximumHours);
  if (gapWithinDays !== undefined) requireRange('filter.gapWithinDays', gapWithinDays, maximumDays);
  if (timeZone === undefined) return;
  if (gapWithinDays === undefined) {
    throw invalid('timeZone', 'applies only to filter.gapWithinDays. Omit it, or set filter.gapWithinDays.');
  }
  createCalendar(timeZone, 'filter.timeZone');
}

/** Adds the types that can match: only manual snapshots can be shared or have their own retention period. */
function withTypes(conditions: SnapshotConditions): SnapshotConditions {
  const { exposure, sharedWith, sharedOutside, keptForever, expiringWithinDays } = conditions;
  if (keptForever !== undefined || expiringWithinDays !== undefined) return among(conditions, ['MANUAL']);
  const isExposed = exposure !== undefined && exposure !== 'PRIVATE';
  const isShared = isExposed || sharedWith !== undefined || sharedOutside !== undefined;
  // A snapshot of unknown type can be manual and shared.
  return isShared ? among(conditions, ['MANUAL', 'UNKNOWN']) : conditions;
}

function among(conditions: SnapshotConditions, possible: readonly SnapshotType[]): SnapshotConditions {
  return { ...conditions, types: (conditions.types ?? possible).filter((type) => possible.includes(type)) };
}

function toSelection(input: Maybe<SnapshotFilter | ClusterFilter>): SourceSelection {
  return withoutNulls({
    services: list('services', input?.services),
    accounts: list('accounts', input?.accounts),
    regions: list('regions', input?.regions),
  });
}

function tagConditions(tags: SnapshotFilter['tags']): readonly TagCondition[] | undefined {
  if (tags == null) return undefined;
  requireSize('tags', tags.length);
  if (tags.some(({ key }) => key === '')) throw invalid('tags.key', 'is empty. Set the tag key to search for.');
  return tags.map(({ key, values }) => withoutNulls({ key, values: list('tags.values', values) }));
}

function list<Value extends string>(field: string, values: Maybe<readonly Value[]>): readonly Value[] | undefined {
  if (values == null) return undefined;
  requireSize(field, values.length);
  const blank = values.find((value) => value === '');
  if (blank !== undefined && field !== 'tags.values')
    throw invalid(field, 'has an empty value. Remove the empty value.');
  return [...new Set(values)].sort();
}

/** Rejects an allow-list without accounts, which is another condition. */
function requireAccounts(sharedOutside: SnapshotFilter['sharedOutside']): void {
  if (sharedOutside?.length !== 0) return;
  throw invalid(
    'sharedOutside',
    'is an empty list. Add the accounts that are allowed in addition to the configured accounts, or set filter.exposure to EXTERNAL if no other account is allowed.',
  );
}

function requireSize(field: string, size: number): void {
  if (size === 0) throw invalid(field, 'is an empty list, which matches nothing. Omit it, or add a value.');
  if (size > maximumValues) throw invalid(field, `has ${size} values; the maximum is ${maximumValues}.`);
}

/** Returns the error for a condition that is not valid. */
export function invalid(field: string, problem: string): InvalidInputError {
  return new InvalidInputError(`filter.${field} ${problem}`, ['filter', ...field.split('.')]);
}

type Present<T> = {
  [Key in keyof T as null extends T[Key] ? never : undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as null extends T[Key] ? Key : undefined extends T[Key] ? Key : never]?: NonNullable<T[Key]>;
};

function withoutNulls<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as Present<T>;
}
