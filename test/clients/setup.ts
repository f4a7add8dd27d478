import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { start } from '../support/cli.ts';

const here = import.meta.dirname;
const generated = join(here, 'generated');

/** Copies the code of docs/clients as a user would, generates what the clients need, and starts a gateway. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(generated, { recursive: true, force: true });
  for (const folder of ['relay', 'trusted/relay']) mkdirSync(join(generated, folder), { recursive: true });
  cpSync(join(here, '../../docs/clients'), join(generated, 'snapgate'), { recursive: true });
  cpSync(join(here, '../../schema.graphql'), join(generated, 'schema.graphql'));
  run('relay-compiler/cli.js');
  writeFileSync(join(generated, 'trusted/relay.json'), '{}');
  run('relay-compiler/cli.js', 'relay.trusted.config.json');
  run('@apollo/generate-persisted-query-manifest/cli.js');
  const given = process.env['SNAPGATE_URL'];
  if (given) {
    project.provide('url', given);
    project.provide('emulator', process.env['SNAPGATE_EMULATOR_URL'] ?? 'http://127.0.0.1:4510');
    return async () => {};
  }
  const gateway = await start(['dev', '--port', '0', '--emulator-port', '0']);
  project.provide('url', gateway.address('snapgate'));
  project.provide('emulator', gateway.address('emulator'));
  return async () => void (await gateway.stop());
}

function run(program: string, ...args: readonly string[]): void {
  const path = join(here, 'node_modules', program);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd: here, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${stdout}${stderr}`);
}

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    emulator: string;
  }
}
