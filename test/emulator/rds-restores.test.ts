import {
  CreateDBClusterCommand,
  DeleteDBClusterCommand,
  DescribeDBClustersCommand,
  ListTagsForResourceCommand,
  RestoreDBClusterFromSnapshotCommand,
  type RestoreDBClusterFromSnapshotCommandInput,
} from '@aws-sdk/client-docdb';
import { beforeEach, describe, expect, it } from 'vitest';

import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { home, refusal, useEmulator } from '../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const other = '012345678901';
const key = (account: string) => `arn:aws:kms:us-east-1:${account}:key/1a2b3c4d-0000-4000-8000-00000000000a`;
const arn = (name: string, account = home, region = 'us-east-1') =>
  `arn:aws:rds:${region}:${account}:cluster-snapshot:${name}`;
const orders = { ...here, DBClusterIdentifier: 'orders' };
const theirs = { ...here, account: other, DBClusterIdentifier: 'theirs' };

const world: WorldJson = {
  now,
  frozen: true,
  keys: [{ ...here, service: 'kms', KeyId: 'second', Aliases: ['alias/b'] }],
  clusters: [
    { ...orders, EngineVersion: '4.0.0', Port: 27_018, MasterUsername: 'boss', BackupRetentionPeriod: 9 },
    { ...here, DBClusterIdentifier: 'graph', Engine: 'neptune' },
  ],
  snapshots: [
    { ...orders, DBClusterSnapshotIdentifier: 'mine', Tags: [{ Key: 'a', Value: '1' }] },
    { ...orders, DBClusterSnapshotIdentifier: 'rds:orders-2026-05-31-03-10' },
    { ...orders, DBClusterSnapshotIdentifier: 'young', ReadyTime: '2026-06-01T12:05:00Z' },
    { ...orders, DBClusterSnapshotIdentifier: 'sealed', KmsKeyId: key(home) },
    { ...here, DBClusterIdentifier: 'gone', DBClusterSnapshotIdentifier: 'orphan', EngineVersion: '3.6.0' },
    { ...here, DBClusterIdentifier: 'graph', DBClusterSnapshotIdentifier: 'graph-kept' },
    { ...theirs, DBClusterSnapshotIdentifier: 'gift', RestoreAccounts: [home] },
    { ...theirs, DBClusterSnapshotIdentifier: 'free', RestoreAccounts: ['all'] },
    { ...theirs, DBClusterSnapshotIdentifier: 'sealed-gift', KmsKeyId: key(other), RestoreAccounts: [home] },
    { ...theirs, DBClusterSnapshotIdentifier: 'locked-gift', StorageEncrypted: true, RestoreAccounts: [home] },
    { ...theirs, DBClusterSnapshotIdentifier: 'secret' },
  ],
};

const emulator = await useEmulator();
const client = emulator.docdb();
beforeEach(() => emulator.load(world));

const restore = async (input: Partial<RestoreDBClusterFromSnapshotCommandInput> = {}) => {
  const asked = { DBClusterIdentifier: 'again', SnapshotIdentifier: 'mine', Engine: 'docdb', ...input };
  return (await client.send(new RestoreDBClusterFromSnapshotCommand(asked))).DBCluster;
};
const read = async (DBClusterIdentifier = 'again') =>
  (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0];
