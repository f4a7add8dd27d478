import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './repository.ts';

/** What makes a test slow: other processes, browsers, random cases, and waiting for timeouts. */
const slowModules = [
  /^node:child_process$/,
  /^@modelcontextprotocol\/sdk\/client\/stdio\.js$/,
  /^playwright-core$/,
  /^test\/support\/(?:runs|stall-free-clock)\.ts$/,
  /\.slow\.test\.ts$/,
];

/**
 * Returns the test files that `npm run test:fast` leaves out, relative to the repository: those named `*.slow.test.ts`, and
 * those that import, also through other files of `test`, what makes a test slow.
 */
export function slowTests(): string[] {
  const known = new Map<string, boolean>();
  const isSlow = (module: string): boolean => {
    if (slowModules.some((pattern) => pattern.test(module))) return true;
    if (!module.startsWith('test/')) return false;
    if (!known.has(module)) {
      known.set(module, false);
      known.set(module, importsOf(module).some(isSlow));
    }
    return known.get(module)!;
  };
  return globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/clients/**'] }).filter(isSlow);
}

/** The modules that a file imports; files are relative to the repository. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const names = [...text.matchAll(/^(?:import|export)\b[^;]*?'([^']+)';/gm)].map(([, name = '']) => name);
  return names.map((name) => (name.startsWith('.') ? join(dirname(file), name) : name));
}
