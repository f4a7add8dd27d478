import {
  AddRoleToDBClusterCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  FailoverDBClusterCommand,
  RemoveRoleFromDBClusterCommand,
  type CreateDBInstanceCommandInput,
  type DescribeDBInstancesCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-west-2' } as const;

const emulator = await useEmulator();
const client = emulator.rds({ region: 'us-west-2' });
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    clusters: [
      { ...here, DBClusterIdentifier: 'sample-cluster', EngineVersion: '3.6.0', BackupRetentionPeriod: 3 },
      { ...here, DBClusterIdentifier: 'serverless', Engine: 'aurora-mysql', EngineMode: 'serverless' },
      { ...here, DBClusterIdentifier: 'young', ReadyTime: '2026-06-01T12:05:00.000Z' },
    ],
  }),
);

const create = async (name: string, input: Partial<CreateDBInstanceCommandInput> = {}) => {
  const asked = { DBInstanceClass: 'db.r5.large', Engine: 'docdb', DBClusterIdentifier: 'sample-cluster', ...input };
  return (await client.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: name, ...asked }))).DBInstance;
};
const remove = async (DBInstanceIdentifier: string) =>
  (await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier }))).DBInstance;
const list = async (input: DescribeDBInstancesCommandInput = {}) =>
  (await client.send(new DescribeDBInstancesCommand(input))).DBInstances ?? [];
const cluster = async () =>
  (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'sample-cluster' }))).DBClusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const deleteCluster = () =>
  client.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'sample-cluster', SkipFinalSnapshot: true }));

