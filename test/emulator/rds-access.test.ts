import {
  AddTagsToResourceCommand,
  CreateDBClusterCommand,
  DeleteDBClusterCommand,
  DescribeDBClustersCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  RemoveTagsFromResourceCommand,
  type CreateDBClusterCommandInput,
  type DeleteDBClusterCommandInput,
  type ModifyDBClusterSnapshotAttributeCommandInput,
} from '@aws-sdk/client-docdb';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const arn = (kind: string, name: string, account = home, region = 'us-east-1') =>
  `arn:aws:rds:${region}:${account}:${kind}:${name}`;

const emulator = await useEmulator();
const client = emulator.docdb();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00Z',
    frozen: true,
    clusters: [
      { ...here, DBClusterIdentifier: 'orders', Tags: [{ Key: 'team', Value: 'shop' }] },
      { ...here, DBClusterIdentifier: 'guarded', DeletionProtection: true },
    ],
    snapshots: [
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'mine' },
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'rds:orders-2026-05-31-03-10' },
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'young', Status: 'creating' },
      { ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'default-key', StorageEncrypted: true },
      {
        ...here,
        DBClusterIdentifier: 'orders',
        DBClusterSnapshotIdentifier: 'own-key',
        KmsKeyId: `arn:aws:kms:us-east-1:${home}:key/1a2b3c4d-0000-4000-8000-00000000000a`,
      },
    ],
  }),
);

describe('sharing', () => {
  const share = async (input: Partial<ModifyDBClusterSnapshotAttributeCommandInput>) => {
    const wanted = { DBClusterSnapshotIdentifier: 'mine', AttributeName: 'restore', ...input };
    const { DBClusterSnapshotAttributesResult: result } = await client.send(
      new ModifyDBClusterSnapshotAttributeCommand(wanted),
    );
    return result?.DBClusterSnapshotAttributes?.[0]?.AttributeValues;
  };
  const attributes = async (DBClusterSnapshotIdentifier: string) =>
    (await client.send(new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier })))
      .DBClusterSnapshotAttributesResult;

  it('starts with one attribute without accounts', async () => {
    expect(await attributes('MINE')).toEqual({
      DBClusterSnapshotIdentifier: 'mine',
      DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [] }],
    });
  });

  it('adds and removes several values at once, and keeps accounts when all is removed', async () => {
    expect(await share({ ValuesToAdd: [other, 'all', '111111111111'] })).toEqual([other, 'all', '111111111111']);
    expect(await share({ ValuesToAdd: [other], ValuesToRemove: ['all', '222222222222'] })).toEqual([
      other,
      '111111111111',
    ]);
    const receiver = emulator.docdb({ account: other });
    const seen = await receiver.send(new DescribeDBClusterSnapshotsCommand({ IncludeShared: true }));
    expect(seen.DBClusterSnapshots).toMatchObject([
      { DBClusterSnapshotIdentifier: arn('cluster-snapshot', 'mine'), SnapshotType: 'shared' },
    ]);
  });

  it('shares a snapshot under a customer managed key with an account', async () => {
    expect(await share({ DBClusterSnapshotIdentifier: 'own-key', ValuesToAdd: [other] })).toEqual([other]);
  });

  const accounts = Array.from({ length: 21 }, (_, index) => String(300_000_000_000 + index));
  it.each<[string, Partial<ModifyDBClusterSnapshotAttributeCommandInput>, string]>([
    ['more than 20 accounts', { ValuesToAdd: accounts }, 'SharedSnapshotQuotaExceeded'],
    ['an incomplete account id', { ValuesToAdd: ['1234'] }, 'InvalidParameterValue'],
    ['an unknown attribute', { AttributeName: 'copy', ValuesToAdd: [other] }, 'InvalidParameterValue'],
    ['no values', { ValuesToAdd: [] }, 'InvalidParameterCombination'],
    [
      'an automated snapshot',
      { DBClusterSnapshotIdentifier: 'rds:orders-2026-05-31-03-10', ValuesToAdd: [other] },
      state(),
    ],
    [
      'an automated snapshot, before values are missing',
      { DBClusterSnapshotIdentifier: 'rds:orders-2026-05-31-03-10' },
      state(),
    ],
    ['a snapshot that is being created', { DBClusterSnapshotIdentifier: 'young', ValuesToAdd: [other] }, state()],
    ['all for an encrypted snapshot', { DBClusterSnapshotIdentifier: 'own-key', ValuesToAdd: ['all'] }, state()],
    ['a snapshot under the default key', { DBClusterSnapshotIdentifier: 'default-key', ValuesToAdd: [other] }, state()],
    [
      'a missing snapshot',
      { DBClusterSnapshotIdentifier: 'x', ValuesToAdd: [other] },
      'DBClusterSnapshotNotFoundFault',
    ],
  ])('rejects %s', async (_, input, code) => {
    expect(await refusal(share(input))).toMatchObject({ code });
  });

  it('has no attributes for an automated snapshot', async () => {
    expect(await refusal(attributes('rds:orders-2026-05-31-03-10'))).toMatchObject({ status: 404 });
  });
});

