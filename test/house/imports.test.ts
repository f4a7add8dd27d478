import { describe, expect, it } from 'vitest';
import { imports, sourceFiles, sources } from '../support/import-graph.ts';
import { type Import, importsOf, parseSource, type Source, walk } from '../support/syntax.ts';
import { type Edge, findCycles, order, roomOf, shortestLoop, upwardOf, withoutRoom } from './rooms.ts';

const isOurs = ({ to }: Import) => to.startsWith('src/');
const isAws = ({ to }: Import) => /^@(aws-sdk|smithy)\//.test(to);
const isSchema = ({ from }: Import) => from.endsWith('.schema.ts') || roomOf(from) === 'graphql';

const within = imports.filter(isOurs);
const packages = imports.filter((each) => !isOurs(each));
const inRoom = (list: readonly Import[], room: string) => list.filter(({ from }) => roomOf(from) === room);
const listed = (list: readonly Import[]) => list.map(({ from, line, to }) => `${from}:${line} → ${to}`);

describe('imports', () => {
  it('resolve to existing files and name modules as literals', () => {
    const lost = within.filter(({ to }) => !sourceFiles.has(to));
    const outside = packages.filter(({ to }) => /^[.(/#]/.test(to));
    expect(listed([...lost, ...outside])).toEqual([]);
  });

  it('belong to rooms that are listed in the order', () => {
    expect(withoutRoom([...sourceFiles.keys()])).toEqual([]);
  });

  it('point down, type imports included', () => {
    expect(listed(upwardOf(within))).toEqual([]);
  });

  it('form no cycle, type imports included', () => {
    const cycles = findCycles(within).map((files) => ({
      count: files.length,
      shortest: shortestLoop(files, within).join(' → '),
      files,
    }));
    expect(cycles).toEqual([]);
  });

  it('never cross service folders, and never reach services/index.ts from inside services/', () => {
    expect(listed(acrossServices(within))).toEqual([]);
  });

  it('of schema files import only types from AWS packages, aws/ and clients', () => {
    const values = imports.filter((each) => isSchema(each) && !each.isType);
    const reachesAws = ({ to }: Import) => to.endsWith('/client.ts') || to.startsWith('src/aws/');
    expect(listed(values.filter((each) => isAws(each) || reachesAws(each)))).toEqual([]);
  });

  it('keep GraphQL packages out of aws/ and AWS packages out of graphql/', () => {
    const graphqlInAws = inRoom(packages, 'aws').filter(({ to }) => /graphql|pothos/.test(to));
    expect(listed([...graphqlInAws, ...inRoom(packages, 'graphql').filter(isAws)])).toEqual([]);
  });

  it('of graphql/context.ts appear only in builder.ts, inside graphql/', () => {
    const context = inRoom(within, 'graphql').filter(({ to }) => to === 'src/graphql/context.ts');
    expect(listed(context.filter(({ from }) => from !== 'src/graphql/builder.ts'))).toEqual([]);
  });

  it('connect the emulator to other rooms only in commands/, and only to listed packages', () => {
    const joins = within.filter(({ from, to }) => (roomOf(from) === 'emulator') !== (roomOf(to) === 'emulator'));
    const own = /^(node:|zod$|@aws-sdk\/|@smithy\/)/;
    const foreign = inRoom(packages, 'emulator').filter(({ to }) => !own.test(to));
    expect(listed([...joins.filter(({ from }) => roomOf(from) !== 'commands'), ...foreign])).toEqual([]);
  });

  it('of other rooms or packages are not allowed in errors', () => {
    expect(listed(inRoom(imports, 'errors').filter(({ to }) => roomOf(to) !== 'errors'))).toEqual([]);
  });

  it('name the defining file: only index.ts files re-export', () => {
    expect(listed(imports.filter(({ from, isReexport }) => isReexport && !isIndex(from)))).toEqual([]);
  });
});

describe('an index.ts', () => {
  it('contains only imports and one export without logic', () => {
    expect(sources.filter(({ path }) => isIndex(path)).flatMap(logicOf)).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read only by config.ts', () => {
    const readers = sources.filter(({ path }) => path !== 'src/config.ts');
    expect(readers.flatMap(environmentReads)).toEqual([]);
  });
});

describe('the import graph', () => {
  const found = (text: string) =>
    importsOf(parseSource('src/fleet/a.ts', text)).map(
      ({ to, line, isType, isReexport }) => `${line} ${to}${isType ? ' type' : ''}${isReexport ? ' again' : ''}`,
    );

  it.each([
    ["import { a } from './b.ts';", '1 src/fleet/b.ts'],
    ["import './b.ts';", '1 src/fleet/b.ts'],
    ["import {\n  a,\n} from '../b.ts';", '3 src/b.ts'],
    ["import type { A } from './b.ts';", '1 src/fleet/b.ts type'],
    ["import { type A, type B } from './b.ts';", '1 src/fleet/b.ts type'],
    ["import a, { type A } from './b.ts';", '1 src/fleet/b.ts'],
    ["import {} from './b.ts';", '1 src/fleet/b.ts'],
    ["import * as all from 'zod';", '1 zod'],
    ["export * from './b.ts';", '1 src/fleet/b.ts again'],
    ["export type * from './b.ts';", '1 src/fleet/b.ts type again'],
    ["export { type A } from './b.ts';", '1 src/fleet/b.ts type again'],
    ["export { a, type A } from './b.ts';", '1 src/fleet/b.ts again'],
    ["const a = () => import('./b.ts');", '1 src/fleet/b.ts'],
    ['const a = () => import(`./b.ts`);', '1 src/fleet/b.ts'],
    ['const a = (name: string) => import(name);', '1 (name)'],
    ["type A = import('./b.ts').A;", '1 src/fleet/b.ts type'],
    ["type A = typeof import('./b.ts');", '1 src/fleet/b.ts type'],
    ["import a = require('./b.ts');", '1 src/fleet/b.ts'],
    ["export {};\ndeclare module './b.ts' { interface A {} }", '2 src/fleet/b.ts type'],
  ])('finds the import in %j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it('ignores strings, comments and local exports', () => {
    expect(found("// import './b.ts'\nexport const a = \"import('./b.ts')\";\nexport { a as b };")).toEqual([]);
  });
});

describe('the order of rooms', () => {
  const edge = (from: string, to: string): Edge => ({ from: `src/${from}.ts`, to: `src/${to}.ts` });

  it('derives the room from the first folder or the file name', () => {
    expect(['src/main.ts', 'src/fleet/paging/page.ts', 'src/schema.ts'].map(roomOf)).toEqual([
      'main',
      'fleet',
      'schema',
    ]);
  });

  it('is total: for every two rooms, exactly one may import the other', () => {
    for (const [index, one] of order.entries()) {
      for (const other of order.slice(index + 1)) {
        const [down, up] = [edge(`${one}/a`, `${other}/b`), edge(`${other}/b`, `${one}/a`)];
        expect(upwardOf([down, up, edge(`${one}/a`, `${one}/b`)])).toEqual([up]);
      }
    }
  });

  it('allows no room below graphql/ to depend on it', () => {
    const below = order.slice(order.indexOf('graphql') + 1).map((room) => edge(`${room}/a`, 'graphql/b'));
    expect(below).toHaveLength(9);
    expect(upwardOf(below)).toEqual(below);
  });

  it('limits telemetry: it imports only what it observes, and only gateway and config import it', () => {
    const allowed = [edge('telemetry/a', 'errors'), edge('telemetry/a', 'aws/b'), edge('gateway', 'telemetry/a')];
    const forbidden = [edge('telemetry/a', 'changes/b'), edge('fleet/a', 'telemetry/a'), edge('main', 'telemetry/a')];
    expect(upwardOf([...allowed, ...forbidden])).toEqual(forbidden);
  });

  it('isolates the emulator from every room except main', () => {
    const forbidden = [
      edge('emulator/a', 'errors'),
      edge('gateway', 'emulator/a'),
      edge('emulator/a', 'main'),
      edge('emulator/a', 'telemetry/a'),
      edge('telemetry/a', 'emulator/a'),
    ];
    expect(upwardOf([edge('commands/dev', 'emulator/a'), ...forbidden])).toEqual(forbidden);
  });

  it('rejects unknown rooms', () => {
    const files = ['src/shed/a.ts', 'src/main.ts', 'src/emulator/a.ts', 'src/tools.ts'];
    expect(withoutRoom(files)).toEqual(['src/shed/a.ts', 'src/tools.ts']);
    const unknown = [edge('main', 'shed/a'), edge('shed/a', 'errors')];
    expect(upwardOf(unknown)).toEqual(unknown);
  });
});

describe('the search for cycles', () => {
  /** Each letter is a file: `ab` is an import of b by a. */
  const edges = (text: string): readonly Edge[] => text.split(' ').map(([from = '', to = '']) => ({ from, to }));
  const found = (text: string) => findCycles(edges(text)).map((files) => files.join(''));

  it.each([
    ['ab bc ac', []],
    ['ab bd ac cd', []],
    ['aa ab', ['a']],
    ['ab ba', ['ab']],
    ['ab bc ca cd de ed ef', ['abc', 'de']],
    ['xa ab bc cd db ce ea', ['abcde']],
    ['ab ba ac ca', ['abc']],
  ])('of %j finds the components %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['ab bc cd da ca', ['abcd'], 'a → b → c → a'],
    ['ab bc ca cc', ['abc'], 'c → c'],
  ])('of %j reports a shortest loop', (text, components, loop) => {
    expect(found(text)).toEqual(components);
    expect(shortestLoop((components[0] ?? '').split(''), edges(text)).join(' → ')).toBe(loop);
  });
});

describe('the checks of services, index.ts files and the environment', () => {
  it('report imports across services and of services/index.ts', () => {
    const edges = [
      { from: 'src/services/redshift/a.ts', to: 'src/services/documentdb/b.ts' },
      { from: 'src/services/redshift/a.ts', to: 'src/services/index.ts' },
      { from: 'src/services/rds.ts', to: 'src/services/index.ts' },
      { from: 'src/services/redshift/a.ts', to: 'src/services/redshift/b.ts' },
      { from: 'src/services/redshift/a.ts', to: 'src/services/rds.ts' },
      { from: 'src/services/index.ts', to: 'src/services/redshift/a.ts' },
    ];
    expect(acrossServices(edges)).toEqual(edges.slice(0, 3));
  });

  it.each([
    ["import { a } from './a.ts';\nimport './b.ts';\nexport const all = { a };", []],
    ["import './a.ts';\nimport './b.ts';", []],
    ["export { a } from './a.ts';", []],
    ["export { a } from './a.ts';\nexport { b } from './b.ts';", ['src/index.ts:2: a second export']],
    ["import { a } from './a.ts';\na();", ['src/index.ts:2: ExpressionStatement']],
    ["import { a } from './a.ts';\nexport const all = [a()];", ['src/index.ts:2: CallExpression']],
    ["import { a } from './a.ts';\nexport const all = () => a;", ['src/index.ts:2: ArrowFunctionExpression']],
  ])('find logic in an index.ts: %j', (text, expected) => {
    expect(logicOf(parseSource('src/index.ts', text))).toEqual(expected);
  });

  it.each([
    'const a = process.env;',
    "const a = process.env['PORT'];",
    "const a = process['env'];",
    'const a = globalThis.process.env;',
    'const a = import.meta.env;',
    'const { env } = process;',
    "import { env } from 'node:process';",
    "import process from 'node:process';",
    "import { env as settings } from 'process';",
    'process.loadEnvFile();',
  ])('report %j', (text) => {
    expect(environmentReads(parseSource('src/a.ts', text))).toEqual([`src/a.ts:1: ${text}`]);
  });

  it.each([
    'const a = process.stdout;',
    'const a = settings.env;',
    '// process.env',
    "import { argv } from 'process';",
  ])('accept %j', (text) => {
    expect(environmentReads(parseSource('src/a.ts', text))).toEqual([]);
  });
});

/** The imports from one service folder to another, and those of services/index.ts from inside services/. */
function acrossServices<E extends Edge>(edges: readonly E[]): readonly E[] {
  const folderOf = (path: string) => /^src\/services\/([^/]+)\//.exec(path)?.[1];
  return edges.filter(({ from, to }) => {
    const [own, other] = [folderOf(from), folderOf(to)];
    const isAcross = own !== undefined && other !== undefined && own !== other;
    return isAcross || (roomOf(from) === 'services' && to === 'src/services/index.ts');
  });
}

function isIndex(path: string): boolean {
  return path.endsWith('/index.ts');
}

/** Everything in an index.ts except imports and one export of plain values. */
function logicOf({ path, program, lineOf }: Source): readonly string[] {
  const found: string[] = [];
  const report = (start: number, what: string) => found.push(`${path}:${lineOf(start)}: ${what}`);
  const isExport = (type: string) => /^Export\w+Declaration$/.test(type);
  for (const each of program.body) {
    if (each.type !== 'ImportDeclaration' && !isExport(each.type)) report(each.start, each.type);
  }
  for (const each of program.body.filter(({ type }) => isExport(type)).slice(1)) report(each.start, 'a second export');
  for (const each of program.body.filter(({ type }) => isExport(type))) {
    walk(each, ({ type, start }) => {
      if (/Function|^(Call|New|Await|Conditional|Logical)Expression$|^Class/.test(type)) report(start, type);
    });
  }
  return found;
}

/** The lines that read the environment. */
function environmentReads({ path, text, program, lineOf }: Source): readonly string[] {
  const lines = new Set<number>();
  const textOf = ({ start, end }: { readonly start: number; readonly end: number }) => text.slice(start, end);
  walk(program, (node) => {
    const isRead =
      (node.type === 'MemberExpression' &&
        /(^|\.)process$|^import\.meta$/.test(textOf(node.object)) &&
        /^['"`]?(env|loadEnvFile)['"`]?$/.test(textOf(node.property))) ||
      (node.type === 'VariableDeclarator' && node.init !== null && /(^|\.)process$/.test(textOf(node.init))) ||
      (node.type === 'ImportDeclaration' &&
        /^(node:)?process$/.test(node.source.value) &&
        node.specifiers.some((each) => each.type !== 'ImportSpecifier' || textOf(each.imported) === 'env'));
    if (isRead) lines.add(lineOf(node.start));
  });
  return [...lines].map((line) => `${path}:${line}: ${text.split('\n')[line - 1]?.trim()}`);
}
