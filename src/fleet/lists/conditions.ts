import { InvalidInputError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotExposure, SnapshotStatus, SnapshotType } from '../../snapshots/snapshot.ts';
import type { SourceSelection } from '../sources.ts';
import type { ClusterFilter, SnapshotFilter } from './filter.ts';

/** What the caller cannot choose. */
export interface Visibility {
  /** The principal, where it may be that not all records are theirs to see. */
  readonly seenBy?: string;
}

/** The conditions on snapshots, checked, without nulls, lists sorted and without repetition. */
export interface SnapshotConditions extends Visibility {
  readonly clusterIdentifiers?: readonly string[];
  readonly identifiers?: readonly string[];
  readonly search?: string;
  readonly types?: readonly SnapshotType[];
  readonly statuses?: readonly SnapshotStatus[];
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly ownerAccounts?: readonly string[];
  readonly tags?: readonly TagCondition[];
  readonly encrypted?: boolean;
  readonly orphaned?: boolean;
  readonly untagged?: boolean;
  readonly exposure?: SnapshotExposure;
  readonly keptForever?: boolean;
  readonly expiringWithinDays?: number;
}

export interface TagCondition {
  readonly key: string;
  readonly values?: readonly string[];
}

/** The conditions on clusters, checked, without nulls, lists sorted and without repetition. */
export interface ClusterConditions extends Visibility {
  readonly identifiers?: readonly string[];
  readonly withoutSnapshotSince?: Date;
}

/** What a caller's filter asks for: the sources to ask, and the conditions on their records. */
export interface Selected<Conditions> {
  readonly selection: SourceSelection;
  readonly conditions: Conditions;
}

const maximumValues = 100;

/** Checks the caller's conditions; INVALID_INPUT for empty, oversized or contradictory ones. */
export function toSnapshotConditions(input: Maybe<SnapshotFilter>): Selected<SnapshotConditions> {
  const conditions = withoutNulls({
    clusterIdentifiers: list('clusterIdentifiers', input?.clusterIdentifiers),
    identifiers: list('identifiers', input?.identifiers),
    search: input?.search,
    types: list('types', input?.types),
    statuses: list('statuses', input?.statuses),
    createdAfter: input?.createdAfter,
    createdBefore: input?.createdBefore,
    ownerAccounts: list('ownerAccounts', input?.ownerAccounts),
    tags: tagConditions(input?.tags),
    encrypted: input?.encrypted,
    orphaned: input?.orphaned,
    untagged: input?.untagged,
    exposure: input?.exposure,
    keptForever: input?.keptForever,
    expiringWithinDays: input?.expiringWithinDays,
  });
  if (conditions.search === '') throw invalid('search', 'is empty; leave it out or give the text to look for.');
  if (conditions.createdAfter && conditions.createdBefore && conditions.createdAfter > conditions.createdBefore) {
    throw invalid(
      'createdAfter',
      `(${conditions.createdAfter.toISOString()}) is later than createdBefore (${conditions.createdBefore.toISOString()}), so nothing can match.`,
    );
  }
  if (conditions.untagged && conditions.tags)
    throw invalid('untagged', 'and tags exclude each other, so nothing can match.');
  if (conditions.expiringWithinDays !== undefined && conditions.expiringWithinDays < 0) {
    throw invalid('expiringWithinDays', `is ${conditions.expiringWithinDays}; it may not be negative.`);
  }
  if (conditions.expiringWithinDays !== undefined && conditions.keptForever) {
    throw invalid('keptForever', 'and expiringWithinDays exclude each other, so nothing can match.');
  }
  return {
    selection: toSelection(input),
    conditions: isOfManualOnly(conditions) ? manualOnly(conditions) : conditions,
  };
}

/** Checks the caller's conditions; INVALID_INPUT for empty or oversized ones. */
export function toClusterConditions(input: Maybe<ClusterFilter>): Selected<ClusterConditions> {
  const conditions = withoutNulls({
    identifiers: list('identifiers', input?.identifiers),
    withoutSnapshotSince: input?.withoutSnapshotSince,
  });
  return { selection: toSelection(input), conditions };
}

/** Only manual snapshots can be shared or have a retention of their own, so AWS need not list the others. */
function isOfManualOnly({ exposure, keptForever, expiringWithinDays }: SnapshotConditions): boolean {
  const isShared = exposure !== undefined && exposure !== 'PRIVATE';
  return isShared || keptForever !== undefined || expiringWithinDays !== undefined;
}

function manualOnly(conditions: SnapshotConditions): SnapshotConditions {
  return { ...conditions, types: (conditions.types ?? ['MANUAL']).filter((type) => type === 'MANUAL') };
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
  if (tags.some(({ key }) => key === '')) throw invalid('tags.key', 'is empty; give the key to look for.');
  return tags.map(({ key, values }) => withoutNulls({ key, values: list('tags.values', values) }));
}

function list<Value extends string>(field: string, values: Maybe<readonly Value[]>): readonly Value[] | undefined {
  if (values == null) return undefined;
  requireSize(field, values.length);
  const blank = values.find((value) => value === '');
  if (blank !== undefined && field !== 'tags.values') throw invalid(field, 'has an empty value; leave it out.');
  return [...new Set(values)].sort();
}

function requireSize(field: string, size: number): void {
  if (size === 0) throw invalid(field, 'is an empty list, which nothing can match; leave it out or give a value.');
  if (size > maximumValues) throw invalid(field, `has ${size} values; it may have ${maximumValues} at most.`);
}

function invalid(field: string, problem: string): InvalidInputError {
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