const tags = async () => {
  const ResourceName = `arn:aws:rds:us-east-1:${home}:cluster:again`;
  return (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;
};
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

describe('a restored cluster', () => {
  it('has the settings of the original cluster and no instances, and becomes available', async () => {
    expect(await restore({ DBClusterIdentifier: 'Again' })).toMatchObject({
      DBClusterIdentifier: 'again',
      DBClusterArn: `arn:aws:rds:us-east-1:${home}:cluster:again`,
      Status: 'creating',
      ClusterCreateTime: new Date(now),
      Engine: 'docdb',
      EngineVersion: '4.0.0',
      Port: 27_018,
      MasterUsername: 'boss',
      BackupRetentionPeriod: 9,
      StorageEncrypted: false,
      DeletionProtection: false,
      DBClusterMembers: [],
    });
    expect(await tags()).toEqual([]);
    const deletion = { DBClusterIdentifier: 'again', SkipFinalSnapshot: true };
    expect(await refusal(client.send(new DeleteDBClusterCommand(deletion)))).toMatchObject({
      code: 'InvalidDBClusterStateFault',
    });
    await advance(60);
    expect(await read()).toMatchObject({ Status: 'available' });
  });

  it('reports its progress as a text until it is available', async () => {
    expect(await restore()).toMatchObject({ Status: 'creating', PercentProgress: '0' });
    await advance(15);
    expect(await read()).toMatchObject({ Status: 'creating', PercentProgress: '25' });
    const { content } = await emulator.control('GET', 'world');
    await emulator.load(content);
    expect(await read()).toMatchObject({ Status: 'creating', PercentProgress: '25' });
    await advance(44.9);
    expect(await read()).toMatchObject({ Status: 'creating', PercentProgress: '99' });
    await advance(0.1);
    const restored = await read();
    expect([restored?.Status, restored?.PercentProgress]).toEqual(['available', undefined]);
    const login = { MasterUsername: 'boss', MasterUserPassword: 'a-long-password' };
    await client.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'new', Engine: 'docdb', ...login }));
    const created = await read('new');
    expect([created?.Status, created?.PercentProgress]).toEqual(['creating', undefined]);
  });

  it('takes settings from the input rather than from the snapshot', async () => {
    const overrides = {
      AvailabilityZones: ['us-east-1b'],
      EngineVersion: '5.0.0',
      Port: 1150,
      DeletionProtection: true,
      StorageType: 'iopt1',
      NetworkType: 'DUAL',
    };
    const Tags = [{ Key: 'b', Value: '2' }];
    const cluster = await restore({
      ...overrides,
      SnapshotIdentifier: arn('free', other),
      Tags,
      DBSubnetGroupName: 'private',
      VpcSecurityGroupIds: ['sg-1'],
      EnableCloudwatchLogsExports: ['audit'],
    });
    expect(cluster).toMatchObject({
      ...overrides,
      DBSubnetGroup: 'private',
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
      EnabledCloudwatchLogsExports: ['audit'],
    });
    expect(await tags()).toEqual(Tags);
  });

  it.each([
    ['an automated snapshot', { SnapshotIdentifier: 'rds:orders-2026-05-31-03-10' }, '4.0.0', 27_018],
    ['a name in another case', { SnapshotIdentifier: 'MINE' }, '4.0.0', 27_018],
    ['an ARN', { SnapshotIdentifier: arn('mine') }, '4.0.0', 27_018],
    ['the snapshot of a deleted cluster', { SnapshotIdentifier: 'orphan' }, '3.6.0', 27_017],
    ['a snapshot of another engine', { SnapshotIdentifier: 'graph-kept', Engine: 'neptune' }, '1.3.2.1', 8182],
    ['a shared snapshot', { SnapshotIdentifier: arn('gift', other) }, '5.0.0', 27_017],
    ['a public snapshot', { SnapshotIdentifier: arn('free', other) }, '5.0.0', 27_017],
  ])('is created from %s', async (_, input, EngineVersion, Port) => {
    expect(await restore(input)).toMatchObject({ Status: 'creating', EngineVersion, Port });
  });

  it('treats an empty list as absent, and accepts half a capacity unit', async () => {
    const ServerlessV2ScalingConfiguration = { MinCapacity: 0.5, MaxCapacity: 2 };
    expect(await restore({ AvailabilityZones: [], ServerlessV2ScalingConfiguration })).toMatchObject({
      AvailabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      ServerlessV2ScalingConfiguration,
    });
  });

  it.each([
    ['an encrypted snapshot', { SnapshotIdentifier: 'sealed' }, key(home)],
    ['another key', { SnapshotIdentifier: 'sealed', KmsKeyId: 'alias/b' }, `arn:aws:kms:us-east-1:${home}:key/second`],
    ['a key for an unencrypted snapshot', { KmsKeyId: key(home) }, key(home)],
    ['an encrypted shared snapshot', { SnapshotIdentifier: arn('sealed-gift', other) }, key(other)],
  ])('is encrypted when restored with %s', async (_, input, KmsKeyId) => {
    expect(await restore(input)).toMatchObject({ StorageEncrypted: true, KmsKeyId });
  });
});