describe('an instance', () => {
  it("has the members of the AWS CLI's examples of docdb create-db-instance and describe-db-instances", async () => {
    const common = {
      DBInstanceIdentifier: 'sample-cluster-instance-2',
      DBInstanceClass: 'db.r4.xlarge',
      DBClusterIdentifier: 'sample-cluster',
      DBInstanceArn: `arn:aws:rds:us-west-2:${home}:db:sample-cluster-instance-2`,
      DbiResourceId: expect.stringMatching(/^db-[A-Z0-9]{26}$/),
      Engine: 'docdb',
      EngineVersion: '3.6.0',
      BackupRetentionPeriod: 3,
      PreferredBackupWindow: '00:00-00:30',
      PromotionTier: 1,
      PubliclyAccessible: false,
      StorageEncrypted: false,
      VpcSecurityGroups: [{ Status: 'active', VpcSecurityGroupId: expect.stringMatching(/^sg-/) }],
      DBSubnetGroup: { DBSubnetGroupName: 'default', SubnetGroupStatus: 'Complete' },
    };
    const made = await create('sample-cluster-instance-2', { DBInstanceClass: 'db.r4.xlarge' });
    expect(made).toMatchObject({ ...common, DBInstanceStatus: 'creating' });
    expect(made).not.toHaveProperty('Endpoint');
    await advance(60);
    expect(await list({ DBInstanceIdentifier: 'Sample-Cluster-Instance-2' })).toMatchObject([
      {
        ...common,
        DBInstanceStatus: 'available',
        Endpoint: {
          Address: expect.stringMatching(/^sample-cluster-instance-2\.[a-z0-9]{12}\.us-west-2\.docdb\.amazonaws\.com$/),
          Port: 27_017,
          HostedZoneId: expect.stringMatching(/^Z/),
        },
      },
    ]);
  });

  it('is a member of its cluster: the first is the writer, and two zones make the cluster Multi-AZ', async () => {
    await create('one');
    await create('two', { PromotionTier: 2 });
    // The example of docdb describe-db-clusters.
    expect(await cluster()).toMatchObject({
      MultiAZ: true,
      DBClusterMembers: [
        {
          DBInstanceIdentifier: 'one',
          IsClusterWriter: true,
          DBClusterParameterGroupStatus: 'in-sync',
          PromotionTier: 1,
        },
        {
          DBInstanceIdentifier: 'two',
          IsClusterWriter: false,
          DBClusterParameterGroupStatus: 'in-sync',
          PromotionTier: 2,
        },
      ],
    });
  });

  it('leaves the writer to the reader with the lowest promotion tier when it is deleted', async () => {
    await create('one');
    await create('two', { PromotionTier: 5 });
    await create('three', { PromotionTier: 2 });
    await advance(60);
    expect(await remove('one')).toMatchObject({ DBInstanceStatus: 'deleting' });
    await advance(60);
    expect((await cluster())?.DBClusterMembers).toMatchObject([
      { DBInstanceIdentifier: 'three', IsClusterWriter: true },
      { DBInstanceIdentifier: 'two', IsClusterWriter: false },
    ]);
    expect(await refusal(list({ DBInstanceIdentifier: 'one' }))).toMatchObject({
      code: 'DBInstanceNotFound',
      status: 404,
    });
  });

  it('becomes the writer in a failover', async () => {
    await create('one');
    await create('two');
    await advance(60);
    const failover = (TargetDBInstanceIdentifier?: string) =>
      client.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'sample-cluster', TargetDBInstanceIdentifier }));
    expect((await failover()).DBCluster?.DBClusterMembers).toMatchObject([
      { DBInstanceIdentifier: 'one', IsClusterWriter: false },
      { DBInstanceIdentifier: 'two', IsClusterWriter: true },
    ]);
    expect(await refusal(failover('absent'))).toMatchObject({ code: 'InvalidParameterValue' });
    expect(await refusal(failover('two'))).toMatchObject({ code: 'InvalidDBClusterStateFault' });
  });

  it('is found by filters', async () => {
    await create('one');
    const filter = (Name: string, ...Values: string[]) => list({ Filters: [{ Name, Values }] });
    expect(await filter('db-cluster-id', 'sample-cluster')).toHaveLength(1);
    expect(await filter('db-cluster-id', 'young')).toHaveLength(0);
    expect(await filter('engine', 'docdb')).toHaveLength(1);
    expect(await filter('db-instance-id', `arn:aws:rds:us-west-2:${home}:db:one`)).toHaveLength(1);
    expect(await refusal(filter('class', 'x'))).toMatchObject({ code: 'InvalidParameterValue' });
  });

  it.each<[string, Partial<CreateDBInstanceCommandInput>, string, string]>([
    ['a missing cluster', { DBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault', 'could not be found'],
    [
      'another engine',
      { Engine: 'mysql' },
      'InvalidParameterCombination',
      "The engine name requested for your DB instance (mysql) doesn't match the engine name of your DB cluster (docdb).",
    ],
    [
      'a serverless cluster',
      { DBClusterIdentifier: 'serverless', Engine: 'aurora-mysql' },
      'InvalidParameterValue',
      'Instances cannot be added to Aurora Serverless clusters.',
    ],
    ['a cluster that is being created', { DBClusterIdentifier: 'young' }, 'InvalidDBClusterStateFault', 'creating'],
    [
      'an unknown class',
      { DBInstanceClass: 'db.m1.small' },
      'InvalidParameterCombination',
      'DBInstanceClass=db.m1.small',
    ],
    ['no cluster', { DBClusterIdentifier: undefined }, 'InvalidParameterCombination', 'not emulated'],
    ['a tier of 16', { PromotionTier: 16 }, 'InvalidParameterValue', '16'],
  ])('is refused for %s', async (_, input, name, message) => {
    await expect(create('one', input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it('is refused for a name in use', async () => {
    await create('one');
    expect(await refusal(create('ONE'))).toMatchObject({ code: 'DBInstanceAlreadyExists' });
  });
});

it("keeps its cluster from being deleted, with AWS's text", async () => {
  await create('one');
  await advance(60);
  await expect(deleteCluster()).rejects.toMatchObject({
    name: 'InvalidDBClusterStateFault',
    message: 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
  });
  await remove('one');
  // The AWS CLI's example of rds delete-db-cluster still shows the status before the deletion.
  expect((await deleteCluster()).DBCluster).toMatchObject({ Status: 'available' });
  expect(await cluster()).toMatchObject({ Status: 'deleting' });
});

it('a world contains instances, byte for byte', async () => {
  await create('one', { Tags: [{ Key: 'team', Value: 'shop' }] });
  await advance(30);
  await create('two', { PromotionTier: 3 });
  await advance(40);
  await remove('one');
  const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
  const [first, before] = [await dump(), [await list(), await cluster()]];
  await fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: first });
  expect(await dump()).toBe(first);
  expect([await list(), await cluster()]).toEqual(before);
});

it('a cluster has roles', async () => {
  const role = {
    DBClusterIdentifier: 'sample-cluster',
    RoleArn: `arn:aws:iam::${home}:role/loader`,
    FeatureName: 's3Import',
  };
  const add = () => client.send(new AddRoleToDBClusterCommand(role));
  const drop = () => client.send(new RemoveRoleFromDBClusterCommand(role));
  await add();
  const { RoleArn, FeatureName } = role;
  expect((await cluster())?.AssociatedRoles).toEqual([{ RoleArn, FeatureName, Status: 'ACTIVE' }]);
  expect(await refusal(add())).toMatchObject({ code: 'DBClusterRoleAlreadyExists' });
  await drop();
  expect((await cluster())?.AssociatedRoles).toEqual([]);
  expect(await refusal(drop())).toMatchObject({ code: 'DBClusterRoleNotFound', status: 404 });
});
