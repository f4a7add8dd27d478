import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { start } from '../support/cli.ts';

const here = import.meta.dirname;
const generated = join(here, 'generated');

/** Copies the code of docs/clients as a user would, compiles the documents of Relay, and starts a gateway. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(join(generated, 'relay'), { recursive: true });
  cpSync(join(here, '../../docs/clients'), join(generated, 'snapgate'), { recursive: true });
  cpSync(join(here, '../../schema.graphql'), join(generated, 'schema.graphql'));
  const compiler = spawnSync(process.execPath, [join(here, 'node_modules/relay-compiler/cli.js')], { cwd: here });
  if (compiler.status !== 0) throw new Error(`relay-compiler failed: ${compiler.stdout}${compiler.stderr}`);
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

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    emulator: string;
  }
}
