import { InvalidInputError } from '../../errors.ts';
import type { ClusterFilterInputShape, SnapshotFilterInputShape } from '../../graphql/lists/filter.ts';
import type { Maybe, SnapshotExposure, SnapshotStatus, SnapshotType } from '../../snapshots/snapshot.ts';
import type { SourceFilter } from '../sources.ts';

/** What the caller cannot choose. */
export interface Sight {
  /** The principal, where it may be that not all records are theirs to see. */
  readonly seenBy?: string;
}

/** The conditions on snapshots, checked, without nulls, lists sorted and without repetition. */
export interface SnapshotFilter extends Sight {
  readonly clusterIdentifiers?: readonly string[];
  readonly identifiers?: readonly string[];
  readonly search?: string;
  readonly types?: readonly SnapshotType[];
  readonly statuses?: readonly SnapshotStatus[];
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly ownerAccounts?: readonly string[];
  readonly tags?: readonly TagFilter[];
  readonly encrypted?: boolean;
  readonly orphaned?: boolean;
  readonly untagged?: boolean;
  readonly exposure?: SnapshotExposure;
  readonly keptForever?: boolean;
  readonly expiringWithinDays?: number;
}

export interface TagFilter {
  readonly key: string;
  readonly values?: readonly string[];
}

/** The conditions on clusters, checked, without nulls, lists sorted and without repetition. */
export interface ClusterFilter extends Sight {
  readonly identifiers?: readonly string[];
  readonly withoutSnapshotSince?: Date;
}

/** What a caller asks for: the sources to ask, and the conditions on their records. */
export interface Scoped<Filter> {
  readonly scope: SourceFilter;
  readonly filter: Filter;
}

const maximumValues = 100;

/** Checks the caller's conditions; INVALID_INPUT for empty, oversized or contradictory ones. */
export function toSnapshotFilter(input: Maybe<SnapshotFilterInputShape>): Scoped<SnapshotFilter> {
  const filter = withoutNulls({
    clusterIdentifiers: list('clusterIdentifiers', input?.clusterIdentifiers),
    identifiers: list('identifiers', input?.identifiers),
    search: input?.search,
    types: list('types', input?.types),
    statuses: list('statuses', input?.statuses),
    createdAfter: input?.createdAfter,
    createdBefore: input?.createdBefore,
    ownerAccounts: list('ownerAccounts', input?.ownerAccounts),
    tags: tagFilters(input?.tags),
    encrypted: input?.encrypted,
    orphaned: input?.orphaned,
    untagged: input?.untagged,
    exposure: input?.exposure,
    keptForever: input?.keptForever,
    expiringWithinDays: input?.expiringWithinDays,
  });
  if (filter.search === '') throw invalid('search', 'is empty; leave it out or give the text to look for.');
  if (filter.createdAfter && filter.createdBefore && filter.createdAfter > filter.createdBefore) {
    throw invalid(
      'createdAfter',
      `(${filter.createdAfter.toISOString()}) is later than createdBefore (${filter.createdBefore.toISOString()}), so nothing can match.`,
    );
  }
  if (filter.untagged && filter.tags) throw invalid('untagged', 'and tags exclude each other, so nothing can match.');
  if (filter.expiringWithinDays !== undefined && filter.expiringWithinDays < 0) {
    throw invalid('expiringWithinDays', `is ${filter.expiringWithinDays}; it may not be negative.`);
  }
  if (filter.expiringWithinDays !== undefined && filter.keptForever) {
    throw invalid('keptForever', 'and expiringWithinDays exclude each other, so nothing can match.');
  }
  return { scope: toScope(input), filter: isOfManualOnly(filter) ? manualOnly(filter) : filter };
}

/** Checks the caller's conditions; INVALID_INPUT for empty or oversized ones. */
export function toClusterFilter(input: Maybe<ClusterFilterInputShape>): Scoped<ClusterFilter> {
  const filter = withoutNulls({
    identifiers: list('identifiers', input?.identifiers),
    withoutSnapshotSince: input?.withoutSnapshotSince,
  });
  return { scope: toScope(input), filter };
}

/** Only manual snapshots can be shared or have a retention of their own, so AWS need not list the others. */
function isOfManualOnly({ exposure, keptForever, expiringWithinDays }: SnapshotFilter): boolean {
  const isShared = exposure !== undefined && exposure !== 'PRIVATE';
  return isShared || keptForever !== undefined || expiringWithinDays !== undefined;
}

function manualOnly(filter: SnapshotFilter): SnapshotFilter {
  return { ...filter, types: (filter.types ?? ['MANUAL']).filter((type) => type === 'MANUAL') };
}

function toScope(input: Maybe<SnapshotFilterInputShape | ClusterFilterInputShape>): SourceFilter {
  return withoutNulls({
    services: list('services', input?.services),
    accounts: list('accounts', input?.accounts),
    regions: list('regions', input?.regions),
  });
}

function tagFilters(tags: SnapshotFilterInputShape['tags']): readonly TagFilter[] | undefined {
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
