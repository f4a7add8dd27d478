import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
  type CreateDBClusterCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() => emulator.load({ now: '2026-06-01T12:00:00.000Z', frozen: true }));

const user = { MasterUsername: 'master', MasterUserPassword: 'secret99' };
const create = async (input: Partial<CreateDBClusterCommandInput> = {}, from = client) => {
  const asked = { DBClusterIdentifier: 'sample-cluster', Engine: 'aurora-mysql', ...user, ...input };
  return (await from.send(new CreateDBClusterCommand(asked))).DBCluster;
};
const read = async (DBClusterIdentifier = 'sample-cluster') =>
  (await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const multiAz = {
  Engine: 'postgres',
  AllocatedStorage: 100,
  Iops: 1000,
  StorageType: 'io1',
  DBClusterInstanceClass: 'db.m5d.large',
};

describe('a new cluster has the members of', () => {
  it("the AWS CLI's example of rds create-db-cluster for Aurora MySQL", async () => {
    const cluster = await create({
      EngineVersion: '5.7.12',
      DBSubnetGroupName: 'default',
      VpcSecurityGroupIds: ['sg-0b9130572daf3dc16'],
    });
    expect(cluster).toMatchObject({
      DBSubnetGroup: 'default',
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-0b9130572daf3dc16', Status: 'active' }],
      AllocatedStorage: 1,
      AssociatedRoles: [],
      DeletionProtection: false,
      IAMDatabaseAuthenticationEnabled: false,
      ReadReplicaIdentifiers: [],
      EngineMode: 'provisioned',
      StorageEncrypted: false,
      MultiAZ: false,
      HttpEndpointEnabled: false,
      BackupRetentionPeriod: 1,
      DBClusterMembers: [],
      Port: 3306,
      Status: 'creating',
      Endpoint: expect.stringMatching(/^sample-cluster\.cluster-[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com$/),
      ReaderEndpoint: expect.stringMatching(
        /^sample-cluster\.cluster-ro-[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com$/,
      ),
      DBClusterParameterGroup: 'default.aurora-mysql5.7',
      HostedZoneId: expect.stringMatching(/^Z/),
      DbClusterResourceId: expect.stringMatching(/^cluster-[A-Z0-9]{26}$/),
      CopyTagsToSnapshot: false,
      CrossAccountClone: false,
      DomainMemberships: [],
    });
    // The example has neither.
    expect(cluster).not.toHaveProperty('EarliestRestorableTime');
    expect(cluster).not.toHaveProperty('LatestRestorableTime');
    await advance(60);
    expect(await read()).toMatchObject({
      LatestRestorableTime: expect.any(Date),
      EarliestRestorableTime: expect.any(Date),
    });
  });

  it("the AWS CLI's example of docdb create-db-cluster: an endpoint from the start, and no storage type", async () => {
    const cluster = await create({
      Engine: 'docdb',
      EngineVersion: '3.6.0',
      PreferredMaintenanceWindow: 'Sun:20:30-Sun:21:00',
    });
    expect(cluster).toMatchObject({
      DBClusterParameterGroup: 'default.docdb3.6',
      PreferredMaintenanceWindow: 'sun:20:30-sun:21:00',
      Port: 27_017,
      Endpoint: expect.stringMatching(/^sample-cluster\.cluster-[a-z0-9]{12}\.us-east-1\.docdb\.amazonaws\.com$/),
      VpcSecurityGroups: [{ VpcSecurityGroupId: expect.stringMatching(/^sg-/), Status: 'active' }],
    });
    expect(cluster).not.toHaveProperty('StorageType');
  });

  it.each([
    // The groups that Terraform's acceptance tests and AWS's documentation name.
    ['docdb', undefined, 'default.docdb5.0', 'docdb.amazonaws.com'],
    ['neptune', undefined, 'default.neptune1.3', 'neptune.amazonaws.com'],
    ['neptune', '1.0.4.2', 'default.neptune1', 'neptune.amazonaws.com'],
    ['aurora-postgresql', undefined, 'default.aurora-postgresql16', 'rds.amazonaws.com'],
    ['aurora-postgresql', '9.6.9', 'default.aurora-postgresql9.6', 'rds.amazonaws.com'],
    ['aurora-mysql', undefined, 'default.aurora-mysql8.0', 'rds.amazonaws.com'],
  ])('the default parameter group and the host of %s %s', async (Engine, EngineVersion, group, host) => {
    expect(await create({ Engine, EngineVersion })).toMatchObject({
      DBClusterParameterGroup: group,
      Endpoint: expect.stringMatching(new RegExp(`\\.us-east-1\\.${host}$`)),
    });
  });

  it("AWS China's domain", async () => {
    const china = emulator.rds({ region: 'cn-north-1' });
    expect((await create({ Engine: 'docdb' }, china))?.Endpoint).toMatch(/\.cn-north-1\.docdb\.amazonaws\.com\.cn$/);
  });

  it('another resource id than an earlier cluster of the same name', async () => {
    const first = await create();
    await emulator.load({ now: '2026-06-02T12:00:00.000Z', frozen: true });
    expect((await create())?.DbClusterResourceId).not.toBe(first?.DbClusterResourceId);
  });
});

// These members exist only in the model of RDS, which all engines share:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
describe('inputs that only the RDS model has', () => {
  it('are shown in the cluster', async () => {
    const shown = {
      DatabaseName: 'shop',
      BacktrackWindow: 3600,
      CopyTagsToSnapshot: true,
      DeletionProtection: true,
      NetworkType: 'DUAL',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    };
    const cluster = await create({
      ...shown,
      EnableIAMDatabaseAuthentication: true,
      AutoMinorVersionUpgrade: false,
      EnableHttpEndpoint: true,
      EnableLocalWriteForwarding: true,
      Domain: 'd-1234567890',
      DomainIAMRoleName: 'directory',
      AssociatedRoles: [{ RoleArn: `arn:aws:iam::${home}:role/loader`, FeatureName: 's3Import' }],
    });
    expect(cluster).toMatchObject({
      ...shown,
      IAMDatabaseAuthenticationEnabled: true,
      AutoMinorVersionUpgrade: false,
      HttpEndpointEnabled: true,
      LocalWriteForwardingStatus: 'enabled',
      DomainMemberships: [{ Domain: 'd-1234567890', Status: 'joined', IAMRoleName: 'directory' }],
      AssociatedRoles: [{ RoleArn: `arn:aws:iam::${home}:role/loader`, FeatureName: 's3Import', Status: 'ACTIVE' }],
    });
  });

  it('set the scaling of a cluster of Aurora Serverless v1', async () => {
    expect(await create({ EngineMode: 'serverless', ScalingConfiguration: { MinCapacity: 2 } })).toMatchObject({
      EngineMode: 'serverless',
      ScalingConfigurationInfo: { MinCapacity: 2, MaxCapacity: 16, AutoPause: true },
    });
  });

  it('give a managed password its secret, which is `creating` at first', async () => {
    const cluster = await create({ MasterUserPassword: undefined, ManageMasterUserPassword: true });
    const SecretArn = expect.stringMatching(`^arn:aws:secretsmanager:us-east-1:${home}:secret:rds!cluster-`);
    expect(cluster?.MasterUserSecret).toMatchObject({
      SecretArn,
      SecretStatus: 'creating',
      KmsKeyId: expect.any(String),
    });
    await advance(60);
    expect((await read())?.MasterUserSecret).toMatchObject({ SecretStatus: 'active' });
  });

  it.each<[string, Partial<CreateDBClusterCommandInput>]>([
    ['OptionGroupName', { OptionGroupName: 'x' }],
    ['ReplicationSourceIdentifier', { ReplicationSourceIdentifier: 'x' }],
    ['GlobalClusterIdentifier', { GlobalClusterIdentifier: 'x' }],
  ])('are refused if they are not emulated: %s', async (_, input) => {
    expect(await refusal(create(input))).toMatchObject({ code: 'NotImplemented' });
  });

  it("of the cluster go to a restored cluster, and `CopyTagsToSnapshot` to the snapshot's tags", async () => {
    const tags = [{ Key: 'team', Value: 'sales' }];
    await create({ DatabaseName: 'shop', CopyTagsToSnapshot: true, Tags: tags });
    await advance(60);
    const snapshot = { DBClusterIdentifier: 'sample-cluster', DBClusterSnapshotIdentifier: 'kept' };
    const taken = await client.send(new CreateDBClusterSnapshotCommand(snapshot));
    expect(taken.DBClusterSnapshot).toMatchObject({ TagList: tags, LicenseModel: 'aurora-mysql', Port: 0 });
    await advance(60);
    const restore = { DBClusterIdentifier: 'again', SnapshotIdentifier: 'kept', Engine: 'aurora-mysql' };
    const { DBCluster } = await client.send(new RestoreDBClusterFromSnapshotCommand(restore));
    expect(DBCluster).toMatchObject({ DatabaseName: 'shop', TagList: [] });
    const named = { ...snapshot, DBClusterSnapshotIdentifier: 'named', Tags: [{ Key: 'own', Value: '' }] };
    const other = await client.send(new CreateDBClusterSnapshotCommand(named));
    expect(other.DBClusterSnapshot?.TagList).toEqual(named.Tags);
  });
});

describe('a Multi-AZ DB cluster', () => {
  it('has three instances of its class, and its storage', async () => {
    const cluster = await create(multiAz);
    expect(cluster).toMatchObject({ ...multiAz, Status: 'creating', MultiAZ: true, Port: 5432 });
    await advance(60);
    expect((await read())?.DBClusterMembers?.map(({ IsClusterWriter }) => IsClusterWriter)).toEqual([
      true,
      false,
      false,
    ]);
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances?.map(({ DBInstanceClass }) => DBInstanceClass)).toEqual(Array(3).fill('db.m5d.large'));
  });

  it('leaves the instances of a renamed cluster to it, and has other names for its own', async () => {
    await create(multiAz);
    await advance(3600);
    const renamed = { DBClusterIdentifier: 'sample-cluster', NewDBClusterIdentifier: 'former', ApplyImmediately: true };
    await client.send(new ModifyDBClusterCommand(renamed));
    await create(multiAz);
    expect((await read('former'))?.DBClusterMembers).toHaveLength(3);
    expect((await read())?.DBClusterMembers).toHaveLength(3);
  });

  it('is restored with another class', async () => {
    await create({ ...multiAz, Engine: 'mysql' });
    await advance(60);
    const snapshot = { DBClusterIdentifier: 'sample-cluster', DBClusterSnapshotIdentifier: 'kept' };
    await client.send(new CreateDBClusterSnapshotCommand(snapshot));
    await advance(60);
    const restore = { DBClusterIdentifier: 'again', SnapshotIdentifier: 'kept', Engine: 'mysql' };
    const asked = { ...restore, DBClusterInstanceClass: 'db.r6gd.xlarge' };
    const { DBCluster } = await client.send(new RestoreDBClusterFromSnapshotCommand(asked));
    expect(DBCluster).toMatchObject({ DBClusterInstanceClass: 'db.r6gd.xlarge', AllocatedStorage: 100, Iops: 1000 });
  });

  it.each<[string, Partial<CreateDBClusterCommandInput>, string]>([
    ['no class', { DBClusterInstanceClass: undefined }, 'InvalidParameterValue'],
    ['no storage', { AllocatedStorage: undefined }, 'InvalidParameterValue'],
    ['no IOPS', { Iops: undefined }, 'InvalidParameterValue'],
    ['a class without local storage', { DBClusterInstanceClass: 'db.r5.large' }, 'InvalidParameterCombination'],
    ['too little storage', { AllocatedStorage: 10 }, 'InvalidParameterCombination'],
  ])('is refused for %s', async (_, input, code) => {
    expect(await refusal(create({ ...multiAz, ...input }))).toMatchObject({ code });
  });
});

describe('a new cluster is refused with the texts that AWS returns', () => {
  it.each<[Partial<CreateDBClusterCommandInput>, string, string]>([
    [
      { MasterUserPassword: undefined },
      'InvalidParameterValue',
      'The parameter MasterUserPassword must be provided and must not be blank.',
    ],
    [
      { MasterUserPassword: 'hunter2' },
      'InvalidParameterValue',
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    ],
    [
      { BacktrackWindow: -1 },
      'InvalidParameterValue',
      'The specified value (-1) is not a valid Backtrack Window. Allowed values are within the range of 0 to 259200',
    ],
    [
      { Engine: 'aurora-postgresql', BacktrackWindow: 60 },
      'InvalidParameterValue',
      'Backtrack is not enabled for the postgres engine.',
    ],
    [{ EngineVersion: '4.4' }, 'InvalidParameterCombination', 'Cannot find version 4.4 for aurora-mysql'],
    [{ DBSubnetGroupName: 'absent' }, 'DBSubnetGroupNotFoundFault', "DB subnet group 'absent' does not exist."],
    [
      { DBClusterParameterGroupName: 'absent' },
      'DBClusterParameterGroupNotFoundFault',
      'DBClusterParameterGroup not found: absent',
    ],
  ])('%j', async (input, name, message) => {
    await expect(create(input)).rejects.toMatchObject({ name, message });
  });

  it.each<[string, Partial<CreateDBClusterCommandInput>]>([
    ['storage', { AllocatedStorage: 100 }],
    ['a parameter group of another family', { DBClusterParameterGroupName: 'docdb5-audited' }],
    ['monitoring without a role', { MonitoringInterval: 60 }],
  ])('for %s of Aurora', async (_, input) => {
    expect(await refusal(create(input))).toMatchObject({ code: 'InvalidParameterCombination' });
  });
});
