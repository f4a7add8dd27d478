import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emulatedAws, start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { as, audience, issuer, secret } from '../support/tokens.ts';

const account = '123456789012';
const reader = '{ permissions: [SNAPSHOT_READ] }';
const operator = '{ permissions: [SNAPSHOT_READ, SNAPSHOT_TAG] }';

let folder: string;
let emulator: TestEmulator;
let serve: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  emulator = await startTestEmulator();
  write('secret', `${secret}\n`);
  configure(reader);
  serve = await start(['serve', '--port', '0', '--config', join(folder, 'snapgate.yaml')], emulatedAws(emulator.url));
});
afterEach(async () => {
  await serve.stop();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

/** Replaces a file as a whole, because the command can read it at any time. */
const write = (name: string, content: string) => {
  writeFileSync(join(folder, `${name}.new`), content);
  renameSync(join(folder, `${name}.new`), join(folder, name));
};
const configure = (grant: string, more = '') =>
  write(
    'snapgate.yaml',
    `
accounts: [{ id: "${account}", regions: [us-east-1] }]
authentication: { issuer: "${issuer}", audience: ${audience}, secret: { file: ${join(folder, 'secret')} } }
grants: [${grant}]
${more}
`,
  );

/** The log lines about reloads. */
const reloads = () =>
  serve
    .output()
    .split('\n')
    .filter((line) => /"msg":"[^"]*(?:[Rr]eload|Restart)/.test(line))
    .map((line) => JSON.parse(line) as { level: string; msg: string; problems?: string[] });

/** Reloads the configuration, and returns its log lines as soon as the last of them is written. */
async function reload(last: RegExp) {
  const before = reloads().length;
  serve.reload();
  await expect.poll(() => reloads().slice(before).at(-1)?.msg).toMatch(last);
  return reloads().slice(before);
}

async function ask(body: object) {
  const headers = { 'content-type': 'application/json', ...(await as()) };
  const url = serve.address('snapgate');
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as { data?: any; errors?: { extensions: { code: string } }[] };
}
const permissions = async () => (await ask({ query: '{ viewer { permissions } }' })).data?.viewer.permissions;

it('applies grants, limits, documents, prices and cursor keys on SIGHUP, and reports what has changed', async () => {
  write('documents.json', '{ "names": "{ __typename }" }');
  const more = `
documents: { file: ${join(folder, 'documents.json')} }
limits: { rootFields: 1 }
prices: { currency: EUR, gigabyteMonth: [{ service: redshift, price: 1 }] }
cursorKeys: ["${randomBytes(32).toString('base64')}"]
`;
  configure(operator, more);
  const lines = await reload(/Changed/);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'Reloaded the configuration. Changed: grants, limits, documents, prices, cursorKeys.',
  ]);
  expect(await permissions()).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_TAG']);
  expect((await ask({ query: '{ a: viewer { subject } b: viewer { subject } }' })).errors).toHaveLength(1);
  expect(await ask({ documentId: 'names' })).toMatchObject({ data: { __typename: 'Query' } });

  write('documents.json', '{ "other": "{ __typename }" }');
  expect(await reload(/Changed: documents\.$/)).toHaveLength(1);
  expect((await ask({ documentId: 'names' })).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  expect(await reload(/Changed: nothing\.$/)).toHaveLength(1);
});

it('rejects an invalid configuration as a whole, with every problem in one line and no secret', async () => {
  const canary = 'C4nary';
  write('documents.json', '{ "broken": "{ nothing }" }');
  configure(operator, `redis: http://user:${canary}@127.0.0.1\nlimits: { depth: 0 }`);
  const [invalid] = await reload(/Cannot reload/);
  configure(operator, `documents: { file: ${join(folder, 'documents.json')} }`);
  const [documents] = await reload(/Cannot reload/);
  configure(operator, `redis: "${canary}`);
  const [unreadable] = await reload(/Cannot reload/);
  rmSync(join(folder, 'snapgate.yaml'));
  const [missing] = await reload(/Cannot reload/);
  const [first, second] = invalid!.problems!;
  expect([first, second]).toEqual([
    expect.stringContaining('limits.depth: Too small'),
    expect.stringContaining('redis: must be the URL of a Redis server'),
  ]);
  expect(documents!.problems).toEqual([expect.stringContaining('Cannot query field')]);
  expect(unreadable!.problems).toEqual([expect.stringContaining('Missing closing')]);
  expect(missing!.problems).toEqual([expect.stringContaining('ENOENT')]);
  expect(serve.output()).not.toContain(canary);
  expect(await permissions()).toEqual(['SNAPSHOT_READ']);
});

it('names the changes that need a restart, and applies the others', async () => {
  configure(operator, 'redis: redis://127.0.0.1:1\nshutdown: { noticeSeconds: 0 }');
  write('secret', randomBytes(32).toString('base64'));
  const lines = await reload(/Restart/);
  expect(lines).toMatchObject([
    { level: 'info', msg: 'Reloaded the configuration. Changed: grants.' },
    { level: 'warn', msg: 'Restart the gateway to apply the changes of authentication, redis, shutdown.' },
  ]);
  expect(await permissions()).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_TAG']);
});

it('has the latest configuration after many signals, and fails no request meanwhile', async () => {
  const answers: Promise<unknown>[] = [];
  for (let round = 0; round < 50; round += 1) {
    configure(round % 2 ? operator : reader);
    serve.reload();
    answers.push(permissions());
    if (round % 10 === 0) await Promise.all(answers);
  }
  for (const answer of await Promise.all(answers)) expect(answer).toContain('SNAPSHOT_READ');
  await expect.poll(permissions).toEqual(['SNAPSHOT_READ', 'SNAPSHOT_TAG']);
});
