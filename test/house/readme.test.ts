import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions } from '../../src/emulator/seed/seed.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { blocks, root } from '../support/readme.ts';

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
  expect(readConfig({ config }, {}).accounts?.length).toBeGreaterThan(1);
  rmSync(folder, { recursive: true });
});

it('README has access settings that hold', () => {
  const [, five = '', many = ''] = blocks('yaml');
  const authentication = five.slice(0, five.indexOf('grants:'));
  const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  const config = join(folder, 'snapgate.yaml');
  for (const content of [five, authentication + many]) {
    writeFileSync(config, content);
    expect(readConfig({ config }, {}, 'serve').grants.length).toBeGreaterThan(0);
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
