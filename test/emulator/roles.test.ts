import {
  DescribeDBClustersCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-docdb';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import {
  BatchDeleteClusterSnapshotsCommand,
  DeleteClusterSnapshotCommand,
  DescribeClustersCommand,
  GetClusterCredentialsCommand,
} from '@aws-sdk/client-redshift';
import { AssumeRoleCommand, GetCallerIdentityCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import { home, refusal, useEmulator, type Caller, type WorldJson } from '../support/emulator.ts';

const other = '210987654321';
const roleArn = `arn:aws:iam::${home}:role/reader`;

type RoleJson = NonNullable<WorldJson['roles']>[number];
type Statement = Exclude<NonNullable<RoleJson['AssumeRolePolicyDocument']>['Statement'], readonly unknown[]>;

const emulator = await useEmulator();

const allow = (members: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Principal: '*',
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...members,
});
const withExternalId = allow({ Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } });

/** Loads a world with the role `reader`, and the given others. */
const load = (role: Partial<RoleJson>, ...others: RoleJson[]) =>
  emulator.load({
    roles: [{ account: home, RoleName: 'reader', ...role }, ...others],
    clusters: [{ service: 'redshift', account: home, region: 'us-east-1', ClusterIdentifier: 'sales' }],
    snapshots: [
      {
        service: 'redshift',
        account: home,
        region: 'us-east-1',
        ClusterIdentifier: 'sales',
        SnapshotIdentifier: 'nightly',
      },
    ],
  });
const trusting = (...Statement: Statement[]) => load({ AssumeRolePolicyDocument: { Statement } });

/** Assumes a role, by default `reader`, and returns the caller that its keys make. */
async function assume(input: Partial<AssumeRoleCommandInput> = {}, caller: Caller = {}): Promise<Required<Caller>> {
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'session', ...input });
  const { Credentials } = await emulator.sts(caller).send(command);
  return {
    account: Credentials?.AccessKeyId ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
    region: 'us-east-1',
  };
}

const outcome = async (input: Partial<AssumeRoleCommandInput> = {}, caller: Caller = {}) => {
  const error = await assume(input, caller).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return error === undefined ? 'assumed' : { ...(await refusal(Promise.reject(error))), message: error.message };
};

/** The texts of AWS, as many reports of users quote them: aws/karpenter-provider-aws#4680, aws-actions/configure-aws-credentials#54. */
const denied = (action = 'sts:AssumeRole', user = `arn:aws:iam::${home}:root`, role = roleArn) => ({
  code: 'AccessDenied',
  status: 403,
  message: `User: ${user} is not authorized to perform: ${action} on resource: ${role}`,
});

describe('a role', () => {
  it('can be assumed in an account without roles, whatever its name', async () => {
    await emulator.load({ roles: [{ account: other, RoleName: 'reader' }] });
    expect(await outcome()).toBe('assumed');
  });

  it('does not exist in an account that has other roles only', async () => {
    await emulator.load({ roles: [{ account: home, RoleName: 'writer' }] });
    expect(await outcome()).toMatchObject(denied());
  });

  it('can be assumed without a trust policy', async () => {
    await load({});
    expect(await outcome()).toBe('assumed');
  });

  it.each([
    ['another path', `arn:aws:iam::${home}:role/reader`],
    ['another case', `arn:aws:iam::${home}:role/team/Reader`],
  ])('is not found under %s', async (_, RoleArn) => {
    await load({ Path: '/team/' });
    expect(await outcome({ RoleArn })).toMatchObject(denied('sts:AssumeRole', undefined, RoleArn));
    expect(await outcome({ RoleArn: `arn:aws:iam::${home}:role/team/reader` })).toBe('assumed');
  });

  it('has the same unique id in each session', async () => {
    await load({});
    const ids = await Promise.all(
      ['one', 'two'].map(async (RoleSessionName) => {
        const { UserId } = await emulator.sts(await assume({ RoleSessionName })).send(new GetCallerIdentityCommand());
        return UserId?.split(':')[0];
      }),
    );
    expect(ids[0]).toMatch(/^AROA[A-Z0-9]{17}$/);
    expect(ids[1]).toBe(ids[0]);
  });
});

