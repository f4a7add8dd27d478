import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const lock = (path: string) => JSON.parse(readFileSync(join(here, path), 'utf8')).packages;

/** Installs the clients at their versions, unless that was done; returns whether they are installed. */
function installClients(): boolean {
  if (isInstalled()) return true;
  const args = ['ci', '--ignore-scripts', '--no-fund', '--no-audit'];
  return spawnSync('npm', args, { cwd: here, stdio: 'inherit' }).status === 0;
}

function isInstalled(): boolean {
  const { '': own, ...wanted } = lock('package-lock.json');
  try {
    const installed = lock('node_modules/.package-lock.json');
    return Object.keys(own.dependencies).every((name) => {
      const path = `node_modules/${name}`;
      return installed[path]?.version === wanted[path].version;
    });
  } catch {
    return false;
  }
}

if (!installClients()) {
  console.log('Could not install the clients: their tests are skipped.');
} else {
  const run = (program: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [join(here, 'node_modules', program), ...args], { cwd: here, stdio: 'inherit' }).status;
  process.exitCode = run('vitest/vitest.mjs', 'run', ...process.argv.slice(2)) || run('typescript/bin/tsc', '-p', '.');
}
