import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/snapshots/global-id.ts';
import { run, start } from '../support/cli.ts';
import { audience, issuer, secret } from '../support/tokens.ts';

let folder: string;
let config: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  config = join(folder, 'snapgate.yaml');
  writeFileSync(
    config,
    `
authentication: { issuer: "${issuer}", audience: ${audience}, secret: "${secret}" }
grants:
  - when: { groups: readers }
    permissions: [SNAPSHOT_READ]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent('the command line', () => {
  it('creates a token that a gateway with the same configuration accepts', async () => {
    const [dev, printed] = await Promise.all([
      start(['dev', '--port', '0', '--emulator-port', '0', '--config', config]),
      run(['token', '--config', config, '--subject', 'ada', '--claim', 'groups=readers', 'groups=writers']),
    ]);
    const token = printed.out.trim();
    const ask = async (headers: object) => {
      const body = JSON.stringify({ query: '{ viewer { subject permissions } snapshots(first: 1) { isComplete } }' });
      const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      return (await fetch(dev.address('snapgate'), request)).json();
    };
    const answers = [await ask({ authorization: `Bearer ${token}` }), await ask({})];
    await dev.stop();
    const command = 'npm run --silent snapgate -- token';
    expect(dev.out).toContain(`bearer token required: TOKEN=$(${command} --config ${config})`);
    expect(dev.out).toContain('/graphql -H "authorization: Bearer $TOKEN" -H \'content-type');
    expect(decodeJwt(token)).toMatchObject({ sub: 'ada', groups: ['readers', 'writers'] });
    expect(answers).toMatchObject([
      { data: { viewer: { subject: 'ada', permissions: ['SNAPSHOT_READ'] }, snapshots: { isComplete: true } } },
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  it('prints addresses that open on this machine, even if it listens on all addresses', async () => {
    const dev = await start(['dev', '--host', '0.0.0.0', '--port', '0', '--emulator-port', '0', '--config', config]);
    const addresses = [dev.address('snapgate'), dev.address('emulator')];
    const statuses = [new URL('/health', addresses[0]), new URL('/_emulator/calls', addresses[1])].map(
      async (url) => (await fetch(url)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200]);
    await dev.stop();
    for (const address of addresses) expect(address).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('applies the configured accounts and deletion rules to the emulator, and allows all sharing', async () => {
    const file = join(folder, 'dev.yaml');
    writeFileSync(
      file,
      `
accounts: [{ id: "123456789012", name: ours, regions: [us-east-1], services: [redshift] }]
deletion: [{ holdTags: [team] }]
`,
    );
    const dev = await start(['dev', '--port', '0', '--emulator-port', '0', '--config', file]);
    const ask = async (query: string) => {
      const request = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      };
      return (await fetch(dev.address('snapgate'), request)).json();
    };
    const id = encodeGlobalId(
      'RedshiftSnapshot',
      'arn:aws:redshift:us-east-1:123456789012:snapshot:sales-warehouse/sales-2021-close',
    );
    const answers = [
      await ask('{ sources { accountName region service } }'),
      await ask(
        `mutation { deleteSnapshot(input: { snapshotId: "${id}", dryRun: true }) { __typename ... on Error { message } } }`,
      ),
      await ask(
        `mutation { shareSnapshot(input: { snapshotId: "${id}", accounts: ["999999999999"] }) { __typename } }`,
      ),
    ];
    await dev.stop();
    expect(answers).toMatchObject([
      { data: { sources: [{ accountName: 'ours', region: 'us-east-1', service: 'REDSHIFT' }] } },
      { data: { deleteSnapshot: { message: expect.stringContaining('has the hold tag team') } } },
      { data: { shareSnapshot: { __typename: 'ShareSnapshotPayload' } } },
    ]);
  });

  it('does not start if it cannot write the audit log', async () => {
    const file = join(folder, 'audit.yaml');
    writeFileSync(file, `audit: ${join(folder, 'nowhere/audit.jsonl')}\n`);
    const { code, out, err } = await run(['dev', '--port', '0', '--emulator-port', '0', '--config', file]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(/^snapgate: audit is .*, but this file cannot be written: ENOENT/);
  });

  it.each([
    ['token', [], 3, 'authentication.secret'],
    ['token', ['--hours', '0'], 2, 'greater than 0'],
    ['serve', [], 3, '--allow-anonymous'],
    ['serve', ['--allow-anonymous', '--host', '0.0.0.0'], 3, '--host is 0.0.0.0'],
    ['dev', ['--host', '0.0.0.0'], 3, '--host is 0.0.0.0'],
  ])('%s %j exits with status %i and reports what is missing', async (command, args, status, problem) => {
    const { code, out, err } = await run([command, ...args]);
    expect({ code, out }).toEqual({ code: status, out: '' });
    expect(err).toContain(problem);
  });
});
