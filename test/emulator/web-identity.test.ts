import { fromTokenFile } from '@aws-sdk/credential-providers';
import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
} from '@aws-sdk/client-sts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { start } from '../support/cli.ts';
import { refusal, startTestEmulator, type TestEmulator, type WorldJson } from '../support/emulator.ts';
import { eks, identityToken } from './identity-token.ts';

const account = '210987654321';
const RoleArn = `arn:aws:iam::${account}:role/snapgate-eks`;
const provider = `arn:aws:iam::${account}:oidc-provider/${eks}`;
const subject = 'system:serviceaccount:default:snapgate';

const world: WorldJson = {
  roles: [
    {
      account,
      RoleName: 'snapgate-eks',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: provider },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${eks}:sub`]: subject, [`${eks}:aud`]: 'sts.amazonaws.com' } },
          },
        ],
      },
      MaxSessionDuration: 7200,
    },
    { account, RoleName: 'closed', AssumeRolePolicyDocument: { Statement: [] } },
    { account, RoleName: 'open' },
  ],
  clusters: [{ service: 'redshift', account, region: 'us-east-1', ClusterIdentifier: 'sales' }],
};

let emulator: TestEmulator;
let folder: string;
beforeAll(async () => {
  emulator = await startTestEmulator({ world });
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});
beforeEach(() => emulator.control('POST', 'reset'));

const assume = (WebIdentityToken: string, input: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
  emulator
    .sts()
    .send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'pod', WebIdentityToken, ...input }));

async function failure(call: Promise<unknown>) {
  const message = await call.then(
    () => 'the call succeeded',
    (error: Error) => error.message,
  );
  return { ...(await refusal(call)), message };
}

describe('AssumeRoleWithWebIdentity', () => {
  it('returns keys of the role, and the identity of the token, without credentials', async () => {
    await emulator.control('DELETE', 'calls');
    const token = identityToken();
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn,
      RoleSessionName: 'pod',
      WebIdentityToken: token,
    });
    expect((await fetch(emulator.url, { method: 'POST', body })).status).toBe(200);
    const { Credentials, ...rest } = await assume(token);
    expect(rest).toMatchObject({
      SubjectFromWebIdentityToken: subject,
      Audience: 'sts.amazonaws.com',
      Provider: provider,
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/snapgate-eks/pod` },
    });
    const caller = { account: Credentials?.AccessKeyId ?? '', sessionToken: Credentials?.SessionToken ?? '' };
    expect((await emulator.sts(caller).send(new GetCallerIdentityCommand())).Arn).toBe(rest.AssumedRoleUser?.Arn);
    const { content } = await emulator.control('GET', 'calls');
    expect(JSON.stringify(content)).not.toContain(token);
  });

  it.each<[string, string, string, string]>([
    ['a text that is no JWT', 'no.jwt', 'InvalidIdentityToken', 'The ID Token provided is not a valid JWT.'],
    ['a JWT without a JSON payload', 'a.b.c', 'InvalidIdentityToken', 'The ID Token provided is not a valid JWT.'],
    ['a token without a subject', identityToken({ sub: undefined as never }), 'InvalidIdentityToken', 'sub'],
    ['a token without an expiry', identityToken({ exp: undefined as never }), 'InvalidIdentityToken', 'exp'],
    ['an issuer without TLS', identityToken({ iss: 'http://issuer.example' }), 'InvalidIdentityToken', 'iss'],
    [
      // aws/aws-sdk-java-v2#5709
      'an expired token',
      identityToken({ exp: 1_731_095_240 }),
      'ExpiredTokenException',
      'must be before the expiration date/time 1731095240',
    ],
    [
      // aws-actions/configure-aws-credentials#721
      'an issuer that no role of the account names',
      identityToken({ iss: 'https://token.actions.githubusercontent.com' }),
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    ],
  ])('rejects %s', async (_, token, code, message) => {
    expect(await failure(assume(token))).toMatchObject({
      code,
      status: 400,
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, string, Partial<AssumeRoleWithWebIdentityCommandInput>]>([
    ['another subject', identityToken({ sub: 'system:serviceaccount:default:other' }), {}],
    ['another audience', identityToken({ aud: 'other' }), {}],
    ['a role that does not trust the issuer', identityToken(), { RoleArn: `arn:aws:iam::${account}:role/closed` }],
    ['a role that does not exist', identityToken(), { RoleArn: `arn:aws:iam::${account}:role/none` }],
  ])('denies %s', async (_, token, input) => {
    // aws/aws-sdk-net#1522
    expect(await failure(assume(token, input))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  it('accepts any issuer for a role without a trust policy, and in an account without roles', async () => {
    const token = identityToken({ iss: 'https://issuer.example' });
    await assume(token, { RoleArn: `arn:aws:iam::${account}:role/open` });
    await assume(token, { RoleArn: 'arn:aws:iam::012345678901:role/any' });
  });

  it('does not allow AssumeRole, and its sessions are limited by the role, not by role chaining', async () => {
    await assume(identityToken(), { DurationSeconds: 7200 });
    expect(await failure(assume(identityToken(), { DurationSeconds: 7201 }))).toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  it('compares the expiry with the real time plus the advanced time, not with the date of the world', async () => {
    const token = identityToken({ exp: Math.floor(Date.now() / 1000) + 3600 });
    await emulator.load({ ...world, now: '2090-01-01T00:00:00Z', frozen: true });
    await assume(token);
    await emulator.control('POST', 'clock', { advanceSeconds: 3601 });
    expect(await failure(assume(token))).toMatchObject({ code: 'ExpiredTokenException' });
  });
});

describe('the credentials of a pod of Amazon EKS', () => {
  const tokenFile = () => {
    const path = join(folder, 'token');
    writeFileSync(path, identityToken());
    return path;
  };

  it('are those of the role, in the SDK', async () => {
    const client = new RedshiftClient({
      endpoint: emulator.url,
      region: 'us-east-1',
      credentials: fromTokenFile({
        roleArn: RoleArn,
        webIdentityTokenFile: tokenFile(),
        clientConfig: { endpoint: emulator.url, region: 'us-east-1' },
      }),
    });
    const { Clusters } = await client.send(new DescribeClustersCommand({}));
    expect(Clusters?.map(({ ClusterIdentifier }) => ClusterIdentifier)).toEqual(['sales']);
  });

  it('are those of the role, in the gateway', async () => {
    const gateway = await start(['serve', '--allow-anonymous', '--port', '0'], {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_ENDPOINT_URL: emulator.url,
      AWS_REGION: 'us-east-1',
      AWS_ROLE_ARN: RoleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(),
    });
    const query = '{ sources { account } clusters(first: 5) { nodes { identifier } } }';
    const response = await fetch(gateway.address('snapgate'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data }: any = await response.json();
    await gateway.stop();
    expect(data).toEqual({ sources: [{ account }, { account }], clusters: { nodes: [{ identifier: 'sales' }] } });
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toContainEqual(
      expect.objectContaining({ action: 'DescribeClusters', role: RoleArn, status: 200 }),
    );
  });
});
