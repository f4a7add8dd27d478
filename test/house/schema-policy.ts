import {
  BreakingChangeType,
  buildSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  findSchemaChanges,
  Kind,
  parse,
  type TypeDefinitionNode,
} from 'graphql';

const date = /\b\d{4}-\d{2}-\d{2}\b/;
const breaking = new Set<string>(Object.values(BreakingChangeType));

/** The last version of a changelog; throws if its heading is not of the form `## 1.2.3 - 2026-11-26`. */
export function lastVersion(changelog: string): string {
  const heading = [...changelog.matchAll(/^## (.+)$/gm)]
    .map(([, text = '']) => text)
    .find((text) => text !== 'Unreleased');
  const [, version] = /^(\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$/.exec(heading ?? '') ?? [];
  if (!version) throw new Error(`CHANGELOG.md has the heading "${heading}"; a version is "1.2.3 - 2026-11-26".`);
  return version;
}

/** What a changelog says about the next version. */
export function unreleased(changelog: string): string {
  return /^## Unreleased\n([^]*?)(?=^## |(?![^]))/m.exec(changelog)?.[1] ?? '';
}

/** Two versions of the schema, as SDL. */
export interface SchemaChange {
  readonly released: string;
  readonly current: string;
  /** What the changelog says about the next version. */
  readonly notes: string;
  /** Such as `2026-11-26`. */
  readonly today: string;
}

/**
 * Returns what docs/schema-policy.md does not allow, as sentences: breaking changes that the changelog does not name, removals
 * before the date of a deprecation, and deprecations without a date.
 */
export function violations({ released, current, notes, today }: SchemaChange): readonly string[] {
  const named = notes.replaceAll('`', '').replaceAll(/\s+/g, ' ');
  const unnamed = findSchemaChanges(buildSchema(released), buildSchema(current))
    .filter(({ type, description }) => breaking.has(type) && !named.includes(description))
    .map(({ description }) => `CHANGELOG.md does not name a breaking change. Add under Unreleased: ${description}`);
  const members = membersOf(parse(current));
  const early = [...membersOf(parse(released))]
    .filter(([name, reason]) => isRemoved(name, members) && !hasPassed(reason, today))
    .map(([name]) => `${name} is removed before its time: deprecate it, and remove it after the date in the reason.`);
  const undated = [...members]
    .filter(([, reason]) => reason !== undefined && !date.test(reason))
    .map(([name]) => `The deprecation of ${name} does not say after which date it is removed, such as 2027-03-01.`);
  return [...unnamed, ...early, ...undated];
}

function hasPassed(reason: string | undefined, today: string): boolean {
  const [day] = date.exec(reason ?? '') ?? [];
  return day !== undefined && day <= today;
}

/** A member is removed by itself only if what it belongs to still exists. */
function isRemoved(name: string, members: ReadonlyMap<string, unknown>): boolean {
  const parent = name.includes('(') ? name.slice(0, name.indexOf('(')) : name.slice(0, name.indexOf('.'));
  const hasParent = [...members.keys()].some((each) => each === parent || each.startsWith(`${parent}.`));
  return hasParent && !members.has(name);
}

/** The fields, arguments, input fields and enum values of a schema, by their coordinates, with the reason of a deprecation. */
function membersOf({ definitions }: DocumentNode): ReadonlyMap<string, string | undefined> {
  const members = new Map<string, string | undefined>();
  for (const type of definitions as readonly TypeDefinitionNode[]) {
    const values = type.kind === Kind.ENUM_TYPE_DEFINITION ? (type.values ?? []) : [];
    const fields = 'fields' in type ? (type.fields ?? []) : [];
    for (const member of [...values, ...fields]) {
      const name = `${type.name.value}.${member.name.value}`;
      members.set(name, reasonOf(member.directives));
      if (member.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of member.arguments ?? []) {
        members.set(`${name}(${argument.name.value}:)`, reasonOf(argument.directives));
      }
    }
  }
  return members;
}

function reasonOf(directives: readonly ConstDirectiveNode[] = []): string | undefined {
  const deprecated = directives.find(({ name }) => name.value === 'deprecated');
  const reason = deprecated?.arguments?.find(({ name }) => name.value === 'reason')?.value;
  return deprecated && (reason?.kind === Kind.STRING ? reason.value : '');
}
