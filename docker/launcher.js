#!/usr/bin/env node
// Starts the bundled program. Plain JavaScript that old versions of Node.js can run, too.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const { engines } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const required = engines.node.replace('>=', '');
const { node } = process.versions;
if (node.localeCompare(required, 'en', { numeric: true }) < 0) {
  process.stderr.write(
    `snapgate: snapgate requires Node.js ${required} or later, but this is Node.js ${node}. Install a later version.\n`,
  );
  process.exit(1);
}
// Not in the folder for temporary files, which other users can write to: the cache contains code.
module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'snapgate'));
await import('./app/main.js');
