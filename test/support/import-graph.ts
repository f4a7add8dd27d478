import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** One import of one source file; paths are relative to the repository. */
export interface Import {
  readonly from: string;
  /** A file of the repository, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
  /** What stands between `import` and `from`. */
  readonly names: string;
}

const root = join(import.meta.dirname, '../..');

const statement = /^(?:import|export)\s+(?<type>type\s)?(?<names>[\w*{}\s,$]*?)(?:\sfrom\s+)?'(?<to>[^']+)';/gm;
const dynamic = /\bimport\('(?<to>[^']+)'\)/g;

/** The text of every source file under `src`, by its path. */
export const sourceFiles: ReadonlyMap<string, string> = new Map(
  globSync('src/**/*.ts', { cwd: root })
    .toSorted()
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
);

/** Every import between them and of packages. */
export const imports: readonly Import[] = [...sourceFiles].flatMap(([from, text]) =>
  [...text.matchAll(statement), ...text.matchAll(dynamic)].map(({ groups }) => {
    const { to = '', type, names = '' }: Record<string, string | undefined> = groups ?? {};
    const isRelative = to.startsWith('.');
    return {
      from,
      to: isRelative ? normalize(join(dirname(from), to)) : to,
      isType: type !== undefined,
      names: names.trim(),
    };
  }),
);