describe('tags', () => {
  const add = (ResourceName: string, ...Tags: { Key: string; Value?: string }[]) =>
    client.send(new AddTagsToResourceCommand({ ResourceName, Tags }));
  const list = async (ResourceName: string) =>
    (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;

  it.each([
    ['a cluster', arn('cluster', 'orders'), [{ Key: 'team', Value: 'shop' }]],
    ['a snapshot', arn('cluster-snapshot', 'mine'), []],
    ['an automated snapshot', arn('cluster-snapshot', 'rds:orders-2026-05-31-03-10'), []],
  ])('of %s are added, replaced and removed', async (_, name, before) => {
    expect(await list(name)).toEqual(before);
    await add(name, { Key: 'team', Value: '' }, { Key: 'why', Value: 'a + b' });
    expect(await list(name)).toEqual([
      { Key: 'team', Value: '' },
      { Key: 'why', Value: 'a + b' },
    ]);
    await client.send(new RemoveTagsFromResourceCommand({ ResourceName: name, TagKeys: ['team', 'absent'] }));
    expect(await list(name)).toEqual([{ Key: 'why', Value: 'a + b' }]);
  });

  it('can have no value, and a prefix only reserves the start of a value', async () => {
    await add(arn('cluster', 'orders'), { Key: 'team' }, { Key: 'see', Value: 'not-aws:x' });
    expect(await list(arn('cluster', 'orders'))).toEqual([
      { Key: 'team', Value: '' },
      { Key: 'see', Value: 'not-aws:x' },
    ]);
  });

  it.each([
    ['the reserved prefix aws:', 'aws:x', 'v'],
    ['the reserved prefix rds:', 'rds:x', 'v'],
    ['a key of 129 characters', 'k'.repeat(129), 'v'],
    ['a value of 257 characters', 'k', 'v'.repeat(257)],
    ['an at sign, which Redshift allows', 'k', 'a@b'],
    // https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Tag.html
    ['the reserved prefix aws: in a value', 'k', 'aws:x'],
    ['the reserved prefix rds: in a value', 'k', 'RDS:x'],
  ])('reject %s', async (_, Key, Value) => {
    expect(await refusal(add(arn('cluster', 'orders'), { Key, Value }))).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  it.each([
    ['a missing cluster', arn('cluster', 'absent'), 'DBClusterNotFoundFault', 404],
    ['a missing snapshot', arn('cluster-snapshot', 'absent'), 'DBSnapshotNotFound', 404],
    ['an invalid ARN', 'orders', 'InvalidParameterValue', 400],
    ['an ARN of another partition', arn('cluster', 'orders').replace('aws', 'aws-cn'), 'InvalidParameterValue', 400],
    ['another region', arn('cluster', 'orders', home, 'eu-west-1'), 'InvalidParameterValue', 400],
    ['another account', arn('cluster', 'orders', other), 'AccessDenied', 403],
  ])('reject %s', async (_, name, code, status) => {
    expect(await refusal(list(name))).toMatchObject({ code, status });
  });
});

describe('clusters', () => {
  const create = (input: Partial<CreateDBClusterCommandInput> = {}) =>
    client.send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: 'New-One',
        Engine: 'docdb',
        MasterUsername: 'root',
        MasterUserPassword: 'correct horse'.replace(' ', '-'),
        ...input,
      }),
    );
  const remove = (input: Partial<DeleteDBClusterCommandInput> = {}) =>
    client.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'orders', SkipFinalSnapshot: true, ...input }));
  const status = async (DBClusterIdentifier: string) =>
    (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0]?.Status;
  const snapshots = async () =>
    (
      (await client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: 'orders' })))
        .DBClusterSnapshots ?? []
    ).map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier);
  const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

  it.each(['docdb', 'neptune', 'aurora-postgresql', 'aurora-mysql'])('of %s are created', async (Engine) => {
    const { DBCluster } = await create({ Engine });
    expect(DBCluster).toMatchObject({ DBClusterIdentifier: 'new-one', Engine, Status: 'creating' });
    await advance(60);
    expect(await status('new-one')).toBe('available');
  });

  it('keep the settings of their creation', async () => {
    const windows = { PreferredBackupWindow: '04:00-04:30', PreferredMaintenanceWindow: 'mon:05:00-mon:05:30' };
    const { DBCluster } = await create({
      ...windows,
      DBSubnetGroupName: 'private',
      DBClusterParameterGroupName: 'docdb5-audited',
      VpcSecurityGroupIds: ['sg-1'],
      EnableCloudwatchLogsExports: ['audit'],
      StorageType: 'iopt1',
    });
    expect(DBCluster).toMatchObject({
      ...windows,
      DBSubnetGroup: 'private',
      DBClusterParameterGroup: 'docdb5-audited',
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
      EnabledCloudwatchLogsExports: ['audit'],
      StorageType: 'iopt1',
    });
  });

  it.each<[string, Partial<CreateDBClusterCommandInput>, string]>([
    ['an unknown engine', { Engine: 'mariadb' }, 'InvalidParameterValue'],
    ['a name that is in use', { DBClusterIdentifier: 'ORDERS' }, 'DBClusterAlreadyExistsFault'],
    ['a short password', { MasterUserPassword: 'short' }, 'InvalidParameterValue'],
    ['a retention of 36 days', { BackupRetentionPeriod: 36 }, 'InvalidParameterValue'],
  ])('are rejected for %s', async (_, input, code) => {
    expect(await refusal(create(input))).toMatchObject({ code });
  });

  it('are deleted with their automated snapshots, after a final snapshot if requested', async () => {
    const final = { SkipFinalSnapshot: false, FinalDBSnapshotIdentifier: 'farewell' };
    expect((await remove(final)).DBCluster?.Status).toBe('available');
    expect(await status('orders')).toBe('deleting');
    await advance(90);
    expect(await refusal(status('orders'))).toMatchObject({ code: 'DBClusterNotFoundFault', status: 404 });
    expect(await snapshots()).toEqual(['default-key', 'farewell', 'mine', 'own-key', 'young']);
  });

  it.each<[string, Partial<DeleteDBClusterCommandInput>, string]>([
    ['deletion protection', { DBClusterIdentifier: 'guarded' }, 'InvalidParameterCombination'],
    ['a missing final snapshot name', { SkipFinalSnapshot: false }, 'InvalidParameterCombination'],
    ['a final snapshot name with SkipFinalSnapshot', { FinalDBSnapshotIdentifier: 'x' }, 'InvalidParameterCombination'],
    ['a missing cluster', { DBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault'],
  ])('are not deleted for %s', async (_, input, code) => {
    expect(await refusal(remove(input))).toMatchObject({ code });
  });
});

function state(): string {
  return 'InvalidDBClusterSnapshotStateFault';
}
