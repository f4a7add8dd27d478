import { falseIfNotFound, ForbiddenError } from '../errors.ts';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { Permission } from '../snapshots/permission.ts';
import type { AwsRecord } from '../snapshots/record.ts';
import type { Source } from '../snapshots/source.ts';
import type { Tag } from '../snapshots/tag.ts';
import { meets, type Principal } from './principal.ts';

/** What the principal of one request may do with what AWS returned to it. */
export interface Rights {
  readonly subject: string;
  /** Whether some records of these sources may be hidden, for the tags that they lack. */
  arePartialIn(sources: readonly Source[]): boolean;
  /** Whether the principal may see a record; one that they may not see is reported as not found. */
  sees(record: AwsRecord): Promise<boolean>;
  /** The record, or null where the principal may not see it. */
  seen<Row extends AwsRecord>(record: Row | null): Promise<Row | null>;
  /** FORBIDDEN where a permission does not reach a record that the principal sees. */
  require(permission: Permission, record: AwsRecord): Promise<void>;
  /** FORBIDDEN where a permission does not reach a source at all. */
  requireIn(permission: Permission, source: Source): void;
}

/** Reads the tags of a record; null where only its owner may see them. */
type ReadTags = (record: AwsRecord) => MaybePromise<readonly Tag[] | null>;

/** Judges records by where AWS returned them and by their tags, which are read only where a grant requires some. */
export function createRights(principal: Principal, tagsOf: ReadTags): Rights {
  const allows = async (permission: Permission, record: AwsRecord) => {
    const conditions = principal.tagConditions(permission, record.source);
    if (conditions === undefined || conditions.length === 0) return conditions === undefined;
    return meets(conditions, (await tagsOf(record)) ?? []);
  };
  // What was deleted since it was listed has no tags, and is seen only by principals whose grants require none.
  const sees = (record: AwsRecord) => allows('SNAPSHOT_READ', record).catch(falseIfNotFound);
  return {
    subject: principal.subject,
    arePartialIn: (sources) => sources.some((source) => principal.tagConditions('SNAPSHOT_READ', source) !== undefined),
    sees,
    seen: async (record) => (record !== null && (await sees(record)) ? record : null),
    require: async (permission, record) => {
      if (!(await allows(permission, record))) throw forbidden(permission, record.source);
    },
    requireIn: (permission, source) => {
      if (!principal.reaches(permission, source)) throw forbidden(permission, source);
    },
  };
}

function forbidden(permission: Permission, { account, region, service }: Source): ForbiddenError {
  return new ForbiddenError(
    `You have no grant of ${permission} for this in ${service}, account ${account}, region ${region}; see \`viewer\` for your permissions.`,
  );
}
