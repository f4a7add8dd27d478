import {
  DescribeDBClustersCommand,
  RestoreDBClusterToPointInTimeCommand,
  type RestoreDBClusterToPointInTimeCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-west-2' } as const;
const source = {
  DBClusterIdentifier: 'sample-cluster',
  Engine: 'docdb',
  EngineVersion: '3.6.0',
  MasterUsername: 'master-user',
  BackupRetentionPeriod: 3,
  PreferredBackupWindow: '01:00-01:30',
  PreferredMaintenanceWindow: 'sat:04:30-sat:05:00',
  DatabaseName: 'shop',
};

const emulator = await useEmulator();
const client = emulator.rds({ region: 'us-west-2' });
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z',
    frozen: true,
    clusters: [
      {
        ...here,
        ...source,
        ClusterCreateTime: '2026-05-01T00:00:00.000Z',
        DeletionProtection: true,
        Tags: [{ Key: 'team', Value: 'shop' }],
      },
      { ...here, DBClusterIdentifier: 'young', ReadyTime: '2026-06-01T12:05:00.000Z' },
    ],
  }),
);

const restore = async (input: Partial<RestoreDBClusterToPointInTimeCommandInput> = {}) => {
  const asked = { DBClusterIdentifier: 'pit', SourceDBClusterIdentifier: 'sample-cluster', ...input };
  return (await client.send(new RestoreDBClusterToPointInTimeCommand(asked))).DBCluster;
};
const latest = { UseLatestRestorableTime: true };
const clusters = async (Name?: string, Value?: string) => {
  const filters = Name === undefined || Value === undefined ? {} : { Filters: [{ Name, Values: [Value] }] };
  return (await client.send(new DescribeDBClustersCommand(filters))).DBClusters ?? [];
};

it("a restored cluster has its source's settings, as in the AWS CLI's example of docdb", async () => {
  const { DBClusterIdentifier: _name, ...kept } = source;
  const arn = `arn:aws:rds:us-west-2:${home}:cluster:sample-cluster`;
  expect(await restore({ ...latest, SourceDBClusterIdentifier: arn })).toMatchObject({
    ...kept,
    DBClusterIdentifier: 'pit',
    Status: 'creating',
    DBClusterParameterGroup: 'default.docdb3.6',
    DBSubnetGroup: 'default',
    DBClusterMembers: [],
    MultiAZ: false,
    DeletionProtection: false,
    TagList: [],
    DBClusterArn: `arn:aws:rds:us-west-2:${home}:cluster:pit`,
  });
  await emulator.control('POST', 'clock', { advanceSeconds: 60 });
  expect(await clusters('db-cluster-id', 'pit')).toMatchObject([
    { Status: 'available', EarliestRestorableTime: new Date('2026-06-01T12:00:00.000Z') },
  ]);
});

it('a restore reports its progress as a text until the cluster is available', async () => {
  expect(await restore(latest)).toMatchObject({ Status: 'creating', PercentProgress: '0' });
  const progressAfter = async (advanceSeconds: number) => {
    await emulator.control('POST', 'clock', { advanceSeconds });
    return (await clusters('db-cluster-id', 'pit'))[0]?.PercentProgress;
  };
  expect([await progressAfter(15), await progressAfter(30), await progressAfter(15)]).toEqual(['25', '75', undefined]);
});

it('settings of the input count, and a moment of the restorable period is enough', async () => {
  const settings = { Port: 4321, DeletionProtection: true, CopyTagsToSnapshot: true };
  const RestoreToTime = new Date('2026-05-31T23:59:00Z');
  expect(await restore({ ...settings, RestoreToTime })).toMatchObject(settings);
});

it("a clone and its source have a clone group, as in the AWS CLI's example of rds", async () => {
  const clone = await restore({ ...latest, RestoreType: 'copy-on-write' });
  const CloneGroupId = clone?.CloneGroupId;
  expect(CloneGroupId).toMatch(/^[\da-f-]{36}$/);
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html documents these filters.
  expect(await clusters('clone-group-id', CloneGroupId)).toHaveLength(2);
  expect(await clusters('db-cluster-resource-id', clone?.DbClusterResourceId)).toMatchObject([
    { DBClusterIdentifier: 'pit' },
  ]);
  expect(await clusters('domain', 'd-1')).toEqual([]);
});

it('the source can be named by its resource id', async () => {
  const [found] = await clusters('db-cluster-id', 'sample-cluster');
  const asked = { SourceDBClusterIdentifier: undefined, SourceDbClusterResourceId: found?.DbClusterResourceId };
  expect(await restore({ ...latest, ...asked })).toMatchObject({ DatabaseName: 'shop' });
  const wrong = { SourceDBClusterIdentifier: undefined, SourceDbClusterResourceId: 'cluster-X' };
  expect(await refusal(restore({ ...latest, ...wrong }))).toMatchObject({ code: 'DBClusterNotFoundFault' });
});

it.each<[string, Partial<RestoreDBClusterToPointInTimeCommandInput>, string]>([
  ['no moment', {}, 'InvalidParameterCombination'],
  ['two moments', { ...latest, RestoreToTime: new Date('2026-05-31T00:00:00Z') }, 'InvalidParameterCombination'],
  [
    'a moment of a clone',
    { RestoreType: 'copy-on-write', RestoreToTime: new Date('2026-05-31T00:00:00Z') },
    'InvalidParameterCombination',
  ],
  ['a moment before the restorable period', { RestoreToTime: new Date('2026-04-30T00:00:00Z') }, 'InvalidRestoreFault'],
  ['a moment in the future', { RestoreToTime: new Date('2026-06-02T00:00:00Z') }, 'InvalidRestoreFault'],
  ['an unknown type', { ...latest, RestoreType: 'half' }, 'InvalidParameterValue'],
  ['a missing source', { ...latest, SourceDBClusterIdentifier: 'absent' }, 'DBClusterNotFoundFault'],
  ['no source', { ...latest, SourceDBClusterIdentifier: undefined }, 'InvalidParameterCombination'],
  ['a source that is being created', { ...latest, SourceDBClusterIdentifier: 'young' }, 'InvalidDBClusterStateFault'],
  ['a name in use', { ...latest, DBClusterIdentifier: 'young' }, 'DBClusterAlreadyExistsFault'],
  ['a missing subnet group', { ...latest, DBSubnetGroupName: 'absent' }, 'DBSubnetGroupNotFoundFault'],
])('a restore is refused for %s', async (_, input, code) => {
  expect(await refusal(restore(input))).toMatchObject({ code });
});
