import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.ts';
import { functionsOf, type Import, importsOf, parseSource, type Source, type SourceFunction } from './syntax.ts';

/** The text of every source file under `src`, by its path. */
export const sourceFiles: ReadonlyMap<string, string> = new Map(
  globSync('src/**/*.{ts,js}', { cwd: root })
    .toSorted()
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);

export const sources: readonly Source[] = [...sourceFiles].map(([path, text]) => parseSource(path, text));

/** Every import between the files under `src` and of packages. */
export const imports: readonly Import[] = sources.flatMap(importsOf);

/** Every function under `src`. */
export const functions: readonly SourceFunction[] = sources.flatMap(functionsOf);
