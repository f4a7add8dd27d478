import { falseIfNotFound, ForbiddenError } from '../errors.ts';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { AwsRecord } from '../snapshots/record.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import { meets, type Principal } from './principal.ts';

/** The rights of the principal of one request on the records that AWS returned. */
export interface Rights {
  readonly subject: string;
  /** Whether records of these sources can be hidden from the principal because of their tags. */
  arePartialIn(sources: readonly Source[]): boolean;
  /** Whether the principal can see a record; a hidden record is reported as not found. */
  sees(record: AwsRecord): Promise<boolean>;
  /** Returns the record, or null if the principal cannot see it. */
  seen<Row extends AwsRecord>(record: Row | null): Promise<Row | null>;
  /** Throws FORBIDDEN if the principal lacks the permission for a record that it can see. */
  require(permission: Permission, record: AwsRecord): Promise<void>;
  /**
   * Throws FORBIDDEN if the principal would lack a permission for a record of a source with these tags. Reads the tags
   * only if a grant, of any principal, names a changed key.
   */
  requireTagged(permissions: readonly Permission[], source: Source, change: TagChange): Promise<void>;
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

/** Decides by the source of a record and by its tags, which are read only if a grant requires tags. */
export function createRights(principal: Principal, tagsOf: ReadTags): Rights {
  const allows = async (permission: Permission, record: AwsRecord) => {
    const conditions = principal.tagConditions(permission, record.source);
    if (conditions === undefined || conditions.length === 0) return conditions === undefined;
    return meets(conditions, (await tagsOf(record)) ?? []);
  };
  // A record that was deleted after it was listed has no tags: only principals whose grants require no tags see it.
  const sees = (record: AwsRecord) => allows('SNAPSHOT_READ', record).catch(falseIfNotFound);
  return {
    subject: principal.subject,
    arePartialIn: (sources) => sources.some((source) => principal.tagConditions('SNAPSHOT_READ', source) !== undefined),
    sees,
    seen: async (record) => (record !== null && (await sees(record)) ? record : null),
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
    requireIn: (permission, source) => {
      if (!principal.reaches(permission, source)) throw forbidden(permission, source);
    },
  };
}

function untaggable(permission: Permission, keys: readonly string[]): ForbiddenError {
  return new ForbiddenError(
    `With these tags, you would lack the permission ${permission} for the snapshot: grants depend on the tag ${keys.join(', ')}. Leave out this tag, or use a value for which you have the permission.`,
  );
}

function forbidden(permission: Permission, { account, region, service }: Source): ForbiddenError {
  return new ForbiddenError(
    `You lack the permission ${permission} for this operation in ${service}, account ${account}, region ${region}. Query \`viewer\` for your permissions.`,
  );
}
