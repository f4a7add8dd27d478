import { chmodSync, copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { libraries, libraryFile } from '../src/console/files.ts';
import { describeLicenses } from './licenses.ts';

const root = join(import.meta.dirname, '..');

/** The page of GraphiQL: one text of 9 MB, in which no program fails. */
const graphiql = 'render-graphiql';

/**
 * Bundles the program with all packages it uses into `folder`, ready for `npm pack`: each part is loaded when it is first
 * used, as from the sources. Replaces the folder. Throws if an import cannot be resolved.
 */
async function bundle(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: root,
    input: { main: 'src/main.ts' },
    platform: 'node',
    // The packages of the AWS SDK have ES modules only under `module`; of these, unused commands are left out.
    resolve: { mainFields: ['module', 'main'] },
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await build.write({
    dir: join(folder, 'app'),
    format: 'esm',
    sourcemap: true,
    // Names are kept for the log and for stack traces.
    minify: {
      compress: { target: 'es2024', keepNames: { function: true, class: true } },
      mangle: false,
      codegen: { removeWhitespace: true },
    },
    comments: { legal: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  const chunks = output.filter((file) => file.type === 'chunk');
  for (const { fileName, moduleIds } of chunks) {
    if (moduleIds.some((id) => id.includes(graphiql))) rmSync(join(folder, 'app', `${fileName}.map`));
  }
  // The code reads these files beside itself; their names are unique.
  for (const file of globSync('src/console/{graphiql,sign-in}/*.{js,css}', { cwd: root })) {
    copyFileSync(join(root, file), join(folder, 'app', basename(file)));
  }
  const modules = [...chunks.flatMap(({ moduleIds }) => moduleIds), ...copyConsole(join(folder, 'app/browser'))];
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), describeLicenses(modules));
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(folder, name));
  copyFileSync(join(root, 'docker/launcher.js'), join(folder, 'snapgate.js'));
  chmodSync(join(folder, 'snapgate.js'), 0o755);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageOf(), null, 2)}\n`);
}

/** Copies the files of the fleet page, which are served as they are, and returns the modules of its libraries. */
function copyConsole(folder: string): readonly string[] {
  const isServed = (path: string) => !/(?:tsconfig\.json|\.d\.ts)$/.test(path);
  cpSync(join(root, 'src/console/browser'), folder, { recursive: true, filter: isServed });
  mkdirSync(join(folder, 'libraries'));
  const files = Object.keys(libraries).map((name) => ({ name, path: libraryFile(name) }));
  for (const { name, path } of files) copyFileSync(path, join(folder, 'libraries', name));
  return files.map(({ path }) => path);
}

/** Returns the package.json of the bundle, which depends on no other package. */
function packageOf(): object {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { name, version, description, license, type, engines } = JSON.parse(text) as Record<string, unknown>;
  return { name, version, description, license, private: true, type, engines, bin: { snapgate: 'snapgate.js' } };
}

await bundle(process.argv[2] ?? join(root, 'dist'));
