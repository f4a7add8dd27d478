import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { run, start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { root } from '../support/repository.ts';

let folder: string;
let emulator: TestEmulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  emulator = await startTestEmulator();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

const configuration = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const ask = async (url: string, query: string) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.json();
};

it('runs on the Node.js version that the package requires', () => {
  expect(Number.parseInt(process.versions.node, 10)).toBeGreaterThanOrEqual(24);
});

describe.concurrent('the command line', () => {
  it.each([
    [['--help'], ['dev', 'serve', 'emulator', 'doctor', 'token', 'schema']],
    [
      ['doctor', '--help'],
      ['--config', '--json'],
    ],
    [
      ['dev', '--help'],
      ['--port', '--host', '--emulator-port', '--emulator-host', '--snapshots', '--config'],
    ],
    [
      ['serve', '--help'],
      ['--port', '--host', '--config', '--allow-anonymous'],
    ],
    [
      ['emulator', '--help'],
      ['--host', '--emulator-port', '--emulator-host', '--snapshots'],
    ],
    [['schema', '--help'], ['--config']],
  ])('%j prints its commands and options', async (args, words) => {
    const { code, out, err } = await run(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const word of words) expect(out).toContain(`  ${word} `);
  });

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['serve', '--colour'], "unknown option '--colour'"],
    [['serve', '--emulator-port', '1'], "unknown option '--emulator-port'"],
    [['dev', 'now'], 'Expected 0 arguments but got 1: now'],
    [['emulator', '--snapshots', '100001'], 'whole number from 0 to 100000'],
  ])('%j fails and refers to --help', async (args, words) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('--help');
  });

  it.each([[[]], [['token', '--hours', '0']], [['doctor', '--format', 'xml']]])(
    '%j exits with status 2',
    async (args) => {
      const { code, out } = await run(args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
    },
  );

  it('prints its version', async () => {
    const { code, out } = await run(['--version']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('prints the schema', async () => {
    const { code, out } = await run(['schema']);
    expect(code).toBe(0);
    expect(buildSchema(out).getQueryType()?.getFields()).toHaveProperty('snapshots');
  });

  it.each([
    ['into `head`', 'schema | head -n 1', 'PIPE 141\n', /^$/],
    [
      'to a full disk',
      'schema > /dev/full',
      'PIPE 1\n',
      /^snapgate: The standard output cannot be written: ENOSPC.*\n$/,
    ],
  ])('ends without a stack trace if it prints %s', async (_where, command, out, err) => {
    const script = `node src/main.ts ${command}; echo "PIPE \${PIPESTATUS[0]}"`;
    const ended = await promisify(execFile)('bash', ['-c', script], { cwd: root });
    expect(ended.stdout.split('\n').slice(-2).join('\n')).toBe(out);
    expect(ended.stderr).toMatch(err);
  });

  it('prints the JSON Schema of the configuration file', async () => {
    const { code, out } = await run(['schema', '--config']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      $schema: expect.stringContaining('json-schema.org'),
      properties: { accounts: { type: 'array' }, cursorKeys: { type: 'array' } },
      additionalProperties: false,
    });
  });
});

describe('an invalid configuration', () => {
  it('is rejected with every problem in one message', async () => {
    const file = configuration(
      'wrong.yaml',
      `
accounts:
  - id: 012345678901
    regions: [moon]
    service: [redshift]
  - id: "123456789012"
    role: someone
    regions: []
    services: [s3]
cursorKeys: [short]
colour: red
`,
    );
    const { code, err } = await run(['serve', '--config', file], { PORT: '70000', HOST: '', SNAPGATE_CURSOR_KEY: 'x' });
    expect(code).toBe(3);
    const problems = err.replaceAll(file, 'wrong.yaml').replaceAll(/Allowed settings: .*/g, 'Allowed settings: …');
    expect(problems).toMatchInlineSnapshot(`
      "snapgate: HOST is empty. Set it to an address: 127.0.0.1 for this machine only, or 0.0.0.0 for all network interfaces.
      PORT is "70000". Set it to a port from 1 to 65535, or to 0 for a free port.
      wrong.yaml: accounts.0.id: must be a string: put the 12 digits in quotes, because YAML reads them as a number and drops leading zeros.
      wrong.yaml: accounts.0.regions.0: must be the name of an AWS region, such as eu-west-1.
      wrong.yaml: accounts.0: unknown settings: service. Allowed settings: …
      wrong.yaml: accounts.1.role: must be the ARN of an IAM role.
      wrong.yaml: accounts.1.regions: Too small: expected array to have >=1 items.
      wrong.yaml: accounts.1.services.0: Invalid option: expected one of "redshift"|"documentdb".
      wrong.yaml: cursorKeys.0: must be at least 32 random bytes in base64: create it with \`openssl rand -base64 32\`.
      wrong.yaml: top level: unknown settings: colour. Allowed settings: …
      SNAPGATE_CURSOR_KEY must be at least 32 random bytes in base64: create it with \`openssl rand -base64 32\`.
      "
    `);
  });

  it('includes both ports of dev', async () => {
    const { code, err } = await run(['dev', '--port', 'a'], { EMULATOR_PORT: '65536' });
    expect(code).toBe(3);
    expect(err).toMatchInlineSnapshot(`
      "snapgate: --port is "a". Set it to a port from 1 to 65535, or to 0 for a free port.
      EMULATOR_PORT is "65536". Set it to a port from 1 to 65535, or to 0 for a free port.
      "
    `);
  });

  it.each([
    ['that is not YAML', 'accounts: [', 'cannot be read: Flow sequence'],
    ['that is a list', '- id: "123456789012"', 'top level: Invalid input: expected object'],
    ['with an account twice', twice('"123456789012"', '"123456789012"'), 'accounts lists 123456789012 twice'],
    [
      'with a region twice',
      one('regions: [eu-west-1, us-east-1, eu-west-1]'),
      'accounts.0.regions: must not list a region twice',
    ],
    [
      'with a service twice',
      one('regions: [us-east-1], services: [redshift, redshift]'),
      'accounts.0.services: must not list a service twice',
    ],
    [
      'with two accounts without a role',
      twice('"123456789012"', '"012345678901"'),
      'accounts lists 123456789012, 012345678901 without a role. At most one account can be without a role',
    ],
    [
      'with a role of another account',
      one('regions: [us-east-1], role: "arn:aws:iam::210987654321:role/snapgate"'),
      'accounts.0.role: must be a role of this account',
    ],
    [
      'that allows sharing with any account',
      'sharing: { accounts: any }',
      'must be `configured`, or a list of account ids',
    ],
    [
      'with a number as a claim',
      'grants: [{ when: { level: 5 }, permissions: [SNAPSHOT_READ] }]',
      'grants.0.when.level: must be a string',
    ],
    [
      'with a cost with which every trusted document would be refused',
      'documents: { file: documents.json, cost: 200 }\nlimits: { cost: 100 }',
      'documents.cost is 200, but limits allow an operation at most 100 AWS calls',
    ],
    [
      'with a wildcard instead of the name of a header',
      "corsRequestHeaders: [traceparent, '*']",
      'corsRequestHeaders.1: must be the name of a header, such as x-request-id, without wildcards.',
    ],
    [
      'with fleet metrics that are not served',
      'telemetry: { fleet: {} }',
      'telemetry.fleet: requires telemetry.metrics, which serves the fleet metrics',
    ],
    ['with a number as an account id', twice('"123456789012"', '1234'), 'accounts.1.id: must be a string: put the 12'],
  ])('is a file %s', (name, content, problem) => {
    expect(() => readConfig({ config: configuration(`${name}.yaml`, content) }, undefined, {})).toThrow(problem);
  });

  it('is an empty path', () => {
    expect(() => readConfig({}, 'serve', { SNAPGATE_CONFIG: '' })).toThrow(
      /^The path of the configuration file is empty.*$/,
    );
  });

  it('is a path without a file', () => {
    const environment = { SNAPGATE_CONFIG: join(folder, 'none.yaml') };
    expect(() => readConfig({}, undefined, environment)).toThrow('none.yaml cannot be read: ENOENT');
  });
});

describe.concurrent('serve', () => {
  it.each([
    ['a region', { AWS_ACCESS_KEY_ID: '123456789012', AWS_SECRET_ACCESS_KEY: 'secret' }, 'Region is missing'],
    ['credentials', { AWS_REGION: 'us-east-1' }, 'Could not load credentials'],
  ])('does not start without %s, and starts no emulator', async (_name, environment, cause) => {
    const { code, out, err } = await run(['serve', '--allow-anonymous', '--port', '0'], { ...nowhere, ...environment });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('Set AWS_REGION and credentials');
    expect(err).toContain(cause);
  });

  it('reads the account of the environment', async () => {
    const gateway = await start(['serve', '--allow-anonymous', '--port', '0'], {
      ...nowhere,
      AWS_ENDPOINT_URL: emulator.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '000000000042',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    const answer = await ask(gateway.address('snapgate'), '{ sources { account region } snapshots { isComplete } }');
    const code = await gateway.stop();
    const here = { account: '000000000042', region: 'eu-west-1' };
    expect(answer).toMatchObject({ data: { sources: [here, here], snapshots: { isComplete: true } } });
    expect(code).toBe(0);
  });
});

it('serve warns about regions that AWS does not list, and about authentication without grants', async () => {
  const file = configuration(
    'doubtful.yaml',
    `
accounts:
  - { id: "123456789012", regions: [us-east-1, eu-cetral-1] }
authentication: { issuer: me, audience: snapgate, secret: ${randomBytes(32).toString('base64')} }
`,
  );
  const gateway = await start(['serve', '--port', '0', '--config', file], {
    ...nowhere,
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  await gateway.stop();
  const warnings = gateway.out.split('\n').filter((line) => line.includes('"level":"warn"'));
  expect(warnings.map((line) => JSON.parse(line).msg).filter((text) => !text.startsWith('cursorKeys'))).toEqual([
    '"eu-cetral-1" is not in the list of AWS regions of this version. Check the name, unless the region is new. Did you mean eu-central-1?',
    'authentication is configured without grants, so no caller has any permission. Configure grants.',
  ]);
});

describe('the credentials of another account', () => {
  const environment = () => ({
    ...nowhere,
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  const message =
    "snapgate: Account 012345678901 is configured without a role, but the gateway's own credentials belong to account 123456789012,";
  const ofOther = () =>
    configuration('other.yaml', 'accounts: [{ id: "012345678901", regions: [us-east-1, eu-west-1] }]');

  it.each([
    ['serve', ['--allow-anonymous', '--port', '0']],
    ['dev', ['--port', '0', '--emulator-port', '0']],
  ])('prevent the start of %s', async (command, flags) => {
    const { code, out, err } = await run([command, ...flags, '--config', ofOther()], environment());
    expect({ code, out: out.replaceAll(/^\{.*\n/gm, '') }).toEqual({ code: 3, out: '' });
    expect(err.startsWith(message)).toBe(true);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('are not noticed before the first request if AWS STS does not respond at the start', async () => {
    await emulator.control('POST', 'faults', [{ service: 'sts', kind: 'error', code: 'InternalFailure', status: 500 }]);
    const serve = await start(['serve', '--allow-anonymous', '--port', '0', '--config', ofOther()], environment());
    await emulator.control('DELETE', 'faults');
    const { data } = await ask(serve.address('snapgate'), '{ snapshots { sources { status error { message } } } }');
    await serve.stop();
    expect(serve.out).toContain('sts:GetCallerIdentity in account 012345678901');
    expect(new Set(data.snapshots.sources.map(({ status }: any) => status))).toEqual(new Set(['DENIED']));
  });
});

describe.concurrent('dev', () => {
  it('serves both services from the emulator', async () => {
    const both = await start(['dev', '--port', '0'], { EMULATOR_PORT: '0' });
    const page = '{ isComplete nodes { __typename } }';
    const answer = await ask(
      both.address('snapgate'),
      `{ redshift: snapshots(first: 1, filter: { services: [REDSHIFT] }) ${page}
         documentdb: snapshots(first: 1, filter: { services: [DOCUMENTDB] }) ${page} }`,
    );
    const calls = await fetch(`${both.address('emulator')}/_emulator/calls`);
    const code = await both.stop();
    expect(answer.data).toEqual({
      redshift: { isComplete: true, nodes: [{ __typename: 'RedshiftSnapshot' }] },
      documentdb: { isComplete: true, nodes: [{ __typename: 'DocumentDBSnapshot' }] },
    });
    expect(calls.status).toBe(200);
    expect(code).toBe(0);
  });
});

it.each([
  ['emulator', '--emulator-port'],
  ['dev', '--emulator-port'],
])('%s reports that its port is in use, and what to do', async (command, flag) => {
  const { host, port } = new URL(emulator.url);
  const { code, out, err } = await run([command, flag, port]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toBe(
    `snapgate: Cannot listen on ${host}: another program uses this port. Stop that program, or choose another port; --help lists the flags.\n`,
  );
});

it('doctor reports missing accounts if the configuration file is empty', async () => {
  const { code, err } = await run(['doctor', '--config', configuration('empty.yaml', '')], nowhere);
  expect(code).toBe(3);
  expect(err).toContain('No accounts are configured');
});

/** Hides the AWS profiles of the machine. */
const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };

function one(members: string): string {
  return `accounts: [{ id: "123456789012", ${members} }]`;
}

function twice(one: string, other: string): string {
  return `accounts:\n${[one, other].map((id) => `  - { id: ${id}, regions: [us-east-1] }\n`).join('')}`;
}