describe('a trust policy', () => {
  it.each<[string, Statement]>([
    ['any principal', allow()],
    ['any AWS principal', allow({ Principal: { AWS: '*' } })],
    ['the account by its id', allow({ Principal: { AWS: [other, home] } })],
    ['the account by its ARN', allow({ Principal: { AWS: `arn:aws:iam::${home}:root` } })],
    ['a user of the account', allow({ Principal: { AWS: `arn:aws:iam::${home}:user/ada` } })],
    ['all actions of STS', allow({ Action: 'sts:*' })],
    ['the session name', allow({ Condition: { StringLike: { 'sts:RoleSessionName': 'sess*' } } })],
    ['other external ids', allow({ Condition: { StringNotEquals: { 'sts:ExternalId': 'secret' } } })],
    ['the account in a condition', allow({ Condition: { StringEquals: { 'AWS:PrincipalAccount': [home] } } })],
  ])('can allow %s', async (_, statement) => {
    await trusting(statement);
    expect(await outcome()).toBe('assumed');
  });

  it.each<[string, Statement[]]>([
    ['no statement', []],
    ['another account', [allow({ Principal: { AWS: `arn:aws:iam::${other}:root` } })]],
    ['a service', [allow({ Principal: { Service: 'ec2.amazonaws.com' } })]],
    ['an identity provider', [allow({ Principal: { Federated: `arn:aws:iam::${home}:oidc-provider/a` } })]],
    ['another role', [allow({ Principal: { AWS: `arn:aws:iam::${home}:role/hub` } })]],
    ['another action', [allow({ Action: 'sts:AssumeRoleWithWebIdentity' })]],
    ['a denied caller', [allow(), allow({ Effect: 'Deny', Principal: { AWS: home } })]],
    ['an external id', [withExternalId]],
  ])('denies a caller if it has %s', async (_, statements) => {
    await trusting(...statements);
    expect(await outcome()).toMatchObject(denied());
  });

  it('requires its external id', async () => {
    await trusting(withExternalId);
    expect(await outcome({ ExternalId: 'secret' })).toBe('assumed');
    expect(await outcome({ ExternalId: 'Secret' })).toMatchObject(denied());
  });

  it('must allow session tags', async () => {
    const Tags = [{ Key: 'team', Value: 'data' }];
    await trusting(allow({ Action: 'sts:AssumeRole' }));
    expect(await outcome({ Tags })).toMatchObject(denied('sts:TagSession'));
    await trusting(allow());
    expect(await outcome({ Tags })).toBe('assumed');
  });

  it('can name the role of the caller, or one of its sessions', async () => {
    const hub = `arn:aws:iam::${home}:role/hub`;
    const session = (name: string) => `arn:aws:sts::${home}:assumed-role/hub/${name}`;
    await load(
      { AssumeRolePolicyDocument: { Statement: allow({ Principal: { AWS: [hub] } }) } },
      { account: home, RoleName: 'hub' },
      {
        account: home,
        RoleName: 'spoke',
        AssumeRolePolicyDocument: { Statement: allow({ Principal: { AWS: session('one') } }) },
      },
    );
    const [one, two] = await Promise.all(
      ['one', 'two'].map((RoleSessionName) => assume({ RoleArn: hub, RoleSessionName })),
    );
    const spoke = `arn:aws:iam::${home}:role/spoke`;
    expect(await outcome({}, two)).toBe('assumed');
    expect(await outcome({ RoleArn: spoke }, one)).toBe('assumed');
    expect(await outcome({ RoleArn: spoke }, two)).toMatchObject(denied('sts:AssumeRole', session('two'), spoke));
  });
});

