import type { Node } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { sources } from '../support/import-graph.ts';
import { parseSource, type Source, stringOf, walk } from '../support/syntax.ts';

const tablePath = 'src/snapshots/service.ts';
const table = sources.find(({ path }) => path === tablePath);
const folders = [...new Set(sources.flatMap(({ path }) => /^src\/services\/([^/]+)\//.exec(path)?.[1] ?? []))];

/** The files that may name a service: the table, the services, and the emulator, which is independent of the table. */
const mayName = (path: string) =>
  path === tablePath || path === 'src/services/index.ts' || /^src\/(emulator|cookbook|services\/[^/]+)\//.test(path);
const isSchema = (path: string) => path.endsWith('.schema.ts') || path.startsWith('src/graphql/');

interface Words {
  /** The names of services in code, such as `REDSHIFT` and `redshift`. */
  readonly names: readonly string[];
  /** The names of services in prose, such as `Amazon Redshift`. */
  readonly titles: readonly string[];
}

describe('the service table', () => {
  it('has a name and a title for each service folder', () => {
    expect(table?.text ?? '', `${tablePath} exports serviceTable`).toMatch(/^export const serviceTable\b/m);
    const { names, titles } = wordsOf(table, folders);
    const missing = folders.filter((folder) => ![names, titles].every((words) => words.some(isWordFor(folder))));
    expect(missing).toEqual([]);
  });

  it('is the only list of services', () => {
    const fromFolders = folders.flatMap((folder) => [folder, folder.toUpperCase()]);
    const { names, titles } = wordsOf(table, folders);
    const words = { names: [...new Set([...names, ...fromFolders])], titles };
    const others = sources.filter(({ path }) => !mayName(path));
    expect(others.flatMap((source) => listsOf(source, words))).toEqual([]);
  });
});

describe('the search for other lists', () => {
  const words = { names: ['REDSHIFT', 'redshift', 'DOCUMENTDB'], titles: ['Amazon Redshift', 'Amazon DocumentDB'] };
  const found = (text: string, path = 'src/a.ts') => listsOf(parseSource(path, text), words);

  it('reads the names and titles of a table of any shape', () => {
    const text = `
      const redshift = { key: 'redshift', name: 'REDSHIFT', title: 'Amazon Redshift', types: ['RedshiftCluster'] };
      export const serviceTable = { redshift, documentdb: { name: 'DOCUMENTDB', arn: 'rds', title: 'Amazon DocumentDB' } };
    `;
    expect(wordsOf(parseSource(tablePath, text), ['redshift', 'documentdb', 'neptune'])).toEqual({
      names: ['redshift', 'REDSHIFT', 'documentdb', 'DOCUMENTDB'],
      titles: ['Amazon Redshift', 'Amazon DocumentDB'],
    });
  });

  it.each([
    ["const a = ['REDSHIFT', 'DOCUMENTDB'];", ["src/a.ts:1: 'REDSHIFT'", "src/a.ts:1: 'DOCUMENTDB'"]],
    ["const a = (b: string) =>\n  b === 'redshift';", ["src/a.ts:2: 'redshift'"]],
    ['const a = `redshift`;', ['src/a.ts:1: `redshift`']],
    ["type A = 'redshift' | 'rds';", ["src/a.ts:1: 'redshift'"]],
    ['const a = { REDSHIFT: 1 };', ['src/a.ts:1: REDSHIFT']],
    ['interface A { redshift: string }', ['src/a.ts:1: redshift']],
    ["const a = { 'redshift': 1 };", ["src/a.ts:1: 'redshift'"]],
    ["const a = 'of Amazon Redshift or Amazon DocumentDB';", ["src/a.ts:1: 'of Amazon Redshift or Amazon DocumentDB'"]],
    [
      'const a = `${b} of Amazon Redshift or ${c} of Amazon DocumentDB`;',
      [expect.stringContaining('src/a.ts:1: `${b}')],
    ],
    [
      "const a = b ? 'Amazon Redshift' : 'Amazon DocumentDB';",
      ["src/a.ts:1: 'Amazon Redshift'", "src/a.ts:1: 'Amazon DocumentDB'"],
    ],
  ])('reports %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    "import { a } from './redshift';",
    "const a = { description: 'Of Amazon Redshift or Amazon DocumentDB.' };",
    "const a = { description: b('Of Amazon Redshift.', `Of Amazon DocumentDB.`) };",
    "const a = 'Only of Amazon Redshift.';",
    "const a = 'Amazon Redshift';\nconst b = 'Amazon DocumentDB';",
    '// Amazon Redshift, Amazon DocumentDB',
    'const a = services.redshift;',
  ])('accepts %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('accepts prose in schema files, but no list of titles', () => {
    const prose = "const dryRun = 'Of Amazon Redshift or Amazon DocumentDB.';";
    const list = "const titles = ['Amazon Redshift', 'Amazon DocumentDB'];";
    expect(found(prose, 'src/graphql/a.ts')).toEqual([]);
    expect(found(list, 'src/graphql/a.ts')).toHaveLength(2);
  });
});

/** The strings and keys of the table that are the name or the title of a service folder. */
function wordsOf(source: Source | undefined, services: readonly string[]): Words {
  const texts = new Set<string>();
  if (source) {
    walk(source.program, (node) => {
      const text = textOf(node) ?? keyOf(node);
      if (text !== undefined && services.some((service) => isWordFor(service)(text))) texts.add(text);
    });
  }
  const isTitle = (text: string) => text.includes(' ');
  return { names: [...texts].filter((text) => !isTitle(text)), titles: [...texts].filter(isTitle) };
}

/** Tests for the name or title of a service folder: `DOCUMENTDB` and `Amazon DocumentDB` for `documentdb`. */
function isWordFor(service: string): (text: string) => boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/^(amazon|aws) |[ _-]/g, '');
  return (text) => plain(text) === plain(service);
}

/** Every use of a service name, and every statement with the titles of two services outside descriptions. */
function listsOf({ path, text, program, lineOf }: Source, { names, titles }: Words): readonly string[] {
  const found: Node[] = [];
  const titled: { readonly node: Node; readonly statement: Node | undefined; readonly titles: readonly string[] }[] =
    [];
  walk(program, (node, ancestors) => {
    const value = textOf(node);
    if (names.includes(value ?? keyOf(node) ?? '')) found.push(node.type === 'Property' ? node.key : node);
    if (value === undefined || ancestors.some((each) => keyOf(each) === 'description')) return;
    const held = titles.filter((title) => (isSchema(path) ? value === title : value.includes(title)));
    const statement = ancestors.find(({ type }) => /(Statement|Declaration)$/.test(type));
    if (held.length > 0) titled.push({ node, statement, titles: held });
  });
  for (const group of Map.groupBy(titled, ({ statement }) => statement).values()) {
    if (new Set(group.flatMap((each) => each.titles)).size > 1) found.push(...group.map(({ node }) => node));
  }
  return found
    .toSorted((one, other) => one.start - other.start)
    .map((node) => `${path}:${lineOf(node.start)}: ${shown(text, node)}`);
}

/** The text of a string or of a template, without its expressions. */
function textOf(node: Node): string | undefined {
  return node.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.raw).join('…') : stringOf(node);
}

/** The key of a property, if it is written without quotes. */
function keyOf(node: Node): string | undefined {
  if (node.type !== 'Property' && node.type !== 'TSPropertySignature') return undefined;
  return !node.computed && node.key.type === 'Identifier' ? node.key.name : undefined;
}

function shown(text: string, node: Node): string {
  const { start, end } = node.type === 'TSPropertySignature' ? node.key : node;
  return text.slice(start, end);
}
