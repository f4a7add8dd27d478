import {
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  DisableSnapshotCopyCommand,
  EnableSnapshotCopyCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
  type RedshiftClient,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';

const now = '2026-06-01T12:10:00.000Z';
const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const sales = { ...here, ClusterIdentifier: 'sales', ClusterCreateTime: now };
const cluster = { ClusterIdentifier: 'sales' };
const nightly = { ...here, ScheduleIdentifier: 'nightly', ScheduleDefinitions: ['cron(0 2 *)'] };
const [hour, day] = [60 * 60, 24 * 60 * 60];

const emulator = await useEmulator({ assumptions: { automatedSnapshots: true } });
const client = emulator.redshift();
const europe = emulator.redshift({ region: 'eu-west-1' });

const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const list = async (from: RedshiftClient) => {
  const { Snapshots = [] } = await from.send(new DescribeClusterSnapshotsCommand({}));
  return Snapshots;
};
const days = async (from: RedshiftClient) =>
  (await list(from)).map(({ SnapshotIdentifier }) => SnapshotIdentifier?.slice(-11, -9)).toSorted();

// https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#cross-region-snapshot-copy
describe('a cluster with snapshot copy', () => {
  beforeEach(async () => {
    const follows = { ...sales, SnapshotScheduleIdentifier: 'nightly' };
    await emulator.load({ now, frozen: true, schedules: [nightly], clusters: [follows] });
    const settings = { DestinationRegion: 'eu-west-1', RetentionPeriod: 3, ManualSnapshotRetentionPeriod: 5 };
    await client.send(new EnableSnapshotCopyCommand({ ...cluster, ...settings }));
  });

  it('copies its automated snapshots as automated ones, after they are complete', async () => {
    await advance(14 * hour);
    const [copy] = await list(europe);
    expect(copy).toMatchObject({
      SnapshotIdentifier: 'rs:sales-2026-06-02-02-00-00',
      SnapshotArn: `arn:aws:redshift:eu-west-1:${home}:snapshot:sales/rs:sales-2026-06-02-02-00-00`,
      SnapshotType: 'automated',
      SourceRegion: 'us-east-1',
      Status: 'available',
    });
    for (const name of ['ManualSnapshotRetentionPeriod', 'SnapshotRetentionStartTime', 'ManualSnapshotRemainingDays']) {
      expect(copy).not.toHaveProperty(name);
    }
  });

  it('is still copying a snapshot that was completed just now', async () => {
    await advance(13 * hour + 50 * 60 + 45);
    expect((await list(client))[0]).toMatchObject({ Status: 'available' });
    expect((await list(europe))[0]).toMatchObject({ Status: 'creating' });
    await advance(15);
    expect((await list(europe))[0]).toMatchObject({ Status: 'available' });
  });

  it('keeps the copies as long as its copy settings say, and its own snapshots as long as its own', async () => {
    await advance(10 * day);
    expect(await days(client)).toEqual(['11']);
    expect(await days(europe)).toEqual(['09', '10', '11']);
  });

  it.each([
    [5, ['07', '08', '09', '10', '11']],
    [1, ['11']],
  ])('keeps existing and new copies %i days after a change of that period', async (RetentionPeriod, kept) => {
    await advance(5 * day);
    await client.send(new ModifySnapshotCopyRetentionPeriodCommand({ ...cluster, RetentionPeriod }));
    expect(await days(europe)).toEqual(RetentionPeriod === 1 ? ['06'] : ['04', '05', '06']);
    await advance(5 * day);
    expect(await days(europe)).toEqual(kept);
  });

  it('copies no more after the end of copying, and existing copies expire', async () => {
    await advance(2 * day);
    await client.send(new DisableSnapshotCopyCommand(cluster));
    await advance(day);
    expect(await days(europe)).toEqual(['02', '03']);
    await advance(day);
    expect(await days(europe)).toEqual(['03']);
    await advance(day);
    expect(await days(europe)).toEqual([]);
  });

  it('copies its manual snapshots, which expire by the retention of manual copies', async () => {
    await client.send(new CreateClusterSnapshotCommand({ ...cluster, SnapshotIdentifier: 'mine' }));
    await advance(5 * day);
    const names = async () => (await list(europe)).map(({ SnapshotIdentifier }) => SnapshotIdentifier);
    expect(await names()).toContain('mine');
    await advance(hour);
    expect(await names()).not.toContain('mine');
  });
});

it('takes the end of automated copies in a world from the settings of their cluster, unless it is past', async () => {
  const copy = (name: string, SnapshotCreateTime: string, members: object = {}) => ({
    ...here,
    ...cluster,
    region: 'eu-west-1',
    SourceRegion: 'us-east-1',
    SnapshotIdentifier: name,
    SnapshotCreateTime,
    ...members,
  });
  await emulator.load({
    now,
    frozen: true,
    clusters: [
      {
        ...sales,
        ClusterStatus: 'paused',
        ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1', RetentionPeriod: 2 },
      },
    ],
    snapshots: [
      copy('rs:a', '2026-01-01T00:00:00Z'),
      copy('rs:b', '2026-05-31T00:00:00Z'),
      copy('rs:c', '2026-05-31T00:00:00Z', { ExpiryTime: '2026-06-09T00:00:00Z' }),
      copy('rs:d', '2026-05-31T00:00:00Z', { ClusterIdentifier: 'absent' }),
    ],
  });
  const names = async () => (await list(europe)).map(({ SnapshotIdentifier }) => SnapshotIdentifier).toSorted();
  expect(await names()).toEqual(['rs:a', 'rs:b', 'rs:c', 'rs:d']);
  await advance(2 * day);
  expect(await names()).toEqual(['rs:a', 'rs:c', 'rs:d']);
  await advance(10 * day);
  expect(await names()).toEqual(['rs:a', 'rs:d']);
});

it('completes the copy settings of a world as EnableSnapshotCopy does', async () => {
  await emulator.load({
    now,
    frozen: true,
    clusters: [{ ...sales, ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1' } }],
  });
  const { Clusters = [] } = await client.send(new DescribeClustersCommand({}));
  const settings = { DestinationRegion: 'eu-west-1', RetentionPeriod: 7, ManualSnapshotRetentionPeriod: -1 };
  expect(Clusters[0]?.ClusterSnapshotCopyStatus).toEqual(settings);
  await client.send(new CreateClusterSnapshotCommand({ ...cluster, SnapshotIdentifier: 'mine' }));
  const { content } = await emulator.control('GET', 'world');
  await emulator.load(content);
  expect((await emulator.control('GET', 'world')).content).toEqual(content);
  const copies = await list(europe);
  expect(copies).toMatchObject([{ SnapshotIdentifier: 'mine', ManualSnapshotRetentionPeriod: -1 }]);
});

it('keeps an automated copy without an end in a world, whatever the settings of its cluster become', async () => {
  const copy = { ...sales, region: 'eu-west-1', SourceRegion: 'us-east-1', SnapshotCreateTime: '2026-05-20T00:00:00Z' };
  const name = 'rs:sales-2026-05-20-00-00-00';
  const snapshots = [{ ...copy, SnapshotIdentifier: name }];
  await emulator.load({ now, frozen: true, clusters: [sales], snapshots });
  await client.send(new EnableSnapshotCopyCommand({ ...cluster, DestinationRegion: 'eu-west-1', RetentionPeriod: 35 }));
  const { content } = await emulator.control('GET', 'world');
  await emulator.load(content);
  expect((await emulator.control('GET', 'world')).content).toEqual(content);
  await advance(60 * day);
  const found = await europe.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: name }));
  expect(found.Snapshots).toHaveLength(1);
});