describe('a restore is rejected', () => {
  it.each<[string, Partial<RestoreDBClusterFromSnapshotCommandInput>, string, number]>([
    ['without an engine', { Engine: undefined }, 'MissingParameter', 400],
    ['with an invalid cluster name', { DBClusterIdentifier: 'a--b' }, 'InvalidParameterValue', 400],
    ['with a cluster name that is in use', { DBClusterIdentifier: 'ORDERS' }, 'DBClusterAlreadyExistsFault', 400],
    ['from a missing snapshot', { SnapshotIdentifier: 'absent' }, 'DBClusterSnapshotNotFoundFault', 404],
    [
      'from a shared snapshot by name instead of ARN',
      { SnapshotIdentifier: 'gift' },
      'DBClusterSnapshotNotFoundFault',
      404,
    ],
    [
      'from a snapshot that is not shared',
      { SnapshotIdentifier: arn('secret', other) },
      'DBClusterSnapshotNotFoundFault',
      404,
    ],
    [
      'from a snapshot in another region',
      { SnapshotIdentifier: arn('mine', home, 'eu-west-1') },
      'DBClusterSnapshotNotFoundFault',
      404,
    ],
    [
      'from an instance snapshot',
      { SnapshotIdentifier: `arn:aws:rds:us-east-1:${home}:snapshot:mine` },
      'DBSnapshotNotFound',
      404,
    ],
    [
      'from a snapshot that is being created',
      { SnapshotIdentifier: 'young' },
      'InvalidDBClusterSnapshotStateFault',
      400,
    ],
    [
      "from a snapshot under another account's default key",
      { SnapshotIdentifier: arn('locked-gift', other), KmsKeyId: key(home) },
      'KMSKeyNotAccessibleFault',
      400,
    ],
    [
      'with a key of another region',
      { KmsKeyId: key(home).replace('us-east-1', 'eu-west-1') },
      'KMSKeyNotAccessibleFault',
      400,
    ],
    ['to an unknown engine', { Engine: 'mongodb' }, 'InvalidParameterValue', 400],
    ['to another engine', { Engine: 'neptune' }, 'InvalidParameterCombination', 400],
    ['to a later major version', { EngineVersion: '5.0.0' }, 'InvalidParameterCombination', 400],
    [
      'to an earlier version',
      { SnapshotIdentifier: 'graph-kept', Engine: 'neptune', EngineVersion: '1.3.1.0' },
      'InvalidParameterCombination',
      400,
    ],
    ['with a fractional port', { Port: 2000.5 }, 'InvalidParameterValue', 400],
    ['with a port below 1150', { Port: 1149 }, 'InvalidParameterValue', 400],
    ['with an unknown storage type', { StorageType: 'gp3' }, 'InvalidParameterValue', 400],
    ['with an unknown network type', { NetworkType: 'IPV6' }, 'InvalidParameterValue', 400],
    ['with a reserved tag key', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterValue', 400],
  ])('%s', async (_, input, code, status) => {
    expect(await refusal(restore(input))).toMatchObject({ code, status });
  });

  it('beyond the cluster quota, as is a new cluster', async () => {
    await emulator.load({ ...world, assumptions: { rdsClusterQuota: 3 } });
    await restore();
    const fault = { name: 'DBClusterQuotaExceededFault', code: 'DBClusterQuotaExceededFault', status: 403 };
    expect(await refusal(restore({ DBClusterIdentifier: 'once-more' }))).toEqual(fault);
    const graph = new CreateDBClusterCommand({ DBClusterIdentifier: 'more', Engine: 'neptune' });
    expect(await refusal(client.send(graph))).toEqual(fault);
  });
});
