import { DescribeClustersCommand } from '@aws-sdk/client-redshift';
import { AssumeRoleCommand, GetCallerIdentityCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const other = '012345678901';

const emulator = await useEmulator();
beforeAll(async () => {
  await emulator.load({
    clusters: [{ service: 'redshift', account: other, region: 'us-east-1', ClusterIdentifier: 'theirs' }],
  });
});

const assume = (input: Partial<AssumeRoleCommandInput> = {}) =>
  emulator.sts().send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${other}:role/team/snapgate`,
      RoleSessionName: 'session',
      ExternalId: 'snapgate-dev',
      Tags: [{ Key: 'purpose', Value: 'test' }],
      ...input,
    }),
  );

function callerOf(keys: Awaited<ReturnType<typeof assume>>) {
  const { AccessKeyId = '', SessionToken = '' } = keys.Credentials ?? {};
  return { account: AccessKeyId, sessionToken: SessionToken };
}

describe('a caller', () => {
  it.each([
    ['account of a 12-digit access key id', other, 'us-east-1', other, 'aws'],
    ['default account for any other access key id', 'AKIAIOSFODNN7EXAMPLE', 'us-east-1', home, 'aws'],
    ['partition aws-cn in a China region', other, 'cn-north-1', other, 'aws-cn'],
    ['partition aws-us-gov in a GovCloud region', other, 'us-gov-west-1', other, 'aws-us-gov'],
  ])('has the %s', async (_, account, region, expected, partition) => {
    const { Account, Arn } = await emulator.sts({ account, region }).send(new GetCallerIdentityCommand());
    expect([Account, Arn]).toEqual([expected, `arn:${partition}:iam::${expected}:root`]);
  });

  it('has the identity and account of the role that it assumes', async () => {
    const keys = await assume();
    expect(keys.Credentials?.AccessKeyId).toMatch(/^ASIA/);
    const caller = callerOf(keys);
    const { Account, Arn } = await emulator.sts(caller).send(new GetCallerIdentityCommand());
    expect([Account, Arn]).toEqual([other, `arn:aws:sts::${other}:assumed-role/snapgate/session`]);
    const { Clusters } = await emulator.redshift(caller).send(new DescribeClustersCommand({}));
    expect(Clusters?.map(({ ClusterIdentifier }) => ClusterIdentifier)).toEqual(['theirs']);
  });

  it('has the same identity in every region, which is recorded and can be disturbed by region', async () => {
    await emulator.control('DELETE', 'calls');
    const rule = {
      kind: 'error',
      service: 'sts',
      action: 'GetCallerIdentity',
      region: 'eu-west-1',
      code: 'AccessDenied',
    };
    await emulator.control('POST', 'faults', [rule]);
    const ask = (region: string) => emulator.sts({ account: other, region }).send(new GetCallerIdentityCommand());
    expect((await ask('us-east-1')).Account).toBe(other);
    expect(await refusal(ask('eu-west-1'))).toMatchObject({ code: 'AccessDenied' });
    await emulator.control('DELETE', 'faults');
    expect((await ask('eu-west-1')).Account).toBe(other);
    const call = { service: 'sts', action: 'GetCallerIdentity', account: other };
    expect((await emulator.control('GET', 'calls')).content['calls']).toMatchObject([
      { ...call, region: 'us-east-1', status: 200 },
      { ...call, region: 'eu-west-1', code: 'AccessDenied', disturbance: 'error' },
      { ...call, region: 'eu-west-1', status: 200 },
    ]);
  });

  it('keeps its issued keys until they expire, even if the world is replaced', async () => {
    const caller = callerOf(await assume({ DurationSeconds: 900 }));
    const ask = () => emulator.sts(caller).send(new GetCallerIdentityCommand());
    await emulator.load({ now: '2001-01-01T00:00:00Z' });
    expect((await ask()).Account).toBe(other);
    await emulator.control('POST', 'clock', { advanceSeconds: 901 });
    expect(await refusal(ask())).toMatchObject({ code: 'ExpiredToken', status: 403 });
  });

  it('must send the session token of its issued keys', async () => {
    const { account } = callerOf(await assume());
    const stolen = emulator.sts({ account, sessionToken: 'guess' });
    expect(await refusal(stolen.send(new GetCallerIdentityCommand()))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    });
  });
});

describe('misuse', () => {
  it.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['the ARN of a user', { RoleArn: `arn:aws:iam::${other}:user/somebody-or-other` }, 'ValidationError'],
    ['no ARN', { RoleArn: undefined }, 'ValidationError'],
    ['no session name', { RoleSessionName: undefined }, 'ValidationError'],
    ['a session name with a space', { RoleSessionName: 'a b' }, 'ValidationError'],
    ['a session of 60 seconds', { DurationSeconds: 60 }, 'ValidationError'],
    ['a role of another partition', { RoleArn: `arn:aws-cn:iam::${other}:role/snapgate` }, 'ValidationError'],
    ['an external id of one character', { ExternalId: 'x' }, 'ValidationError'],
  ])('rejects %s', async (_, input, code) => {
    expect(await refusal(assume(input))).toMatchObject({ code, status: 400 });
  });

  it.each([
    // AWS's texts, from reports of users.
    [
      'a b',
      "Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [
      'a',
      "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
  ])("rejects the session name %o with AWS's text", async (RoleSessionName, text) => {
    await expect(assume({ RoleSessionName })).rejects.toThrow(`1 validation error detected: ${text}`);
  });
});
