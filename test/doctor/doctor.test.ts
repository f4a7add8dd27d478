import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgressBar } from '../../src/doctor/progress-bar.ts';
import { run } from '../support/cli.ts';
import { findingsOf } from './support.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const [secret, cursorKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

let emulator: TestEmulator;
let folder: string;
beforeAll(async () => {
  emulator = await startTestEmulator();
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

const environment = () => ({
  AWS_ENDPOINT_URL: emulator.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: '123456789012',
  AWS_SECRET_ACCESS_KEY: 'secret',
});

async function doctor(configuration: string, flags: readonly string[] = [], more: NodeJS.ProcessEnv = {}) {
  const path = join(folder, 'snapgate.yaml');
  writeFileSync(path, configuration);
  const { code, out, err } = await run(['doctor', '--config', path, ...flags], { ...environment(), ...more });
  return { code, err, out: out.replaceAll(/\d+ ms/g, '9 ms').replaceAll(/ +$/gm, '') };
}

const access = `
authentication: { issuer: me, audience: snapgate, secret: ${secret} }
grants: [{ permissions: [SNAPSHOT_READ, SNAPSHOT_DELETE] }]
`;

it('reports every check, first those that need no AWS', async () => {
  const { code, out, err } = await doctor(`
accounts:
  - { id: "123456789012", name: production, regions: [us-east-1] }
  - { id: "012345678901", role: "arn:aws:iam::012345678901:role/snapgate", regions: [eu-west-1], services: [redshift] }
${access}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatchInlineSnapshot(`
    "STATUS     CHECK    TARGET                                                   RESULT
    OK         grants   configuration                                            1 configured.
    OK         regions  configuration                                            AWS lists all of them.
    OK         audit    stdout                                                   Writable.
    OK         issuer   me                                                       A shared secret.
    OK         clock    AWS STS                                                  Agrees with that of AWS.
    OK         role     012345678901                                             Assumed for reads and for changes.
    OK         role     123456789012 (production)                                The gateway's own credentials.
    OK         read     012345678901/eu-west-1/REDSHIFT                          2 of 2 actions, in 9 ms.
    OK         read     123456789012/us-east-1/REDSHIFT                          2 of 2 actions, in 9 ms.
    OK         read     123456789012/us-east-1/DOCUMENTDB                        4 of 4 actions, in 9 ms.
    OK         write    012345678901 redshift:CreateClusterSnapshot and 22 more  Allowed.
    UNCHECKED  write    123456789012 redshift:CreateClusterSnapshot and 32 more
      IAM does not simulate the root user.
    OK         kms      012345678901/eu-west-1                                   kms:DescribeKey is allowed.
    OK         kms      123456789012/us-east-1                                   kms:DescribeKey is allowed.

    68 checks: 35 OK, 0 WARNING, 0 PROBLEM, 33 UNCHECKED.
    "
  `);
});

it('reports each denied action and exits with status 1', async () => {
  await emulator.control('POST', 'faults', [
    {
      action: 'ListTagsForResource',
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      message: 'Not you.\nTry again.',
    },
    { action: 'AssumeRole', kind: 'error', code: 'AccessDenied', status: 403 },
  ]);
  const { code, out } = await doctor(`
accounts:
  - { id: "123456789012", regions: [us-east-1] }
  - { id: "012345678901", role: "arn:aws:iam::012345678901:role/snapgate", regions: [eu-west-1], services: [redshift] }
${access}`);
  await emulator.control('DELETE', 'faults');
  expect(code).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "STATUS     CHECK    TARGET                                                   RESULT
    OK         grants   configuration                                            1 configured.
    OK         regions  configuration                                            AWS lists all of them.
    OK         audit    stdout                                                   Writable.
    OK         issuer   me                                                       A shared secret.
    OK         clock    AWS STS                                                  Agrees with that of AWS.
    PROBLEM    role     012345678901
      AWS denied sts:AssumeRole in account 012345678901, region eu-west-1: the gateway may not assume the role. The operator of the gateway must check the trust policy and external ID of the role, and the permissions of the gateway. AccessDenied: An error injected by a fault rule.
      If AWS denies sts:AssumeRole, the trust policy of arn:aws:iam::012345678901:role/snapgate does not allow the gateway's own identity, or that identity lacks the permission sts:AssumeRole. No external ID is configured: a condition on sts:ExternalId in the trust policy denies the role. A condition on sts:RoleSessionName must allow snapgate and snapgate-*.
    OK         role     123456789012                                             The gateway's own credentials.
    UNCHECKED  read     012345678901/eu-west-1/REDSHIFT
      There are no credentials: see the role of this account.
    OK         read     123456789012/us-east-1/REDSHIFT                          2 of 2 actions, in 9 ms.
    PROBLEM    read     123456789012/us-east-1/DOCUMENTDB
      Only 3 of 4 actions succeeded.
      AWS denied rds:ListTagsForResource in account 123456789012, region us-east-1: the gateway lacks this permission. The operator of the gateway must grant it in IAM. AccessDenied: Not you.
    UNCHECKED  write    012345678901 redshift:CreateClusterSnapshot and 22 more
      To check this, allow iam:SimulatePrincipalPolicy for arn:aws:iam::012345678901:role/snapgate. AWS denied sts:AssumeRole in account 012345678901, region eu-west-1: the gateway may not assume the role. The operator of the gateway must check the trust policy and external ID of the role, and the permissions of the gateway. AccessDenied: An error injected by a fault rule.
    UNCHECKED  write    123456789012 redshift:CreateClusterSnapshot and 32 more
      IAM does not simulate the root user.
    WARNING    kms      012345678901/eu-west-1
      kms:DescribeKey is optional, but denied in account 012345678901: kmsKey is an error, and keys of copies must be those in sharing.kmsKeys. AWS denied sts:AssumeRole in account 012345678901, region eu-west-1: the gateway may not assume the role. The operator of the gateway must check the trust policy and external ID of the role, and the permissions of the gateway. AccessDenied: An error injected by a fault rule.
    OK         kms      123456789012/us-east-1                                   kms:DescribeKey is allowed.

    68 checks: 8 OK, 1 WARNING, 2 PROBLEM, 57 UNCHECKED.
    "
  `);
});

it('prints JSON with the most severe status', async () => {
  const { code, out } = await doctor(
    `accounts: [{ id: "123456789012", regions: [us-east-1, eu-wst-1], services: [redshift] }]\n${access}`,
    ['--json'],
  );
  const { status, checks, ...others } = JSON.parse(out);
  expect({ code, status, others }).toEqual({ code: 0, status: 'WARNING', others: {} });
  expect(checks.find(({ name }: any) => name === 'regions')).toEqual({
    name: 'regions',
    target: 'configuration',
    status: 'WARNING',
    message: expect.stringContaining('Did you mean eu-west-1?'),
  });
  for (const check of checks) expect(Object.keys(check)).toEqual(['name', 'target', 'status', 'message']);
});

it('reports an audit log and trusted documents that cannot be used', async () => {
  const { code, out } = await doctor(`
accounts: [{ id: "123456789012", regions: [us-east-1], services: [redshift] }]
audit: ${join(folder, 'nowhere/audit.jsonl')}
documents: { file: ${join(folder, 'documents.json')} }
${access}`);
  expect(code).toBe(1);
  expect(out).toMatch(/^PROBLEM +audit .*\n {2}audit is .*cannot be written: ENOENT/m);
  expect(out).toMatch(/^PROBLEM +documents .*\n {2}.*documents\.json/m);
});

it('ends even if AWS never responds', async () => {
  await emulator.control('POST', 'faults', [{ kind: 'hang' }]);
  const { code, out } = await doctor(
    `accounts: [{ id: "123456789012", regions: [us-east-1] }]\naws: { timeouts: { callSeconds: 1 } }\n${access}`,
  );
  await emulator.control('DELETE', 'faults');
  expect(code).toBe(1);
  expect(out).toMatch(/^PROBLEM +role .*\n {2}.*did not respond/m);
});

it('ends a check that takes too long', async () => {
  const hanging = { name: 'redis', target: 'any', run: () => new Promise<never>(() => {}) };
  const [finding] = await findingsOf([hanging], { seconds: 0.01 });
  expect(finding).toMatchObject({ status: 'PROBLEM', message: 'The check did not end within 0.01 seconds.' });
});

it('prints no secret, even if a server repeats it', async () => {
  const repeated = 'canary-external-id';
  await emulator.control('POST', 'faults', [
    { action: 'AssumeRole', kind: 'error', code: 'AccessDenied', status: 403, message: `Not ${repeated}.` },
  ]);
  const configuration = `
accounts:
  - { id: "123456789012", regions: [us-east-1], services: [redshift] }
  - { id: "012345678901", role: "arn:aws:iam::012345678901:role/a", externalId: ${repeated}, regions: [us-east-1] }
cursorKeys: [${cursorKey}]
redis: redis://ada:canary%2Dredis@127.0.0.1:1
${access}`;
  const more = { HTTPS_PROXY: 'http://ada:canary%2Dproxy@127.0.0.1:1', AWS_SECRET_ACCESS_KEY: 'canary-aws' };
  const results = [await doctor(configuration, [], more), await doctor(configuration, ['--json'], more)];
  await emulator.control('DELETE', 'faults');
  for (const { code, out, err } of results) {
    expect(code).toBe(1);
    expect(out).toContain('(hidden)');
    for (const canary of ['canary', secret, cursorKey]) expect(out + err).not.toContain(canary);
  }
});

it('reports which proxy is used, and that NO_PROXY or a loopback address avoids it', async () => {
  const { out } = await doctor(`accounts: [{ id: "123456789012", regions: [us-east-1] }]\n${access}`, [], {
    HTTP_PROXY: 'http://ada:topsecret@127.0.0.1:1',
  });
  expect(out).toMatch(/^OK +proxy +HTTP_PROXY http:\/\/127\.0\.0\.1:1 +127\.0\.0\.1 responded without a proxy/m);
});

it('reports credentials of another account', async () => {
  const { code, out } = await doctor(`
accounts:
  - { id: "012345678901", regions: [us-east-1], services: [redshift] }
`);
  expect(code).toBe(1);
  expect(out).toContain(
    "Account 012345678901 is configured without a role, but the gateway's own credentials belong to account 123456789012",
  );
  expect(out).toContain('AWS STS returned the identity arn:aws:iam::123456789012:root.');
});

it('calls AWS only to identify credentials of another account, once for all sources', async () => {
  await emulator.control('DELETE', 'calls');
  await doctor('accounts: [{ id: "012345678901", regions: [us-east-1, eu-west-1] }]');
  const { content } = await emulator.control('DELETE', 'calls');
  const actions = (content['calls'] as { action: string }[]).map(({ action }) => action);
  // One for the check of the account, and one for the clock.
  expect(actions).toEqual(['GetCallerIdentity', 'GetCallerIdentity']);
});

it('does not send real credentials to an endpoint outside AWS', async () => {
  await emulator.control('DELETE', 'calls');
  const { code, out, err } = await run(['doctor'], {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  const { content } = await emulator.control('DELETE', 'calls');
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toContain('AWS_ENDPOINT_URL is');
  expect(content['calls']).toEqual([]);
});

describe('the profile of the SDK', () => {
  const check = async (profile: string, environment: NodeJS.ProcessEnv = {}, credentials = '') => {
    await emulator.control('DELETE', 'calls');
    const [path, credentialsPath] = ['aws-config', 'aws-credentials'].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    writeFileSync(path, profile);
    writeFileSync(credentialsPath, credentials);
    const { code, err } = await run(['doctor'], {
      AWS_CONFIG_FILE: path,
      AWS_SHARED_CREDENTIALS_FILE: credentialsPath,
      AWS_REGION: 'us-east-1',
      ...environment,
    });
    const { content } = await emulator.control('DELETE', 'calls');
    return { code, err, calls: (content['calls'] as unknown[]).length };
  };
  const keys = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key = secret\n`;
  const real = 'AKIAIOSFODNN7EXAMPLE';

  it.each([
    ['an endpoint outside AWS', () => `[default]\nendpoint_url = http://10.0.0.1/\n${keys(real)}`, {}],
    ['keys that are not known', () => '[default]\nendpoint_url = http://10.0.0.1/\ncredential_process = echo {}', {}],
    [
      'an endpoint outside AWS for one service',
      () => `[default]\nservices = mine\n${keys(real)}[services mine]\nsts =\n  endpoint_url = https://sts.example.com`,
      {},
    ],
    [
      'an endpoint on this machine, but keys of the environment',
      () => `[default]\nendpoint_url = ${emulator.url}`,
      { AWS_ACCESS_KEY_ID: real, AWS_SECRET_ACCESS_KEY: 'secret' },
    ],
    [
      'an emulated key without a secret, which is not used',
      () => `[default]\nendpoint_url = http://10.0.0.1/\naws_access_key_id = ${home}\ncredential_process = echo {}`,
      {},
    ],
    [
      'an emulated key, but a role that is assumed with other keys',
      () =>
        `[default]\nendpoint_url = http://10.0.0.1/\n${keys(home)}role_arn = arn:aws:iam::${home}:role/a\nsource_profile = real\n[profile real]\n${keys(real)}`,
      {},
    ],
    [
      'an emulated key in the environment without a secret',
      () => `[default]\nendpoint_url = http://10.0.0.1/\n${keys(real)}`,
      { AWS_ACCESS_KEY_ID: home },
    ],
    [
      'an endpoint that the profile ignores, but the environment does not',
      () => `[default]\nendpoint_url = http://10.0.0.1/\nignore_configured_endpoint_urls = true\n${keys(real)}`,
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' },
    ],
  ])('prevents the start with %s', async (_name, profile, environment) => {
    const { code, err, calls } = await check(profile(), environment);
    expect({ code, calls }).toEqual({ code: 3, calls: 0 });
    expect(err).toMatch(/endpoint_url of the (profile default|services section mine) is "http.*is not an AWS endpoint/);
  });

  it.each([
    ['', `[default]\n${keys(real)}`, ''],
    // The SDK prefers the keys of the credentials file.
    [' of the credentials file', `[default]\n${keys(home)}`, `[default]\n${keys(real)}`],
  ])('cannot have keys%s that would be used instead of a web identity token', async (_name, config, credentials) => {
    const pod = {
      AWS_ENDPOINT_URL: emulator.url,
      AWS_ROLE_ARN: `arn:aws:iam::${home}:role/pod`,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
    };
    const { code, err, calls } = await check(config, pod, credentials);
    expect({ code, calls }).toEqual({ code: 3, calls: 0 });
    expect(err).toContain('AWS_ENDPOINT_URL is "http');
  });

  it('can have keys of its own and an endpoint on this machine', async () => {
    const { code, err, calls } = await check(
      `[default]\nendpoint_url = ${emulator.url}\n${keys('ASIAIOSFODNN7EXAMPLE')}`,
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(calls).toBeGreaterThan(0);
  });
});

it('draws a progress bar only on a terminal', () => {
  const drawOn = (isTTY: boolean) => {
    const drawn: string[] = [];
    const bar = createProgressBar({ isTTY, write: (text) => drawn.push(text) }, 2);
    bar.step();
    bar.clear();
    return drawn;
  };
  expect(drawOn(false)).toEqual([]);
  expect(drawOn(true)).toEqual([expect.stringMatching(/█{20}░{20} 1 of 2 checks$/), expect.stringMatching(/\[K$/)]);
});
