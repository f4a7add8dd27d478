import {
  CreateClusterSnapshotCommand,
  CreateSnapshotCopyGrantCommand,
  CreateSnapshotScheduleCommand,
  DescribeClusterSnapshotsCommand,
  DescribeSnapshotCopyGrantsCommand,
  DescribeSnapshotSchedulesCommand,
  DescribeTableRestoreStatusCommand,
  ModifyClusterSnapshotScheduleCommand,
  RestoreTableFromClusterSnapshotCommand,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const nightly = { ...here, ScheduleIdentifier: 'nightly', ScheduleDefinitions: ['cron(30 2 *)'] };
const cluster = { ...here, ClusterIdentifier: 'sales' };
const restored = { ...here, TableRestoreRequestId: 'request-1', ClusterIdentifier: 'sales' };

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now,
    frozen: true,
    clusters: [cluster],
    snapshots: [{ ...cluster, SnapshotIdentifier: 'kept' }],
  }),
);

const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
/** Returns the bytes of `GET /_emulator/world`. */
const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();
const post = (world: string) => fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: world });
const schedules = async (input = {}) =>
  (await client.send(new DescribeSnapshotSchedulesCommand(input))).SnapshotSchedules;
const restores = async () => (await client.send(new DescribeTableRestoreStatusCommand({}))).TableRestoreStatusDetails;

describe('the world of Redshift', () => {
  it.each([0, 30, 3600])(
    'is the same, byte for byte, after a second round trip with schedules, grants and table restores after %i seconds',
    async (seconds) => {
      const schedule = {
        ScheduleIdentifier: 'daily',
        ScheduleDescription: 'Every day.',
        Tags: [{ Key: 'a', Value: '' }],
      };
      await client.send(new CreateSnapshotScheduleCommand({ ...schedule, ScheduleDefinitions: ['rate(24 hours)'] }));
      const association = { ClusterIdentifier: 'sales', ScheduleIdentifier: 'daily' };
      await client.send(new ModifyClusterSnapshotScheduleCommand(association));
      const tagged = { SnapshotCopyGrantName: 'copies', Tags: [{ Key: 'team', Value: 'sales' }] };
      await client.send(new CreateSnapshotCopyGrantCommand(tagged));
      const source = { ClusterIdentifier: 'sales', SnapshotIdentifier: 'kept' };
      const table = { SourceDatabaseName: 'shop', SourceTableName: 'orders', NewTableName: 'orders_before' };
      await client.send(new RestoreTableFromClusterSnapshotCommand({ ...source, ...table }));
      await advance(seconds);
      const first = await dump();
      const [read, status] = [await schedules(), await restores()];
      expect((await post(first)).status).toBe(200);
      const second = await dump();
      expect(second).toBe(first);
      expect(JSON.parse(first)).toMatchObject({
        schedules: [{ ...here, ...schedule, ScheduleDefinitions: ['rate(24 hours)'] }],
        grants: [{ ...here, ...tagged }],
        tableRestores: [{ ...here, ...source, ...table, TotalDataInMegaBytes: 512 }],
      });
      expect([await schedules(), await restores()]).toEqual([read, status]);
      expect((await schedules({ ClusterIdentifier: 'sales' }))?.[0]?.AssociatedClusters).toEqual([
        { ClusterIdentifier: 'sales', ScheduleAssociationState: 'ACTIVE' },
      ]);
    },
  );

  it('lists snapshots by the time that they show, before and after a round trip', async () => {
    const later = { ...cluster, SnapshotIdentifier: 'later', SnapshotCreateTime: '2026-06-01T12:00:10.000Z' };
    await emulator.load({ now, frozen: true, clusters: [cluster], snapshots: [later] });
    await client.send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'moved' }));
    await advance(60);
    const names = async (input = {}) =>
      (await client.send(new DescribeClusterSnapshotsCommand(input))).Snapshots?.map(
        ({ SnapshotIdentifier, SnapshotCreateTime }) => [SnapshotIdentifier, SnapshotCreateTime?.getUTCSeconds()],
      );
    const newest = [
      ['moved', 20],
      ['later', 10],
    ];
    const oldestFirst = { SortingEntities: [{ Attribute: 'CREATE_TIME' as const, SortOrder: 'ASC' as const }] };
    for (const world of [undefined, await dump()]) {
      if (world !== undefined) await post(world);
      expect(await names()).toEqual(newest);
      expect(await names(oldestFirst)).toEqual(newest.toReversed());
    }
  });

  it('has schedules, grants and table restores with the defaults of AWS', async () => {
    await emulator.load({
      now,
      frozen: true,
      schedules: [nightly],
      grants: [{ ...here, SnapshotCopyGrantName: 'copies' }],
      clusters: [{ ...cluster, SnapshotScheduleIdentifier: 'nightly' }],
      tableRestores: [
        restored,
        { ...restored, TableRestoreRequestId: 'request-2', Status: 'FAILED', Message: 'The table was not found.' },
        { ...restored, TableRestoreRequestId: 'request-3', TotalDataInMegaBytes: 9, ReadyTime: '2026-06-01T12:01:00Z' },
      ],
    });
    expect(await schedules()).toEqual([
      {
        ScheduleIdentifier: 'nightly',
        ScheduleDefinitions: ['cron(30 2 *)'],
        Tags: [],
        AssociatedClusterCount: 1,
        AssociatedClusters: [{ ClusterIdentifier: 'sales', ScheduleAssociationState: 'ACTIVE' }],
      },
    ]);
    const { SnapshotCopyGrants } = await client.send(new DescribeSnapshotCopyGrantsCommand({}));
    expect(SnapshotCopyGrants).toEqual([
      { SnapshotCopyGrantName: 'copies', KmsKeyId: expect.stringContaining('arn:aws:kms:us-east-1:'), Tags: [] },
    ]);
    await advance(30);
    expect(await restores()).toMatchObject([
      { TableRestoreRequestId: 'request-1', Status: 'SUCCEEDED', RequestTime: new Date(now) },
      { TableRestoreRequestId: 'request-2', Status: 'FAILED', Message: 'The table was not found.' },
      { TableRestoreRequestId: 'request-3', Status: 'IN_PROGRESS', ProgressInMegaBytes: 4 },
    ]);
  });

  it.each([
    ['a schedule without a name', { schedules: [{ ...here, ScheduleDefinitions: ['rate(1 hours)'] }] }, 'is missing'],
    ['an invalid schedule', { schedules: [{ ...nightly, ScheduleDefinitions: ['rate(soon)'] }] }, 'rate(soon)'],
    ['clusters of a schedule', { schedules: [{ ...nightly, AssociatedClusters: [] }] }, 'SnapshotScheduleIdentifier'],
    ['a schedule twice', { schedules: [nightly, nightly] }, 'schedules[1]: nightly already exists'],
    ['a grant without a name', { grants: [here] }, 'grants[0]: SnapshotCopyGrant.SnapshotCopyGrantName is missing'],
    ['a table restore without an id', { tableRestores: [cluster] }, 'TableRestoreRequestId is missing'],
    [
      'a table restore without a cluster',
      { tableRestores: [{ ...restored, ClusterIdentifier: undefined }] },
      'Cluster',
    ],
    ['a schedule of RDS', { schedules: [{ ...nightly, service: 'rds' as const }] }, 'the service rds has no schedules'],
  ])('is not replaced by a world with %s', async (_, world, message) => {
    await expect(emulator.load(world)).rejects.toThrow(message);
  });
});
