import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { sourceFiles } from '../support/import-graph.ts';
import { blocks, readme, root } from '../support/readme.ts';

let gateway: Gateway;
beforeAll(async () => {
  const regions = seedAccounts[0]?.regions;
  gateway = await startGateway({
    ...seedOptions(),
    accounts: accounts(
      seedAccounts.map(({ id }) => id),
      regions,
    ),
  });
});
afterAll(() => gateway.close());

it.each(blocks('graphql').filter((block) => block.startsWith('{')))(
  'README has a query that runs: number %#',
  async (query) => {
    const { data, errors } = await gateway.query(query);
    expect(errors).toBeUndefined();
    expect(Object.values(data)).not.toContain(null);
  },
);

it.each([
  ['README', () => blocks('yaml')[0] ?? ''],
  ['docker', () => readFileSync(join(root, 'docker/snapgate.yaml'), 'utf8')],
])('%s has a configuration that holds', (_name, read) => {
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const config = join(folder, 'snapgate.yaml');
  writeFileSync(config, read());
  expect(readConfig({ config }, undefined, {}).accounts?.length).toBeGreaterThan(1);
  rmSync(folder, { recursive: true });
});

it('README has access settings that hold', () => {
  const [, five = '', many = ''] = blocks('yaml');
  const authentication = five.slice(0, five.indexOf('grants:'));
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const config = join(folder, 'snapgate.yaml');
  for (const content of [five, authentication + many]) {
    writeFileSync(config, content);
    expect(readConfig({ config }, 'serve', {}).grants.length).toBeGreaterThan(0);
  }
  rmSync(folder, { recursive: true });
});

const controls = blocks('sh')
  .flatMap((block) => [...block.matchAll(/_emulator\/(\w+) -d '([^']+)'/g)])
  .map(([, path = '', body = '']) => ({ path, body }));

it.each(controls)('README has a control that works: $path', async ({ path, body }) => {
  const { status } = await gateway.emulator.control('POST', path, JSON.parse(body));
  expect(status).toBe(200);
  await gateway.emulator.control('DELETE', 'faults');
  await gateway.emulator.control('POST', 'reset');
});

it('README leads to headings and files that are there', () => {
  const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  const files = links.filter((link) => !link.startsWith('#'));
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((link) => link.startsWith('#') && !anchors.includes(link.slice(1)))).toEqual([]);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

it('README names every right in AWS that the gateway makes use of, and no other', () => {
  const [policy] = blocks('json')
    .map((block) => JSON.parse(block))
    .filter(({ Statement }) => Statement);
  const used = [...sourceFiles].flatMap(([path, text]) => {
    const [, service] = /^src\/services\/(\w+)\//.exec(path) ?? [];
    const prefix = service === 'documentdb' ? 'rds' : service;
    return [...text.matchAll(/new (\w+)Command\(/g)].flatMap(([, action]) => (prefix ? [`${prefix}:${action}`] : []));
  });
  const named = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(named.toSorted()).toEqual([...new Set(used)].sort());
});
