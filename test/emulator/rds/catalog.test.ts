import {
  AddTagsToResourceCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeGlobalClustersCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
  RestoreDBClusterFromSnapshotCommand,
  type DescribeDBEngineVersionsCommandInput,
  type DescribeOrderableDBInstanceOptionsCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const arn = (kind: string, name: string) => `arn:aws:rds:us-east-1:${home}:${kind}:${name}`;

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    groups: [
      { ...here, DBSubnetGroupName: 'Inner', DBSubnetGroupDescription: 'Inner subnets' },
      {
        ...here,
        DBClusterParameterGroupName: 'custom3-6-param-grp',
        DBParameterGroupFamily: 'docdb3.6',
        Description: 'Custom docdb3.6 parameter group',
        Tags: [{ Key: 'team', Value: 'shop' }],
      },
    ],
    clusters: [{ ...here, DBClusterIdentifier: 'orders', DBSubnetGroup: 'of-orders' }],
    instances: [{ ...here, DBClusterIdentifier: 'orders', DBInstanceIdentifier: 'orders-1' }],
    snapshots: [{ ...here, DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'kept' }],
  }),
);

describe('subnet groups', () => {
  const list = async (DBSubnetGroupName?: string) =>
    (await client.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName }))).DBSubnetGroups ?? [];

  it("have the members of the AWS CLI's example of docdb describe-db-subnet-groups", async () => {
    expect(await list('default')).toMatchObject([
      {
        VpcId: expect.stringMatching(/^vpc-/),
        DBSubnetGroupArn: arn('subgrp', 'default'),
        Subnets: ['a', 'b', 'c'].map((zone) => ({
          SubnetIdentifier: expect.stringMatching(/^subnet-[\da-f]{8}$/),
          SubnetStatus: 'Active',
          SubnetAvailabilityZone: { Name: `us-east-1${zone}` },
        })),
        DBSubnetGroupName: 'default',
        SubnetGroupStatus: 'Complete',
        DBSubnetGroupDescription: 'default',
      },
    ]);
  });

  it('are those of every region, of the world, and of loaded clusters', async () => {
    const names = (await list()).map(({ DBSubnetGroupName }) => DBSubnetGroupName);
    expect(names).toEqual(['default', 'inner', 'of-orders', 'private']);
    expect(await refusal(list('absent'))).toMatchObject({ code: 'DBSubnetGroupNotFoundFault', status: 404 });
    const input = { DBClusterIdentifier: 'again', SnapshotIdentifier: 'kept', Engine: 'docdb' };
    const restore = (DBSubnetGroupName: string) =>
      client.send(new RestoreDBClusterFromSnapshotCommand({ ...input, DBSubnetGroupName }));
    expect(await refusal(restore('absent'))).toMatchObject({ code: 'DBSubnetGroupNotFoundFault' });
    expect((await restore('inner')).DBCluster).toMatchObject({ DBSubnetGroup: 'inner' });
  });
});

describe('cluster parameter groups', () => {
  const list = async (DBClusterParameterGroupName?: string) =>
    (await client.send(new DescribeDBClusterParameterGroupsCommand({ DBClusterParameterGroupName })))
      .DBClusterParameterGroups ?? [];

  it("have the members of the AWS CLI's example of docdb describe-db-cluster-parameter-groups", async () => {
    expect(await list('custom3-6-param-grp')).toEqual([
      {
        DBParameterGroupFamily: 'docdb3.6',
        DBClusterParameterGroupArn: arn('cluster-pg', 'custom3-6-param-grp'),
        Description: 'Custom docdb3.6 parameter group',
        DBClusterParameterGroupName: 'custom3-6-param-grp',
      },
    ]);
  });

  it('include the default group of each family', async () => {
    const names = (await list()).map(({ DBClusterParameterGroupName }) => DBClusterParameterGroupName);
    expect(names).toEqual(
      expect.arrayContaining(['default.docdb5.0', 'default.neptune1', 'default.aurora-mysql5.7', 'default.postgres17']),
    );
    // https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeDBClusterParameterGroups.html
    expect(await refusal(list('absent'))).toMatchObject({ code: 'DBParameterGroupNotFound', status: 404 });
  });
});

