import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functions, sourceFiles } from '../support/import-graph.ts';
import { functionsOf, parseSource, type SourceFunction } from '../support/syntax.ts';
import { root } from '../support/repository.ts';

const maximum = { lines: 70, fileLines: 300, entries: 16, depth: 3 };

const files = globSync('src/**/*', { cwd: root, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .toSorted();

describe('functions', () => {
  it(`have at most ${maximum.lines} lines`, () => {
    expect(tooLong(functions)).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${maximum.fileLines} lines`, () => {
    const tooLongFiles = [...sourceFiles].filter(([, text]) => text.trimEnd().split('\n').length > maximum.fileLines);
    expect(tooLongFiles.map(([path]) => path)).toEqual([]);
  });
});

describe('folders', () => {
  it(`of src have at most ${maximum.entries} entries`, () => {
    expect(tooFull(files)).toEqual([]);
  });

  it(`are at most ${maximum.depth} deep below src`, () => {
    expect(tooDeep(files)).toEqual([]);
  });
});

describe('the count of lines', () => {
  const found = (text: string) =>
    functionsOf(parseSource('src/a.ts', text)).map(({ name, line, lines }) => `${name} ${line} ${lines}`);

  it.each([
    ['function a() {\n\n  // Why.\n}', ['a 1 4']],
    ['export default function () {}', ['undefined 1 1']],
    ['\nexport const a = async () => {\n};', ['a 2 2']],
    ['export const a = () => ({\n  b: 1,\n});', ['a 1 3']],
    ['const a = function () {\n};', ['a 1 2']],
    ['const a = function b() {\n};', ['b 1 2']],
    ['let a;\na = () => {};', ['a 2 1']],
    ['const a = {\n  *\n  b() {\n  },\n};', ['b 2 3']],
    ['const a = {\n  get\n  b() {\n    return 1;\n  },\n};', ['b 2 4']],
    ["const a = { b: () => {}, 'c-d': () => {}, [e()]: () => {} };", ['b 1 1', 'c-d 1 1', 'undefined 1 1']],
    ['class A {\n  constructor() {\n  }\n  #b = () => {};\n  c() {}\n}', ['constructor 2 2', 'b 4 1', 'c 5 1']],
    ['run(() => {\n});\n(() => {})();', ['undefined 1 2', 'undefined 3 1']],
    ['function a() {\n  return () => {\n  };\n}', ['a 1 4', 'undefined 2 2']],
    ['const a = `“’`;\nconst b = () => {\n};', ['b 2 2']],
  ])('for %j is %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('ignores functions without a body', () => {
    expect(
      found('declare function a(): void;\nabstract class A { abstract b(): void; }\ntype C = () => void;'),
    ).toEqual([]);
  });
});

describe('the limits', () => {
  it('report the functions that are too long, the longest first', () => {
    const ofLines = (name: string | undefined, lines: number) => ({ file: 'src/a.ts', name, line: 1, lines });
    expect(tooLong([ofLines('a', 71), ofLines('b', 70), ofLines(undefined, 80)])).toEqual([
      'src/a.ts:1 anonymous: 80 lines',
      'src/a.ts:1 a: 71 lines',
    ]);
  });

  it('report folders with too many entries; a subfolder is one entry, and src itself has no limit', () => {
    const many = Array.from({ length: 17 }, (_, index) => `src/aws/${index}.ts`);
    expect(tooFull(many)).toEqual(['src/aws: 17 entries']);
    expect(tooFull(many.slice(1))).toEqual([]);
    expect(tooFull([...many.slice(1), 'src/aws/calls/a.ts', 'src/aws/calls/b.ts'])).toEqual(['src/aws: 17 entries']);
    expect(tooFull(Array.from({ length: 20 }, (_, index) => `src/${index}.ts`))).toEqual([]);
  });

  it('report files that are too deep', () => {
    expect(tooDeep(['src/a/b/c/d.ts', 'src/a/b/c/d/e.ts'])).toEqual(['src/a/b/c/d/e.ts']);
  });
});

function tooLong(all: readonly SourceFunction[]): readonly string[] {
  return all
    .filter(({ lines }) => lines > maximum.lines)
    .toSorted((one, other) => other.lines - one.lines)
    .map(({ file, line, name = 'anonymous', lines }) => `${file}:${line} ${name}: ${lines} lines`);
}

function tooFull(paths: readonly string[]): readonly string[] {
  const entries = new Set(paths.flatMap(withFolders));
  const folders = Map.groupBy(entries, (path) => dirname(path));
  return [...folders]
    .filter(([folder, { length }]) => folder.startsWith('src/') && length > maximum.entries)
    .map(([folder, { length }]) => `${folder}: ${length} entries`);
}

function tooDeep(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path.split('/').length - 2 > maximum.depth);
}

/** A path and the paths of its parent folders. */
function withFolders(path: string): readonly string[] {
  return path === '.' ? [] : [path, ...withFolders(dirname(path))];
}
