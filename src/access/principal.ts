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
  return {
    subject,
    expiresAt,
    grantedTagKeys: new Set(allGrants.flatMap(({ tags = {} }) => Object.keys(tags))),
    mayIntrospect: grants.some(({ introspection }) => introspection),
    permissions: () => permissions.filter((each) => grants.some((grant) => grant.permissions.includes(each))),
    reaches: (permission, source) => at(permission, source).length > 0,
    tagConditions: (permission, source) => {
      const conditions = at(permission, source).map(({ tags }) => tags);
      return conditions.includes(undefined) ? undefined : conditions.filter((tags) => tags !== undefined);
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

function covers(grant: Grant, permission: Permission, source: Source): boolean {
  return (
    grant.permissions.includes(permission) &&
    (grant.accounts?.includes(source.account) ?? true) &&
    (grant.regions?.includes(source.region) ?? true) &&
    (grant.services?.includes(source.service) ?? true)
  );
}