describe('engine versions', () => {
  const list = async (input: DescribeDBEngineVersionsCommandInput) =>
    (await client.send(new DescribeDBEngineVersionsCommand(input))).DBEngineVersions ?? [];
  const versions = async (input: DescribeDBEngineVersionsCommandInput) =>
    (await list(input)).map(({ EngineVersion }) => EngineVersion);

  it("have the members of the AWS CLI's example of docdb describe-db-engine-versions", async () => {
    expect((await list({ Engine: 'docdb', EngineVersion: '3.6.0' }))[0]).toMatchObject({
      DBParameterGroupFamily: 'docdb3.6',
      EngineVersion: '3.6.0',
      DBEngineDescription: 'Amazon DocumentDB (with MongoDB compatibility)',
      SupportsLogExportsToCloudwatchLogs: true,
      Engine: 'docdb',
      ExportableLogTypes: expect.arrayContaining(['audit']),
      ValidUpgradeTarget: expect.arrayContaining([
        expect.objectContaining({ EngineVersion: '4.0.0', IsMajorVersionUpgrade: true }),
      ]),
    });
  });

  it('are selected by the parameters', async () => {
    expect(await versions({ Engine: 'docdb' })).toEqual(['3.6.0', '4.0.0', '5.0.0', '8.0.0']);
    expect(await versions({ Engine: 'docdb', DefaultOnly: true })).toEqual(['5.0.0']);
    expect(await versions({ Engine: 'docdb', DBParameterGroupFamily: 'docdb4.0' })).toEqual(['4.0.0']);
    expect(await versions({ Engine: 'aurora-postgresql', EngineVersion: '17' })).toEqual(['17.4', '17.5']);
    expect(await versions({ Engine: 'neptune' })).not.toContain('1.0.4.2');
    expect(await versions({ Engine: 'neptune', IncludeAll: true })).toContain('1.0.4.2');
    expect(await versions({ Filters: [{ Name: 'db-parameter-group-family', Values: ['docdb5.0'] }] })).toEqual([
      '5.0.0',
    ]);
    expect(await versions({ Engine: 'mongodb' })).toEqual([]);
  });
});

describe('orderable instances', () => {
  const list = async (input: Partial<DescribeOrderableDBInstanceOptionsCommandInput> = {}) =>
    (await client.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'docdb', ...input })))
      .OrderableDBInstanceOptions ?? [];

  it("have the members of the AWS CLI's example of docdb describe-orderable-db-instance-options", async () => {
    expect(await list({ EngineVersion: '3.6.0', DBInstanceClass: 'db.r4.2xlarge' })).toMatchObject([
      {
        Vpc: true,
        AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({ Name: `us-east-1${zone}` })),
        EngineVersion: '3.6.0',
        DBInstanceClass: 'db.r4.2xlarge',
        LicenseModel: 'na',
        Engine: 'docdb',
      },
    ]);
  });

  it('are listed page by page, and none for another licence or network', async () => {
    const page = await client.send(
      new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'neptune', MaxRecords: 20 }),
    );
    expect([page.OrderableDBInstanceOptions?.length, typeof page.Marker]).toEqual([20, 'string']);
    expect(await list({ LicenseModel: 'amazon-license' })).toEqual([]);
    expect(await list({ Vpc: false })).toEqual([]);
    expect(await list({ EngineVersion: '1.2.3' })).toEqual([]);
    expect(await refusal(list({ Engine: 'mongodb' }))).toMatchObject({ code: 'InvalidParameterValue' });
  });
});

it('there are no global clusters', async () => {
  const list = (GlobalClusterIdentifier?: string) =>
    client.send(new DescribeGlobalClustersCommand({ GlobalClusterIdentifier }));
  expect((await list()).GlobalClusters).toEqual([]);
  expect(await refusal(list('world'))).toMatchObject({ code: 'GlobalClusterNotFoundFault', status: 404 });
});

describe('tags', () => {
  const tags = async (ResourceName: string) =>
    (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList;

  it.each([
    arn('cluster', 'orders'),
    arn('db', 'orders-1'),
    arn('cluster-snapshot', 'kept'),
    arn('subgrp', 'default'),
    arn('subgrp', 'inner'),
    arn('cluster-pg', 'default.docdb5.0'),
  ])('of %s are added, removed, and part of a world', async (ResourceName) => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ];
    await client.send(new AddTagsToResourceCommand({ ResourceName, Tags }));
    const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
    const first = await dump();
    await fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: first });
    expect(await dump()).toBe(first);
    expect(await tags(ResourceName)).toEqual(Tags);
    await client.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ['a'] }));
    expect(await tags(ResourceName)).toEqual([{ Key: 'b', Value: '' }]);
  });

  it.each([
    [arn('db', 'absent'), 'DBInstanceNotFound'],
    [arn('subgrp', 'absent'), 'DBSubnetGroupNotFoundFault'],
    [arn('cluster-pg', 'absent'), 'DBClusterParameterGroupNotFound'],
  ])('of %s do not exist', async (ResourceName, code) => {
    expect(await refusal(tags(ResourceName))).toMatchObject({ code });
  });

  it('of groups are loaded', async () => {
    expect(await tags(arn('cluster-pg', 'custom3-6-param-grp'))).toEqual([{ Key: 'team', Value: 'shop' }]);
  });
});
