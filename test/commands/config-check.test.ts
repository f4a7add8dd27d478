import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPage } from '../docs/page.ts';
import { run } from '../support/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
const secret = randomBytes(32).toString('base64');

it('a valid configuration has no problem, and is checked without the SDK, the emulator and a trace', async () => {
  const documents = file('documents.json', '{ "one": "{ snapshots { nodes { arn } } }" }');
  const settings = `
accounts: [{ id: "123456789012", regions: [us-east-1] }]
authentication: { issuer: me, audience: snapgate, secret: { env: OUR_SECRET } }
grants: [{ permissions: [SNAPSHOT_READ] }]
cursorKeys: [{ env: OUR_SECRET }]
audit: ${join(folder, 'audit.jsonl')}
`;
  const loaded = join(folder, 'loaded.txt');
  const { code, out, err } = await run(['config', 'check', '--json', '--config', file('valid.yaml', settings)], {
    ...nowhere,
    OUR_SECRET: secret,
    LOADED_MODULES: loaded,
    NODE_OPTIONS: `--import=${new URL('../support/loaded-modules.ts', import.meta.url).href}`,
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { status, checks } = JSON.parse(out);
  expect({ status, names: checks.map(({ name }: any) => name) }).toEqual({
    status: 'OK',
    names: ['settings', 'grants', 'regions', 'audit', 'callers', 'cursorKeys'],
  });
  expect(existsSync(join(folder, 'audit.jsonl'))).toBe(false);
  const modules = readFileSync(loaded, 'utf8');
  expect(modules).toContain('/src/doctor/offline.ts');
  expect(modules).not.toMatch(/@aws-sdk\/client-|\/src\/emulator\//);
  const withDocuments = `${settings}documents: { file: ${documents} }\n`;
  const checked = await run(['config', 'check', '--config', file('documents.yaml', withDocuments)], {
    ...nowhere,
    OUR_SECRET: secret,
  });
  expect(checked).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^OK +documents .*documents\.json +All documents are valid\.$/m),
  });
});

it('problems and doubts are printed, without secrets', async () => {
  const doubtful = file(
    'doubtful.yaml',
    `
accounts: [{ id: "123456789012", regions: [us-east-1] }]
authentication: { issuer: me, audience: snapgate, secret: ${secret} }
cli: { grants: [{ permissions: [SNAPSHOT_READ], accounts: ["210987654321"], regions: [eu-cetral-1] }] }
audit: ${join(folder, 'missing', 'audit.jsonl')}
documents: { file: ${file('invalid.json', '{ "one": "{ nothing }" }')} }
`,
  );
  const { code, out, err } = await run(['config', 'check'], { ...nowhere, SNAPGATE_CONFIG: doubtful });
  expect({ code, err }).toEqual({ code: 3, err: '' });
  expect(out).not.toContain(secret);
  for (const part of [
    'WARNING  grants      configuration\n  authentication is configured without grants',
    'cli.grants.0.accounts has 210987654321, which is not a configured account.',
    'Did you mean eu-central-1?',
    'cursorKeys is not configured',
    'this file cannot be written: ENOENT',
    'Cannot query field "nothing"',
  ]) {
    expect(out).toContain(part);
  }
  const invalid = file(
    'invalid.yaml',
    `authentication: { issuer: me, audience: snapgate, secret: { env: NOTHING } }\nredis: ${secret}\n`,
  );
  const wrong = await run(['config', 'check', '--config', invalid, '--json'], nowhere);
  expect(wrong.code).toBe(3);
  expect(JSON.parse(wrong.out)).toMatchObject({
    status: 'PROBLEM',
    checks: [{ name: 'settings', target: invalid }, {}],
  });
  expect(wrong.out).toContain('NOTHING');
  expect(wrong.out).not.toContain(secret);
});

it('the page about the shell names every command', async () => {
  const { out } = await run(['--help']);
  const commands = [...out.matchAll(/^  ([a-z]+)(?: \[options\]|$| {2})/gm)].map(([, name]) => name);
  expect(commands).toEqual(expect.arrayContaining(['query', 'snapshots', 'clusters', 'config', 'serve']));
  const { text } = readPage('docs/command-line.md');
  const rows = [...text.matchAll(/^\| `snapgate ([a-z]+)/gm)].map(([, name]) => name);
  expect(commands.filter((name) => name !== 'help' && !rows.includes(name))).toEqual([]);
});

it('a missing file is a usage error, and help loads only the command line', async () => {
  expect(await run(['config', 'check'], nowhere)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('--config'),
  });
  const loaded = join(folder, 'help.txt');
  const help = await run(['query', '--help'], {
    LOADED_MODULES: loaded,
    NODE_OPTIONS: `--import=${new URL('../support/loaded-modules.ts', import.meta.url).href}`,
  });
  expect(help).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/Exit codes: 0 complete.*\n4 partial/) });
  const packages = readFileSync(loaded, 'utf8').match(/(?<=\/node_modules\/)(?:@[^/]+\/)?[^/]+/g);
  expect([...new Set(packages)]).toEqual(['commander']);
});

it('ends without a trace if nothing reads its output', async () => {
  const child = spawn(process.execPath, ['src/main.ts', 'config', 'check', '--config', file('empty.yaml', '')]);
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const [code] = await once(child, 'close');
  expect({ code, errors }).toEqual({ code: 141, errors: '' });
});