describe('the duration of a session', () => {
  it('is at most the maximum of the role', async () => {
    await load({ MaxSessionDuration: 7200 });
    expect(await outcome({ DurationSeconds: 7200 })).toBe('assumed');
    // kreuzwerker/awsu#27
    expect(await outcome({ DurationSeconds: 7201 })).toMatchObject({
      code: 'ValidationError',
      status: 400,
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await load({});
    expect(await outcome({ DurationSeconds: 3601 })).toMatchObject({ code: 'ValidationError' });
  });

  it('is at most an hour if the caller is a session of a role itself', async () => {
    await load({ MaxSessionDuration: 43_200 });
    const caller = await assume();
    expect(await outcome({ DurationSeconds: 3600 }, caller)).toBe('assumed');
    // 99designs/aws-vault#263
    expect(await outcome({ DurationSeconds: 3601 }, caller)).toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });
});

describe('a denied action', () => {
  const snapshot = { SnapshotIdentifier: 'nightly', SnapshotClusterIdentifier: 'sales' };
  const redshiftArn = (name: string) => `arn:aws:redshift:us-east-1:${home}:${name}`;
  const tagged = `arn:aws:rds:us-east-1:${home}:cluster:orders`;
  const credentials = { ClusterIdentifier: 'sales', DbUser: 'ada' };

  it.each<[string, string[], (caller: Caller) => Promise<unknown>, string, string]>([
    [
      'a change of Amazon Redshift',
      ['redshift:DeleteClusterSnapshot'],
      (caller) => emulator.redshift(caller).send(new DeleteClusterSnapshotCommand(snapshot)),
      'redshift:DeleteClusterSnapshot',
      redshiftArn('snapshot:sales/nightly'),
    ],
    [
      'a batch, by a pattern in another case',
      ['Redshift:batch*'],
      (caller) => emulator.redshift(caller).send(new BatchDeleteClusterSnapshotsCommand({ Identifiers: [snapshot] })),
      'redshift:BatchDeleteClusterSnapshots',
      redshiftArn('snapshot:sales/nightly'),
    ],
    [
      'a list',
      ['redshift:*'],
      (caller) => emulator.redshift(caller).send(new DescribeClustersCommand({})),
      'redshift:DescribeClusters',
      redshiftArn('cluster:*'),
    ],
    [
      'joining a group with database credentials',
      ['redshift:JoinGroup'],
      (caller) =>
        emulator.redshift(caller).send(new GetClusterCredentialsCommand({ ...credentials, DbGroups: ['readers'] })),
      'redshift:JoinGroup',
      redshiftArn('dbuser:sales/ada'),
    ],
    [
      'a list of Amazon DocumentDB, whose actions are those of Amazon RDS',
      ['rds:Describe?BClusters'],
      (caller) => emulator.docdb(caller).send(new DescribeDBClustersCommand({})),
      'rds:DescribeDBClusters',
      `arn:aws:rds:us-east-1:${home}:cluster:*`,
    ],
    [
      'a list of groups',
      ['rds:DescribeDBSubnetGroups'],
      (caller) => emulator.docdb(caller).send(new DescribeDBSubnetGroupsCommand({})),
      'rds:DescribeDBSubnetGroups',
      `arn:aws:rds:us-east-1:${home}:subgrp:*`,
    ],
    [
      'the tags of a resource',
      ['*'],
      (caller) => emulator.docdb(caller).send(new ListTagsForResourceCommand({ ResourceName: tagged })),
      'rds:ListTagsForResource',
      tagged,
    ],
    ['another role', ['sts:AssumeRole'], (caller) => assume({}, caller), 'sts:AssumeRole', roleArn],
  ])('can be %s', async (_, DeniedActions, call, action, resource) => {
    await load({ DeniedActions });
    const caller = await assume();
    const user = `arn:aws:sts::${home}:assumed-role/reader/session`;
    const error = call(caller);
    expect(await refusal(error)).toMatchObject({ code: 'AccessDenied', status: 403 });
    // grafana and aws-toolkit-jetbrains#3297 quote this text of Amazon Redshift, awslabs/aws-well-architected-labs#854 of RDS.
    await expect(error).rejects.toThrow(
      `User: ${user} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in an identity-based policy`,
    );
  });

  // https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
  it('is an AccessDeniedException with status 400 in AWS KMS', async () => {
    await load({ DeniedActions: ['kms:Describe*'] });
    const call = emulator.kms(await assume()).send(new DescribeKeyCommand({ KeyId: 'alias/aws/rds' }));
    expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    await expect(call).rejects.toThrow(
      `is not authorized to perform: kms:DescribeKey on resource: arn:aws:kms:us-east-1:${home}:alias/aws/rds with`,
    );
  });

  it('leaves other actions, other roles and callers without a role alone', async () => {
    await load({ DeniedActions: ['redshift:Delete*'] }, { account: home, RoleName: 'writer' });
    const reader = await assume();
    await emulator.redshift(reader).send(new DescribeClustersCommand({}));
    await emulator.redshift(reader).send(new GetClusterCredentialsCommand(credentials));
    expect(await refusal(emulator.redshift(reader).send(new DeleteClusterSnapshotCommand(snapshot)))).toMatchObject({
      code: 'AccessDenied',
    });
    const writer = await assume({ RoleArn: `arn:aws:iam::${home}:role/writer` });
    await emulator.redshift(writer).send(new DeleteClusterSnapshotCommand(snapshot));
  });

  it('is never sts:GetCallerIdentity, which AWS allows despite a denial', async () => {
    await load({ DeniedActions: ['*'] });
    expect((await emulator.sts(await assume()).send(new GetCallerIdentityCommand())).Account).toBe(home);
  });

  it('follows the world: a role can be changed during its sessions', async () => {
    await load({ DeniedActions: ['redshift:*'] });
    const caller = await assume();
    await load({});
    await emulator.redshift(caller).send(new DescribeClustersCommand({}));
  });

  // aws/redshift-test-drive#120
  it('can be answered by Amazon Redshift as UnauthorizedOperation', async () => {
    await emulator.load({
      assumptions: { redshiftDeniesAsUnauthorizedOperation: true },
      roles: [{ account: home, RoleName: 'reader', DeniedActions: ['redshift:*'] }],
    });
    const call = emulator.redshift(await assume()).send(new DescribeClustersCommand({}));
    expect(await refusal(call)).toMatchObject({ code: 'UnauthorizedOperation', status: 400 });
  });
});

describe('a fault rule', () => {
  it.each([roleArn, 'reader'])('can match the role %s', async (role) => {
    await load({}, { account: home, RoleName: 'writer' });
    const [reader, writer] = [await assume(), await assume({ RoleArn: `arn:aws:iam::${home}:role/writer` })];
    await emulator.control('DELETE', 'calls');
    await emulator.control('POST', 'faults', [{ kind: 'throttle', role }]);
    const ask = async (caller: Caller) =>
      (await refusal(emulator.redshift(caller).send(new DescribeClustersCommand({})))).name;
    const names = [await ask(reader), await ask(writer), await ask({})];
    await emulator.control('DELETE', 'faults');
    expect(names).toEqual(['Throttling', 'Error', 'Error']);
    expect((await emulator.control('GET', 'calls')).content['calls']).toMatchObject([
      { role: roleArn, disturbance: 'throttle' },
      { role: `arn:aws:iam::${home}:role/writer`, disturbance: null },
      { role: null, disturbance: null },
    ]);
  });
});

describe('the roles of a world', () => {
  it('are returned as JSON that restores the same world', async () => {
    await load({ AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [withExternalId] } });
    const text = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
    const read = async () => (await text()).replace(/"now":"[^"]*"/, '');
    const first = await read();
    await emulator.control('POST', 'world', JSON.parse(await text()));
    expect(await read()).toBe(first);
    expect(JSON.parse(await text()).roles).toEqual([
      {
        account: home,
        RoleName: 'reader',
        Path: '/',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [withExternalId] },
        MaxSessionDuration: 3600,
        DeniedActions: [],
      },
    ]);
  });

  it.each<[string, object, string]>([
    ['an invalid name', { RoleName: 'a b' }, 'the name of a role'],
    ['an invalid path', { Path: 'team' }, 'start and end with a slash'],
    ['a session of 13 hours', { MaxSessionDuration: 46_800 }, '43200'],
    ['an action without a service', { DeniedActions: ['DeleteCluster'] }, 'an IAM action'],
    ['an unknown member', { Trust: '*' }, 'Trust'],
    [
      'a condition that is not evaluated',
      { AssumeRolePolicyDocument: { Statement: allow({ Condition: { StringEquals: { 'aws:SourceIp': '::' } } }) } },
      'does not evaluate the condition key aws:SourceIp',
    ],
    [
      'an operator that is not evaluated',
      { AssumeRolePolicyDocument: { Statement: { ...allow(), Condition: { Bool: {} } } } },
      'does not evaluate the condition operator Bool',
    ],
    ['a name that exists in another case', { RoleName: 'READER' }, 'READER already exists'],
  ])('cannot have %s', async (_, role, message) => {
    const roles = [
      { account: home, RoleName: 'reader' },
      { account: home, RoleName: 'writer', ...role },
    ];
    const { status, content } = await emulator.control('POST', 'world', { roles });
    expect([status, content['error']]).toEqual([400, expect.stringContaining(message)]);
  });
});
