import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { serviceNames, serviceTable } from '../snapshots/service.ts';
import { policyOf } from './policy.ts';

/** A file of the fleet page, which is the same for every caller. */
export interface ConsoleFile {
  readonly body: Buffer;
  readonly type: string;
  readonly isImmutable?: boolean;
  readonly policy?: string;
}

/** The files for the browser, which are served as they are. */
const folder = join(import.meta.dirname, 'browser');

/** The libraries of the page by their file names, each with its package and its build for browsers. */
export const libraries: Readonly<Record<string, readonly [name: string, path: string]>> = {
  'd3.js': ['d3', 'dist/d3.min.js'],
  'plot.js': ['@observablehq/plot', 'dist/plot.umd.min.js'],
};

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** The digest of the style element that Observable Plot adds to each chart. */
const plotStyle = 'sha256-+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM=';

const policy = policyOf(["script-src 'self'", `style-src 'self' '${plotStyle}'`]);

/**
 * Reads the fleet page and returns its files by their paths. The page itself is at `/`; each other file is at a path that
 * contains a hash of its content, or of all modules, which import one another. Throws if a file is missing.
 */
export function readConsole(): ReadonlyMap<string, ConsoleFile> {
  const own = assetsOf(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => extname(name) in types && !name.startsWith('libraries'))
      .toSorted()
      .map((name) => ({ name, body: readFileSync(join(folder, name)) })),
  );
  const shared = assetsOf(Object.keys(libraries).map((name) => ({ name, body: readFileSync(libraryFile(name)) })));
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
    .replaceAll('{libraries}', shared.base)
    .replaceAll('{assets}', own.base)
    .replace('{services}', serviceTitles())
    .replace('{modules}', preloads(own.files));
  return new Map([
    ['/', { body: Buffer.from(page), type: 'text/html; charset=utf-8', policy }],
    ...own.files,
    ...shared.files,
  ]);
}

/** Returns the path of the build of a library for browsers. */
export function libraryFile(name: string): string {
  // The package of snapgate contains copies, and no folder of packages.
  const copy = join(folder, 'libraries', name);
  if (existsSync(copy)) return copy;
  const [library = '', path = ''] = libraries[name] ?? [];
  const entry = createRequire(import.meta.url).resolve(library);
  return join(folderOf(entry, library), path);
}

/** The folder of a package that contains a file. */
function folderOf(path: string, name: string): string {
  return path.endsWith(join('node_modules', name)) ? path : folderOf(dirname(path), name);
}

function assetsOf(contents: readonly { readonly name: string; readonly body: Buffer }[]) {
  const hash = createHash('sha256');
  for (const { name, body } of contents) hash.update(`${name}\0${body.length}\0`).update(body);
  const base = `/assets/${hash.digest('base64url').slice(0, 16)}`;
  const files = contents.map(({ name, body }): [string, ConsoleFile] => [
    `${base}/${name.replaceAll('\\', '/')}`,
    { body, type: types[extname(name)] ?? '', isImmutable: true },
  ]);
  return { base, files };
}

/** The titles of all services as JSON in an attribute. */
function serviceTitles(): string {
  const titles = Object.fromEntries(serviceNames.map((name) => [name, serviceTable[name].title]));
  return JSON.stringify(titles).replaceAll('"', '&quot;');
}

/** The modules, which the browser otherwise finds one after another. */
function preloads(files: readonly [path: string, file: ConsoleFile][]): string {
  const modules = files.map(([path]) => path).filter((path) => path.endsWith('.js'));
  return modules.map((path) => `<link rel="modulepreload" href="${path}" />`).join('\n    ');
}
