import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { start } from '../support/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loaded-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const hook = new URL('../support/loaded-modules.ts', import.meta.url).href;
const query = '{ snapshots(first: 1) { nodes { identifier } } }';
const optional = /^(?:@opentelemetry\/.*|prom-client|pino-pretty|ioredis|@modelcontextprotocol\/sdk|ajv)$/;

/** Runs the gateway with an emulator, sends a request, and returns the packages that the process has loaded. */
async function packagesLoaded(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const file = join(folder, `${Object.keys(environment).join('-')}.txt`);
  const program = await start(['dev', '--port', '0', '--emulator-port', '0'], {
    ...environment,
    LOADED_MODULES: file,
    NODE_OPTIONS: `--import=${hook}`,
  });
  const response = await fetch(program.address('snapgate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  expect(await response.json()).toMatchObject({ data: { snapshots: { nodes: [{}] } } });
  expect(await program.stop()).toBe(0);
  const urls = readFileSync(file, 'utf8').split('\n');
  const names = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  return [...new Set(names)].sort();
}

it('a process without traces, metrics, Redis, a terminal and agents loads none of their packages', async () => {
  const packages = await packagesLoaded({});
  expect(packages).toEqual(expect.arrayContaining(['@aws-sdk/client-redshift', 'graphql', 'pino', 'zod']));
  expect(packages.filter((name) => optional.test(name))).toEqual([]);
});

it('a process that exports traces loads the packages of OpenTelemetry', async () => {
  const packages = await packagesLoaded({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  });
  expect(packages.filter((name) => optional.test(name))).toContain('@opentelemetry/sdk-trace');
});
