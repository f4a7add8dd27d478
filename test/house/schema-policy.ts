import {
  BreakingChangeType,
  buildSchema,
  DangerousChangeType,
  findSchemaChanges,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

const daysOfNotice = 90;
const heading = /^## (\d+\.\d+\.\d+) - (\d{4}-\d{2}-\d{2})$/;

/** The kinds of changes that can break a client. graphql-js calls changed defaults only dangerous. */
const breaking = new Set<string>([
  ...Object.values(BreakingChangeType),
  DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
]);

/** A section of the changelog. */
export interface Section {
  /** Undefined for the next version. */
  readonly version: string | undefined;
  /** Such as `2026-11-26`; undefined for the next version. */
  readonly date: string | undefined;
  /** The items of its lists, without Markdown. */
  readonly items: readonly string[];
}

/** The sections of a changelog, the newest first; throws if a heading is neither `Unreleased` nor a version with its date. */
export function sectionsOf(changelog: string): readonly Section[] {
  return changelog
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const [, version, date] = heading.exec(title.trimEnd()) ?? [];
      if (!version && title.trim() !== '## Unreleased') {
        throw new Error(
          `CHANGELOG.md has the heading "${title}"; it must be "## Unreleased" or "## 1.2.3 - 2026-11-26".`,
        );
      }
      const items = text.split(/^[-*] /m).slice(1);
      return { version, date, items: items.map((item) => item.replaceAll('`', '').replaceAll(/\s+/g, ' ').trim()) };
    });
}

/** Two versions of the schema, as SDL. */
export interface SchemaChange {
  readonly older: string;
  readonly newer: string;
  /** What the changelog says about the newer version. */
  readonly items: readonly string[];
  /** When the newer version was released, or today. */
  readonly date: string;
  readonly isReleased: boolean;
}

/**
 * Returns what docs/schema-policy.md does not allow, as sentences: breaking changes that the changelog does not name, removals
 * before the date of a deprecation, and deprecations without such a date or, once released, with too little notice.
 */
export function violations({ older, newer, items, date, isReleased }: SchemaChange): readonly string[] {
  const [before, after] = [buildSchema(older), buildSchema(newer)];
  const unnamed = breakingChanges(before, after)
    .filter((description) => !items.some((item) => item.startsWith(description)))
    .map((description) => `CHANGELOG.md does not name a breaking change. Add the item: ${description}`);
  const [old, now] = [membersOf(before), membersOf(after)];
  const inUse = typesInUse(before, date);
  const early = [...old]
    .filter(([name, { type, reason }]) => !now.has(name) && inUse.has(type) && !isExpired(reason, date))
    .map(([name]) => `${name} is removed before its time: deprecate it, and remove it after the date in the reason.`);
  const undated = [...now]
    .filter(
      ([name, { reason }]) => reason !== undefined && !isAnnounced(reason, old.get(name)?.reason, date, isReleased),
    )
    .map(([name]) => {
      return `The reason of the deprecation of ${name} must contain "Removed after", and a date at least ${daysOfNotice} days after the release.`;
    });
  return [...unnamed, ...early, ...undated];
}

/** The breaking changes between two versions, in the words of graphql-js. */
export function breakingChanges(older: GraphQLSchema, newer: GraphQLSchema): readonly string[] {
  return findSchemaChanges(older, newer)
    .filter(({ type }) => breaking.has(type))
    .map(({ description }) => description);
}

function removalDate(reason: string | undefined): string | undefined {
  const [, day = ''] = /Removed after (\d{4}-\d{2}-\d{2})\b/.exec(reason ?? '') ?? [];
  return new Date(day).toString() === 'Invalid Date' ? undefined : day;
}

function isExpired(reason: string | null | undefined, date: string): boolean {
  const day = removalDate(reason ?? undefined);
  return day !== undefined && day < date;
}

/** Whether a deprecation has a date and, if the release is the first with it, gives enough notice. */
function isAnnounced(reason: string, earlier: string | undefined, date: string, isReleased: boolean): boolean {
  const day = removalDate(reason);
  if (day === undefined) return false;
  return !isReleased || earlier !== undefined || Date.parse(day) >= Date.parse(date) + daysOfNotice * 86_400_000;
}

interface Member {
  /** The name of its type. */
  readonly type: string;
  /** Undefined if it is not deprecated. */
  readonly reason: string | undefined;
}

/** The fields, arguments, input fields and enum values of a schema, by their coordinates. */
function membersOf(schema: GraphQLSchema): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (const type of namedTypes(schema)) {
    const add = (name: string, { deprecationReason }: { deprecationReason?: string | null | undefined }) =>
      members.set(`${type.name}.${name}`, { type: type.name, reason: deprecationReason ?? undefined });
    if (isEnumType(type)) for (const value of type.getValues()) add(value.name, value);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) add(field.name, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      add(field.name, field);
      for (const argument of field.args) add(`${field.name}(${argument.name}:)`, argument);
    }
  }
  return members;
}

/** The types that clients can reach without a member whose removal date has passed. */
function typesInUse(schema: GraphQLSchema, date: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const reach = (type: GraphQLNamedType | null | undefined): void => {
    if (!type || reached.has(type.name)) return;
    reached.add(type.name);
    if (isAbstractType(type)) schema.getPossibleTypes(type).forEach(reach);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      if (isExpired(field.deprecationReason, date)) continue;
      const inputs = isInputObjectType(type) ? [] : (type.getFields()[field.name]?.args ?? []);
      const types: readonly GraphQLType[] = [field.type, ...inputs.map((argument) => argument.type)];
      for (const each of types) reach(getNamedType(each));
    }
  };
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].forEach(reach);
  return reached;
}

function namedTypes(schema: GraphQLSchema): readonly GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
}
