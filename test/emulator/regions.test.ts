import { ListAliasesCommand } from '@aws-sdk/client-kms';
import { DescribeDBClustersCommand } from '@aws-sdk/client-docdb';
import { DescribeClustersCommand } from '@aws-sdk/client-redshift';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import { home, refusal, useEmulator, type Caller, type WorldJson } from '../support/emulator.ts';
import { accounts, startGateway } from '../support/gateway.ts';

const other = '210987654321';
const region = 'ap-east-1';

const emulator = await useEmulator();

type RegionJson = NonNullable<WorldJson['regions']>[number];

const load = (...regions: RegionJson[]) => emulator.load({ now: '2026-03-01T00:00:00Z', frozen: true, regions });
const assume = (caller: Caller, account = home) =>
  emulator
    .sts(caller)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/reader`, RoleSessionName: 'session' }));
const outcomes = async (caller: Caller) => ({
  redshift: (await refusal(emulator.redshift(caller).send(new DescribeClustersCommand({})))).code,
  rds: (await refusal(emulator.docdb(caller).send(new DescribeDBClustersCommand({})))).code,
  identity: (await refusal(emulator.sts(caller).send(new GetCallerIdentityCommand()))).code,
});
const all = (code: string | undefined) => ({ redshift: code, rds: code, identity: code });

describe('a region that is not enabled', () => {
  it('rejects the calls of every account, with the text of AWS', async () => {
    await load({ region, RegionOptStatus: 'DISABLED' });
    expect(await outcomes({ region })).toEqual(all('InvalidClientTokenId'));
    expect(await outcomes({ region, account: other })).toEqual(all('InvalidClientTokenId'));
    expect(await outcomes({ region: 'eu-west-1' })).toEqual(all(undefined));
    // aws/aws-sdk-java#2119 (Amazon Redshift) and boto/boto3#2381 (Amazon RDS) quote this answer.
    const call = emulator.redshift({ region }).send(new DescribeClustersCommand({}));
    expect(await refusal(call)).toMatchObject({ status: 403 });
    await expect(call).rejects.toThrow('The security token included in the request is invalid.');
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
  it('is an UnrecognizedClientException with status 400 in AWS KMS', async () => {
    await load({ region, RegionOptStatus: 'DISABLED' });
    const call = emulator.kms({ region }).send(new ListAliasesCommand({}));
    expect(await refusal(call)).toMatchObject({ name: 'UnrecognizedClientException', status: 400 });
  });

  it('can be one of a single account, or of all but one', async () => {
    await load({ account: other, region, RegionOptStatus: 'DISABLED' });
    expect(await outcomes({ region })).toEqual(all(undefined));
    expect(await outcomes({ region, account: other })).toEqual(all('InvalidClientTokenId'));
    await load({ region, RegionOptStatus: 'DISABLED' }, { account: other, region });
    expect(await outcomes({ region })).toEqual(all('InvalidClientTokenId'));
    expect(await outcomes({ region, account: other })).toEqual(all(undefined));
  });

  it('still has its clusters, which can be loaded, and appear once it is enabled', async () => {
    const clusters = [{ service: 'redshift' as const, account: home, region, ClusterIdentifier: 'sales' }];
    await emulator.load({ clusters, regions: [{ region, RegionOptStatus: 'DISABLED' }] });
    const { content } = await emulator.control('GET', 'world');
    await emulator.control('POST', 'world', { ...content, regions: [] });
    const { Clusters } = await emulator.redshift({ region }).send(new DescribeClustersCommand({}));
    expect(Clusters?.map(({ ClusterIdentifier }) => ClusterIdentifier)).toEqual(['sales']);
  });
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html; turbot/steampipe-plugin-aws#1510 quotes the text.
describe('AssumeRole in a region that is not enabled, or has no active AWS STS', () => {
  it.each<Partial<RegionJson>>([{ RegionOptStatus: 'DISABLED' }, { StsStatus: 'INACTIVE' }])(
    'is rejected for the account of the role: %o',
    async (setting) => {
      await load({ account: other, region, ...setting });
      const call = assume({ region }, other);
      expect(await refusal(call)).toMatchObject({ code: 'RegionDisabledException', status: 403 });
      await expect(call).rejects.toThrow(
        `STS is not activated in this region for account:${other}. Your account administrator can activate STS in this region using the IAM Console.`,
      );
      expect((await assume({ region })).Credentials?.AccessKeyId).toMatch(/^ASIA/);
      expect((await assume({ region: 'eu-west-1' }, other)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
    },
  );

  // aws/aws-sdk-go-v2#2846
  it('has no effect on GetCallerIdentity and other services if only AWS STS is not active', async () => {
    await load({ region, StsStatus: 'INACTIVE' });
    expect(await outcomes({ region })).toEqual(all(undefined));
  });
});

describe('the regions of a world', () => {
  it('are returned as JSON that restores the same world', async () => {
    await load({ region, RegionOptStatus: 'DISABLED' }, { account: other, region, StsStatus: 'INACTIVE' });
    const read = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
    const first = await read();
    await emulator.control('POST', 'world', JSON.parse(first));
    expect(await read()).toBe(first);
    expect(JSON.parse(first).regions).toEqual([
      { region, RegionOptStatus: 'DISABLED', StsStatus: 'ACTIVE' },
      { account: other, region, RegionOptStatus: 'ENABLED', StsStatus: 'INACTIVE' },
    ]);
  });

  it.each<[string, object[], string]>([
    ['us-east-1, which AWS cannot disable', [{ region: 'us-east-1', RegionOptStatus: 'DISABLED' }], 'us-east-1'],
    ['an unknown status', [{ region, RegionOptStatus: 'OFF' }], 'RegionOptStatus'],
    ['a region twice', [{ region }, { region }], 'regions[1]: ap-east-1 of all accounts already exists'],
  ])('cannot contain %s', async (_, regions, message) => {
    const { status, content } = await emulator.control('POST', 'world', { regions });
    expect([status, content['error']]).toEqual([400, expect.stringContaining(message)]);
  });
});

it('a disabled region is DENIED in the gateway, which names the cause; the other regions are complete', async () => {
  const gateway = await startGateway({
    accounts: accounts([home], ['eu-west-1', region]),
    isCheckedAtStart: false,
    world: { regions: [{ region, RegionOptStatus: 'DISABLED' }] },
  });
  const { data } = await gateway.query('{ snapshots { sources { source { region } status error { code message } } } }');
  await gateway.close();
  const denied = { status: 'DENIED', error: { code: 'FORBIDDEN', message: expect.stringContaining(region) } };
  const of = (name: string) => data.snapshots.sources.filter(({ source }: any) => source.region === name);
  expect(of('eu-west-1')).toMatchObject([{ status: 'COMPLETE' }, { status: 'COMPLETE' }]);
  expect(of(region)).toMatchObject([denied, denied]);
});
