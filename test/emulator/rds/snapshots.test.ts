import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  type DescribeDBClusterSnapshotsCommandInput,
} from '@aws-sdk/client-rds';
import { beforeEach, expect, it } from 'vitest';

import { home, refusal, useEmulator } from '../../support/emulator.ts';

const here = { service: 'rds', account: home, region: 'us-east-1' } as const;
const aurora = { ...here, DBClusterIdentifier: 'mydbcluster', Engine: 'aurora-mysql' };
const source = {
  ...aurora,
  DBClusterSnapshotIdentifier: 'rds:mydbcluster-2019-06-04-09-16',
  SnapshotCreateTime: '2019-06-04T09:16:42.649Z',
};

const emulator = await useEmulator();
const client = emulator.rds();
beforeEach(() =>
  emulator.load({
    now: '2019-06-18T21:21:00.469Z',
    frozen: true,
    clusters: [
      {
        ...aurora,
        EngineVersion: '5.7.mysql_aurora.2.04.2',
        MasterUsername: 'myadmin',
        ClusterCreateTime: '2019-04-15T14:18:42.785Z',
      },
    ],
    snapshots: [source],
  }),
);

const create = async (DBClusterSnapshotIdentifier: string) => {
  const asked = { DBClusterIdentifier: 'mydbcluster', DBClusterSnapshotIdentifier };
  return (await client.send(new CreateDBClusterSnapshotCommand(asked))).DBClusterSnapshot;
};
const list = async (input: DescribeDBClusterSnapshotsCommandInput) =>
  (await client.send(new DescribeDBClusterSnapshotsCommand(input))).DBClusterSnapshots ?? [];

it("a snapshot has the members of the AWS CLI's example of rds create-db-cluster-snapshot", async () => {
  expect(await create('mydbclustersnapshot')).toMatchObject({
    AvailabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    DBClusterSnapshotIdentifier: 'mydbclustersnapshot',
    DBClusterIdentifier: 'mydbcluster',
    SnapshotCreateTime: new Date('2019-06-18T21:21:00.469Z'),
    Engine: 'aurora-mysql',
    AllocatedStorage: 1,
    Status: 'creating',
    Port: 0,
    VpcId: expect.stringMatching(/^vpc-/),
    ClusterCreateTime: new Date('2019-04-15T14:18:42.785Z'),
    MasterUsername: 'myadmin',
    EngineVersion: '5.7.mysql_aurora.2.04.2',
    LicenseModel: 'aurora-mysql',
    SnapshotType: 'manual',
    PercentProgress: 0,
    StorageEncrypted: false,
    DBClusterSnapshotArn: `arn:aws:rds:us-east-1:${home}:cluster-snapshot:mydbclustersnapshot`,
    IAMDatabaseAuthenticationEnabled: false,
    DbClusterResourceId: expect.stringMatching(/^cluster-/),
  });
});

it("a copy keeps the source's SnapshotCreateTime, as in the AWS CLI's example of rds copy-db-cluster-snapshot", async () => {
  const asked = {
    SourceDBClusterSnapshotIdentifier: `arn:aws:rds:us-east-1:${home}:cluster-snapshot:${source.DBClusterSnapshotIdentifier}`,
    TargetDBClusterSnapshotIdentifier: 'myclustersnapshotcopy',
    CopyTags: true,
  };
  const { DBClusterSnapshot } = await client.send(new CopyDBClusterSnapshotCommand(asked));
  expect(DBClusterSnapshot).toMatchObject({
    DBClusterSnapshotIdentifier: 'myclustersnapshotcopy',
    SnapshotCreateTime: new Date('2019-06-04T09:16:42.649Z'),
    SnapshotType: 'manual',
  });
});

it('snapshots are found by the resource id of their cluster', async () => {
  const made = await create('one');
  expect(await list({ DbClusterResourceId: made?.DbClusterResourceId })).toHaveLength(2);
  expect(await list({ DbClusterResourceId: 'cluster-X' })).toEqual([]);
});

it("a snapshot of an earlier cluster of the same name has that cluster's resource id", async () => {
  const earlier = { ...source, DBClusterSnapshotIdentifier: 'older', ClusterCreateTime: '2018-01-01T00:00:00.000Z' };
  await emulator.load({
    clusters: [{ ...aurora, ClusterCreateTime: '2019-04-15T14:18:42.785Z' }],
    snapshots: [earlier, source],
  });
  const ids = (await list({})).map(({ DbClusterResourceId }) => DbClusterResourceId);
  expect(new Set(ids).size).toBe(2);
});

it("faults have AWS's texts", async () => {
  await create('one');
  await emulator.control('POST', 'clock', { advanceSeconds: 30 });
  // Texts of AWS in public reports, such as issues of hashicorp/terraform-provider-aws.
  await expect(create('one')).rejects.toMatchObject({
    name: 'DBClusterSnapshotAlreadyExistsFault',
    message: 'Cannot create the cluster snapshot because one with the identifier one already exists.',
  });
  await expect(list({ DBClusterSnapshotIdentifier: 'absent' })).rejects.toMatchObject({
    message: 'DBClusterSnapshot not found: absent',
  });
});

it('an account cannot be both added and removed', async () => {
  await create('one');
  await emulator.control('POST', 'clock', { advanceSeconds: 30 });
  const asked = {
    DBClusterSnapshotIdentifier: 'one',
    AttributeName: 'restore',
    ValuesToAdd: ['111122223333', '444455556666'],
    ValuesToRemove: ['444455556666'],
  };
  const modify = (input = {}) =>
    refusal(client.send(new ModifyDBClusterSnapshotAttributeCommand({ ...asked, ...input })));
  expect(await modify()).toMatchObject({ code: 'InvalidParameterCombination' });
  // The type of the snapshot counts first.
  const { DBClusterSnapshotIdentifier } = source;
  expect(await modify({ DBClusterSnapshotIdentifier })).toMatchObject({ code: 'InvalidDBClusterSnapshotStateFault' });
});

it.each([1, 10, 15, 20, 29])(
  'has the same progress after round trips of the world %i seconds after its start',
  async (seconds) => {
    await create('new');
    await emulator.control('POST', 'clock', { advanceSeconds: seconds });
    const { content: first } = await emulator.control('GET', 'world');
    for (const _ of [1, 2]) {
      await emulator.load((await emulator.control('GET', 'world')).content);
      expect((await emulator.control('GET', 'world')).content).toEqual(first);
    }
  },
);
