import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.ts';
import { importsOf, parseSource } from './syntax.ts';

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
 * those that import, also through other files of `test`, what makes a test slow. Files that match `exclude` are no tests.
 */
export function slowTests(exclude: readonly string[]): string[] {
  const known = new Map<string, boolean>();
  const isSlow = (module: string): boolean => {
    if (slowModules.some((pattern) => pattern.test(module))) return true;
    if (!module.startsWith('test/')) return false;
    const before = known.get(module);
    if (before !== undefined) return before;
    known.set(module, false);
    const imports = importsOf(parseSource(module, readFileSync(join(root, module), 'utf8')));
    const isReached = imports.some(({ to }) => isSlow(to));
    known.set(module, isReached);
    return isReached;
  };
  return globSync('test/**/*.test.ts', { cwd: root, exclude }).filter(isSlow);
}
