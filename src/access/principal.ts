import stringify from 'safe-stable-stringify';
import { type Permission, permissions } from '../snapshots/permission.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { GrantSettings } from './grants.ts';

/** The permissions of a grant, and where they apply; an omitted condition does not restrict the grant. */
export type Grant = Omit<GrantSettings, 'when'>;

/** The authenticated caller, and the caller's permissions. */
export interface Principal {
  readonly subject: string;
  /** When the token expires, in epoch milliseconds. */
  readonly expiresAt: number;
  /** The tag keys that any grant names, also of other principals. */
  readonly grantedTagKeys: ReadonlySet<string>;
  /** Whether the principal can introspect the schema. */
  readonly mayIntrospect: boolean;
  /** The permissions that the principal has in at least one source. */
  permissions(): readonly Permission[];
  /** Whether the principal has the permission in a source, possibly restricted to records with certain tags. */
  reaches(permission: Permission, source: Source): boolean;
  /**
   * Describes which records the principal can read. The text is equal for principals with the same grants, whatever
   * their subjects, the order of the grants and their other permissions, and on every replica with these grants.
   */
  readScope(): string;
  /** Describes all rights of the principal in the same way. */
  scope(): string;
  /** The tag conditions: a record of the source must meet at least one. Undefined if no tags are required. */
  tagConditions(permission: Permission, source: Source): readonly GrantedTags[] | undefined;
}

/** A record must have every key as a tag, with one of the listed values. */
export type GrantedTags = Readonly<Record<string, readonly string[]>>;

/** Creates a principal with exactly these grants, some of `allGrants`; by default, it never expires. */
export function createPrincipal(
  subject: string,
  grants: readonly Grant[],
  expiresAt = Infinity,
  allGrants: readonly Grant[] = grants,
): Principal {
  const at = (permission: Permission, source: Source) => grants.filter((grant) => covers(grant, permission, source));
  const conditionsAt = (permission: Permission, source: Source) => {
    const conditions = at(permission, source).map(({ tags }) => tags);
    return conditions.includes(undefined) ? undefined : conditions.filter((tags) => tags !== undefined);
  };
  /** Grants and sources do not change, and every record of a list asks for these conditions. */
  const ofReading = new Map<Source, readonly GrantedTags[] | 'none'>();
  return {
    subject,
    expiresAt,
    grantedTagKeys: new Set(allGrants.flatMap(({ tags = {} }) => Object.keys(tags))),
    mayIntrospect: grants.some(({ introspection }) => introspection),
    permissions: () => permissions.filter((each) => grants.some((grant) => grant.permissions.includes(each))),
    readScope: () => scopeOf(grants.filter(isReading), placeOf),
    scope: () => scopeOf(grants, (grant) => [toSet(grant.permissions), grant.introspection, placeOf(grant)]),
    reaches: (permission, source) => at(permission, source).length > 0,
    tagConditions: (permission, source) => {
      if (permission !== 'SNAPSHOT_READ') return conditionsAt(permission, source);
      const known = ofReading.get(source) ?? conditionsAt(permission, source) ?? 'none';
      ofReading.set(source, known);
      return known === 'none' ? undefined : known;
    },
  };
}

/** The principal of every request if authentication is disabled: it has all permissions. */
export const anonymous: Principal = createPrincipal('anonymous', [
  { permissions: [...permissions], introspection: true },
]);

/** The gateway itself, for reads that serve several principals. */
export const gatewayPrincipal: Principal = createPrincipal('snapgate', [
  { permissions: ['SNAPSHOT_READ'], introspection: false },
]);

/** Whether the tags meet at least one of the conditions. */
export function meets(conditions: readonly GrantedTags[] | undefined, tags: readonly Tag[]): boolean {
  if (conditions === undefined) return true;
  return conditions.some((condition) =>
    Object.entries(condition).every(([key, values]) =>
      tags.some((tag) => tag.key === key && values.includes(tag.value)),
    ),
  );
}

function isReading({ permissions }: Grant): boolean {
  return permissions.includes('SNAPSHOT_READ');
}

function scopeOf(grants: readonly Grant[], describe: (grant: Grant) => readonly unknown[]): string {
  return JSON.stringify(toSet(grants.map((grant) => stringify(describe(grant)))));
}

/** Returns where a grant applies. */
function placeOf({ accounts, regions, services, tags }: Grant): readonly unknown[] {
  return [
    accounts && toSet(accounts),
    regions && toSet(regions),
    services && toSet(services),
    tags && Object.fromEntries(Object.entries(tags).map(([key, values]) => [key, toSet(values)])),
  ];
}

/** Returns the values in order and without duplicates. */
function toSet(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}

function covers(grant: Grant, permission: Permission, source: Source): boolean {
  return (
    grant.permissions.includes(permission) &&
    (grant.accounts?.includes(source.account) ?? true) &&
    (grant.regions?.includes(source.region) ?? true) &&
    (grant.services?.includes(source.service) ?? true)
  );
}
