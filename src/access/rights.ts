import { falseIfNotFound, ForbiddenError, SnapgateError } from '../errors.ts';
import { after, type MaybePromise, orElse } from '../snapshots/maybe.ts';
import { type Permission, permissions, permissionsOf } from '../snapshots/permission.ts';
import { type AwsRecord, isSnapshot } from '../snapshots/record.ts';
import { isOwn } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import { type GrantedTags, meets, type Principal } from './principal.ts';

/** The rights of the principal of one request on the records that AWS returned. */
export interface Rights {
  readonly subject: string;
  /** Whether records of these sources can be hidden from the principal because of their tags. */
  arePartialIn(sources: readonly Source[]): boolean;
  /** Whether a permission of the principal for a record of these sources depends on the tags of the record. */
  dependOnTagsIn(sources: readonly Source[]): boolean;
  /** Whether the principal can see a record; a hidden record is reported as not found. */
  sees(record: AwsRecord): MaybePromise<boolean>;
  /** Whether the principal can see an object of a source that has these tags. */
  seesTagged(source: Source, tags: readonly Tag[]): boolean;
  /** Returns the record, or null if the principal cannot see it. */
  seen<Row extends AwsRecord>(record: Row | null): MaybePromise<Row | null>;
  /**
   * Returns the permissions that the principal has for a record that it can see, whatever the state of the record. Reads
   * the tags only if a permission depends on them; if they cannot be read, leaves out these permissions.
   */
  permissionsFor(record: AwsRecord): Promise<readonly Permission[]>;
  /** Throws FORBIDDEN if the principal lacks the permission for a record that it can see. */
  require(permission: Permission, record: AwsRecord): Promise<void>;
  /**
   * Throws FORBIDDEN if the principal would lack a permission for a record of a source with these tags. Reads the tags
   * only if a grant, of any principal, names a changed key.
   */
  requireTagged(permissions: readonly Permission[], source: Source, change: TagChange): Promise<void>;
  /** Throws FORBIDDEN if the principal would lack one of the permissions for a new object of a source with these tags. */
  requireWith(permissions: readonly Permission[], source: Source, tags: readonly Tag[]): void;
  /** Throws FORBIDDEN if the principal lacks one of the permissions for an existing object of a source with these tags. */
  requireTaggedNow(permissions: readonly Permission[], source: Source, tags: readonly Tag[]): void;
  /** Throws FORBIDDEN if the principal does not have the permission in the source at all. */
  requireIn(permission: Permission, source: Source): void;
}

/** A change of tags, or the tags of a new record. */
export interface TagChange {
  /** The keys to add, change or remove; undefined for all tags of a new record. */
  readonly changed: readonly string[] | undefined;
  /** Returns all tags of the record after the change. */
  after(): MaybePromise<readonly Tag[]>;
}

/** Reads the tags of a record; null if only the owner of the record can read them. */
type ReadTags = (record: AwsRecord) => MaybePromise<readonly Tag[] | null>;

/**
 * Decides by the source of a record and by its tags, which are read only if a grant requires tags. `hasCredentials` says
 * whether the configuration allows the principal any database user.
 */
export function createRights(principal: Principal, tagsOf: ReadTags, hasCredentials: () => boolean): Rights {
  const allows = (permission: Permission, record: AwsRecord): MaybePromise<boolean> => {
    const conditions = principal.tagConditions(permission, record.source);
    if (!needsTags(conditions)) return meets(conditions, []);
    return after(tagsOf(record), (tags) => meets(conditions, tags ?? []));
  };
  // A record that was deleted after it was listed has no tags: only principals whose grants require no tags see it.
  const sees = (record: AwsRecord) => orElse(() => allows('SNAPSHOT_READ', record), falseIfNotFound);
  return {
    subject: principal.subject,
    arePartialIn: (sources) => sources.some((source) => principal.tagConditions('SNAPSHOT_READ', source) !== undefined),
    dependOnTagsIn: (sources) =>
      sources.some((source) => permissions.some((each) => needsTags(principal.tagConditions(each, source)))),
    sees,
    seesTagged: (source, tags) => meets(principal.tagConditions('SNAPSHOT_READ', source), tags),
    permissionsFor: async (record) => {
      const possible = possibleFor(record)
        .filter((each) => each !== 'CLUSTER_CREDENTIALS' || hasCredentials())
        .map((permission) => ({ permission, conditions: principal.tagConditions(permission, record.source) }));
      const isTagged = possible.some(({ conditions }) => needsTags(conditions));
      const tags = isTagged ? await readable(async () => tagsOf(record)) : null;
      return possible.filter(({ conditions }) => meets(conditions, tags ?? [])).map(({ permission }) => permission);
    },
    seen: (record) => (record === null ? null : after(sees(record), (isSeen) => (isSeen ? record : null))),
    require: async (permission, record) => {
      if (!(await allows(permission, record))) throw forbidden(permission, record.source);
    },
    requireTagged: async (permissions, source, { changed, after }) => {
      const namedIn = (keys: readonly string[]) => keys.filter((key) => principal.grantedTagKeys.has(key));
      if (principal.grantedTagKeys.size === 0 || (changed && namedIn(changed).length === 0)) return;
      const tags = await after();
      const named = namedIn(changed ?? tags.map(({ key }) => key));
      if (named.length === 0) return;
      const lacking = permissions.find((each) => !meets(principal.tagConditions(each, source), tags));
      if (lacking !== undefined) throw untaggable(lacking, named);
    },
    requireWith: (all, source, tags) => {
      for (const permission of all) {
        const conditions = principal.tagConditions(permission, source);
        if (conditions?.length === 0) throw forbidden(permission, source);
        if (!meets(conditions, tags)) throw untagged(permission, conditions ?? []);
      }
    },
    requireTaggedNow: (all, source, tags) => {
      const lacking = all.find((each) => !meets(principal.tagConditions(each, source), tags));
      if (lacking !== undefined) throw forbidden(lacking, source);
    },
    requireIn: (permission, source) => {
      if (!principal.reaches(permission, source)) throw forbidden(permission, source);
    },
  };
}

/** Returns the permissions that a change of a record can require. */
function possibleFor(record: AwsRecord): readonly Permission[] {
  if (!isSnapshot(record)) return permissionsOf.cluster;
  return isOwn(record) ? permissionsOf.ownSnapshot : permissionsOf.sharedSnapshot;
}

function needsTags(conditions: readonly GrantedTags[] | undefined): boolean {
  return conditions !== undefined && conditions.length > 0;
}

/** Returns null if the tags cannot be read. */
async function readable(read: () => ReturnType<ReadTags>): Promise<readonly Tag[] | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SnapgateError) return null;
    throw error;
  }
}

function untaggable(permission: Permission, keys: readonly string[]): ForbiddenError {
  return new ForbiddenError(
    `With these tags, you would lack the permission ${permission} for the snapshot: grants depend on the tag ${keys.join(', ')}. Leave out this tag, or use a value for which you have the permission.`,
  );
}

function untagged(permission: Permission, conditions: readonly GrantedTags[]): ForbiddenError {
  const keys = [...new Set(conditions.flatMap(Object.keys))];
  return new ForbiddenError(
    `With its tags, you would lack the permission ${permission} for the new resource: your grants require the tag ${keys.join(', ')}. Add this tag, with a value for which you have the permission.`,
  );
}

function forbidden(permission: Permission, { account, region, service }: Source): ForbiddenError {
  return new ForbiddenError(
    `You lack the permission ${permission} for this operation in ${service}, account ${account}, region ${region}. Query \`viewer\` for your permissions.`,
  );
}
