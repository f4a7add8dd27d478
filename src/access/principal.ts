import { type Permission, permissions } from '../snapshots/permission.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import type { GrantSettings } from './grants.ts';

/** What is granted, and where; what is left out does not limit. */
export type Grant = Omit<GrantSettings, 'when'>;

/** Who asks, and what they may do. */
export interface Principal {
  readonly subject: string;
  /** When the token expires, in epoch milliseconds. */
  readonly expiresAt: number;
  /** Whether they may read the schema. */
  readonly mayIntrospect: boolean;
  /** What they may do in at least one source. */
  permissions(): readonly Permission[];
  /** Whether a source has anything for them under this permission; its records may still ask for tags. */
  reaches(permission: Permission, source: Source): boolean;
  /** The conditions, any of which a record of the source must meet; `undefined` where no tags are asked for. */
  tagConditions(permission: Permission, source: Source): readonly GrantedTags[] | undefined;
}

/** Every key must be among the tags, with any of its values. */
export type GrantedTags = Readonly<Record<string, readonly string[]>>;

/** A principal with these grants and nothing else, for good unless it is said until when. */
export function createPrincipal(subject: string, grants: readonly Grant[], expiresAt = Infinity): Principal {
  const at = (permission: Permission, source: Source) => grants.filter((grant) => covers(grant, permission, source));
  return {
    subject,
    expiresAt,
    mayIntrospect: grants.some(({ introspection }) => introspection),
    permissions: () => permissions.filter((each) => grants.some((grant) => grant.permissions.includes(each))),
    reaches: (permission, source) => at(permission, source).length > 0,
    tagConditions: (permission, source) => {
      const conditions = at(permission, source).map(({ tags }) => tags);
      return conditions.includes(undefined) ? undefined : conditions.filter((tags) => tags !== undefined);
    },
  };
}

/** Whoever comes in where nobody is asked who they are: they may do everything. */
export const anonymous: Principal = createPrincipal('anonymous', [
  { permissions: [...permissions], introspection: true },
]);

/** The gateway itself, where it reads for several principals at once. */
export const gatewayPrincipal: Principal = createPrincipal('snapgate', [
  { permissions: ['SNAPSHOT_READ'], introspection: false },
]);

/** Whether tags meet any of the conditions. */
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
