import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgressBar } from '../../src/doctor/progress-bar.ts';
import { run } from '../support/cli.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

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

async function doctor(configuration: string) {
  const path = join(folder, 'snapgate.yaml');
  writeFileSync(path, configuration);
  const { code, out, err } = await run(['doctor', '--config', path], {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  return { code, err, out: out.replaceAll(/\d+ ms/g, '9 ms').replaceAll(/ +$/gm, '') };
}

it('reports that all sources passed', async () => {
  const { code, out, err } = await doctor(`
accounts:
  - { id: "123456789012", name: production, regions: [us-east-1] }
  - { id: "012345678901", role: "arn:aws:iam::012345678901:role/snapgate", regions: [eu-west-1], services: [redshift] }
`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatchInlineSnapshot(`
    "ACCOUNT                    REGION     SERVICE     CREDENTIALS  ACTIONS  SLOWEST
    012345678901               eu-west-1  REDSHIFT    yes          2 of 2   9 ms
    123456789012 (production)  us-east-1  REDSHIFT    yes          2 of 2   9 ms
    123456789012 (production)  us-east-1  DOCUMENTDB  yes          4 of 4   9 ms

    3 of 3 sources passed all checks.
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
`);
  await emulator.control('DELETE', 'faults');
  expect(code).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "ACCOUNT       REGION     SERVICE     CREDENTIALS  ACTIONS  SLOWEST
    012345678901  eu-west-1  REDSHIFT    no           -        -
      AWS denied sts:AssumeRole in account 012345678901, region eu-west-1: the gateway may not assume the role. The operator of the gateway must check the trust policy and external ID of the role, and the permissions of the gateway. AccessDenied: An error injected by a fault rule.
    123456789012  us-east-1  REDSHIFT    yes          2 of 2   9 ms
    123456789012  us-east-1  DOCUMENTDB  yes          3 of 4   9 ms
      AWS denied rds:ListTagsForResource in account 123456789012, region us-east-1: the gateway lacks this permission. The operator of the gateway must grant it in IAM. AccessDenied: Not you.

    1 of 3 sources passed all checks.
    "
  `);
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
  expect(content['calls']).toEqual([expect.objectContaining({ action: 'GetCallerIdentity' })]);
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
  expect(drawOn(true)).toEqual([expect.stringMatching(/█{20}░{20} 1 of 2 sources$/), expect.stringMatching(/\[K$/)]);
});
