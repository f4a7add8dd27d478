import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../support/cli.ts';
import { root } from '../support/repository.ts';

const execute = promisify(execFile);

let folder: string;
let installed: string;
let program: string;
const environment = () => ({
  PATH: process.env['PATH'],
  HOME: folder,
  npm_config_cache: join(folder, 'npm'),
  npm_config_update_notifier: 'false',
});
const run = async (args: readonly string[]) => {
  const { stdout, stderr } = await execute(process.execPath, [program, ...args], { env: environment() });
  return { out: stdout, err: stderr };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  await execute(process.execPath, [join(root, 'docker/bundle.ts'), join(folder, 'dist')], { cwd: folder });
  const options = { cwd: folder, env: environment() };
  await execute('npm', ['pack', './dist'], options);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  // Offline: the package needs no other package.
  await execute('npm', ['install', '--global', '--offline', '--prefix', folder, `./${tarball}`], options);
  installed = join(folder, 'lib/node_modules/snapgate');
  program = join(folder, 'bin/snapgate');
});
afterAll(() => rmSync(folder, { recursive: true }));

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe.concurrent('the installed package', () => {
  it('has the version of the repository and depends on no other package', async () => {
    const { name, version, license, engines, ...others } = readJson(join(installed, 'package.json'));
    const expected = readJson(join(root, 'package.json'));
    expect({ name, version, license, engines }).toMatchObject({ version: expected.version, engines: expected.engines });
    expect(Object.keys(others).filter((key) => /depend/i.test(key))).toEqual([]);
    expect(await run(['--version'])).toEqual({ out: `${version}\n`, err: '' });
  });

  it('prints the same schema as the sources', async () => {
    const { out } = await run(['schema']);
    expect(buildSchema(out).getQueryType()?.getFields()).toHaveProperty('snapshots');
    expect(out.trim()).toBe(readFileSync(join(root, 'schema.graphql'), 'utf8').trim());
  });

  it('serves queries on the emulator, GraphiQL and the fleet page, and responds to health checks', async () => {
    const running = await start(['dev', '--port', '0', '--emulator-port', '0'], environment(), program);
    const url = running.address('snapgate');
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ snapshots(first: 3) { nodes { arn } isComplete } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { snapshots: { nodes: { length: 3 }, isComplete: true } } });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('graphiql');
    const fleet = await (await fetch(new URL('/', url))).text();
    const assets = [...fleet.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.filter((path) => /\/(?:app|plot|d3)\.js$|\.css$/.test(path)).length).toBeGreaterThan(3);
    for (const path of assets)
      expect({ path, status: (await fetch(new URL(path, url))).status }).toEqual({ path, status: 200 });
    const { out } = await run(['health', '--port', new URL(url).port]);
    expect(out).toContain('is healthy');
    expect(await running.stop()).toBe(0);
  });

  it('answers a question in its own process, on the emulator', async () => {
    const { out, err } = await run(['query', 'newest-snapshots', '--emulator', '--first', '2', '--output', 'csv']);
    expect({ out, err }).toEqual({ out: expect.stringMatching(/^arn,createdAt,status\r\n(arn:.*\r\n){2}$/), err: '' });
  });

  it('serves tools for agents', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const env = environment() as Record<string, string>;
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [program, 'mcp', '--emulator'], env }),
    );
    await client.listTools();
    const { structuredContent } = await client.callTool({ name: 'public_snapshots', arguments: { limit: 1 } });
    expect(structuredContent).toMatchObject({ isComplete: true, page: { rows: 1, hasNextPage: true } });
    await client.close();
  });

  it('contains the license of each package in the bundle', () => {
    const licenses = readFileSync(join(installed, 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of [
      'graphql',
      '@aws-sdk/client-redshift',
      '@modelcontextprotocol/sdk',
      '@pothos/core',
      'ioredis',
      'pino',
      'zod',
      '@observablehq/plot',
      'd3',
    ]) {
      expect(licenses).toMatch(new RegExp(`^${name}@[\\d.]+ \\(`, 'm'));
    }
    expect(licenses).toContain('Permission is hereby granted');
  });

  it('maps errors to the sources, and contains only what it uses', () => {
    const maps = readdirSync(join(installed, 'app')).filter((name) => name.endsWith('.map'));
    const sources = maps.flatMap((name) => readJson(join(installed, 'app', name)).sources as string[]);
    expect(sources.filter((source) => source.endsWith('src/gateway.ts'))).toHaveLength(1);
    // Of zod, `import { z }` would load the messages of 50 languages at every start: `import * as z` does not.
    const languages = sources.filter((source) => /\/zod\/.*\/locales\//.test(source));
    expect(languages.map((source) => source.split('/').at(-1))).toEqual(['en.js']);
  });

  it('caches its compiled code in a folder of the user', async () => {
    await run(['--version']);
    expect(readdirSync(join(folder, '.cache/snapgate'))).not.toEqual([]);
  });
});

it('the launcher refuses an older Node.js with a message', async () => {
  const old = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" })';
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(old)}`, program]);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, said }).toEqual({
    code: 1,
    said: 'snapgate: snapgate requires Node.js 24.5 or later, but this is Node.js 20.20.2. Install a later version.\n',
  });
});
