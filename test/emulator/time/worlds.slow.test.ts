import { CreateDBClusterSnapshotCommand, DescribeDBClusterSnapshotsCommand } from '@aws-sdk/client-docdb';
import {
  CopyClusterSnapshotCommand,
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
} from '@aws-sdk/client-redshift';
import { describe, expect, it } from 'vitest';

import { home, useEmulator, type WorldJson } from '../../support/emulator.ts';

const now = '2026-06-01T12:10:00.000Z';
const place = { account: home, region: 'us-east-1' };
const sales = { ...place, service: 'redshift', ClusterIdentifier: 'sales', ClusterCreateTime: now } as const;
const nightly = { ...place, service: 'redshift', ScheduleIdentifier: 'nightly' } as const;
const orders = {
  ...place,
  service: 'rds',
  DBClusterIdentifier: 'orders',
  ClusterCreateTime: '2026-05-01T00:00:00.000Z',
  PreferredBackupWindow: '23:30-00:00',
} as const;

const [hour, day] = [60 * 60, 24 * 60 * 60];

const emulator = await useEmulator({ assumptions: { automatedSnapshots: true } });
const redshift = emulator.redshift();

const load = (world: WorldJson) => emulator.load({ now, frozen: true, ...world });
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const reload = (world: string) => fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: world });
const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();

/** Returns the names of all snapshots of Redshift, in ascending order. */
const list = async () => {
  const { Snapshots = [] } = await redshift.send(new DescribeClusterSnapshotsCommand({}));
  return Snapshots.map((each) => each.SnapshotIdentifier).toSorted();
};

describe('an automated snapshot in a world', () => {
  const snapshot = (SnapshotIdentifier: string, SnapshotCreateTime: string) => ({
    ...place,
    service: 'redshift' as const,
    ClusterIdentifier: 'sales',
    SnapshotIdentifier,
    SnapshotCreateTime,
  });
  const paused = { ...sales, ClusterCreateTime: '2026-01-01T00:00:00.000Z', ClusterStatus: 'paused' };

  it('expires by the clock, but stays if its retention was over before, or if its cluster is missing', async () => {
    await load({
      clusters: [paused],
      snapshots: [
        snapshot('rs:old', '2026-03-01T00:00:00Z'),
        snapshot('rs:due', '2026-05-31T20:00:00Z'),
        snapshot('rs:newest', '2026-06-01T10:00:00Z'),
        { ...snapshot('rs:orphan', '2026-05-31T20:00:00Z'), ClusterIdentifier: 'absent' },
      ],
    });
    expect(await list()).toEqual(['rs:due', 'rs:newest', 'rs:old', 'rs:orphan']);
    await advance(8 * hour);
    expect(await list()).toEqual(['rs:newest', 'rs:old', 'rs:orphan']);
    await advance(100 * day);
    expect(await list()).toEqual(['rs:newest', 'rs:old', 'rs:orphan']);
  });

  it('stays if automated snapshots are off', async () => {
    await load({
      assumptions: { automatedSnapshots: false },
      clusters: [sales, orders],
      snapshots: [snapshot('rs:due', '2026-05-31T20:00:00Z')],
    });
    await advance(10 * day);
    expect(await list()).toEqual(['rs:due']);
    const { DBClusterSnapshots } = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots).toEqual([]);
  });
});

it('a snapshot that lists do not show yet is hidden as long after its world was loaded again', async () => {
  await load({ assumptions: { snapshotHiddenSeconds: 60 }, clusters: [sales, orders] });
  await redshift.send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier: 'hidden' }));
  const names = { DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'hidden-too' };
  await emulator.docdb().send(new CreateDBClusterSnapshotCommand(names));
  await reload(await dump());
  const both = async () => {
    const { DBClusterSnapshots = [] } = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({}));
    return [...(await list()), ...DBClusterSnapshots.map((each) => each.DBClusterSnapshotIdentifier)];
  };
  expect(await both()).toEqual([]);
  await advance(61);
  expect(await both()).toEqual(['hidden', 'hidden-too']);
});

describe('a world with automated snapshots', () => {
  const worldOf = (count: number): WorldJson => ({
    schedules: [{ ...nightly, ScheduleDefinitions: ['rate(7 hours)', 'cron(15 3,18 MON-FRI)'] }],
    clusters: Array.from({ length: count }, (_, index) => [
      {
        ...sales,
        ClusterIdentifier: `sales-${index}`,
        ...(index % 2 ? { SnapshotScheduleIdentifier: 'nightly' } : {}),
        ClusterSnapshotCopyStatus: { DestinationRegion: 'eu-west-1', RetentionPeriod: 5 },
        AutomatedSnapshotRetentionPeriod: 1 + (index % 4),
      },
      { ...orders, DBClusterIdentifier: `orders-${index}`, BackupRetentionPeriod: 1 + (index % 5) },
    ]).flat(),
  });

  it('is the same at a time, however often it was read or loaded before', async () => {
    const after = async (steps: readonly number[], isReloaded = false) => {
      await load(worldOf(4));
      // oxlint-disable-next-line no-await-in-loop -- each step advances the clock
      for (const step of steps) {
        await advance(step);
        if (isReloaded) await reload(await dump());
      }
      const { snapshots } = JSON.parse(await dump()) as { snapshots: object[] };
      return snapshots.map((each) => JSON.stringify(each)).toSorted();
    };
    const once = await after([40 * day]);
    expect(once.length).toBeGreaterThan(50);
    expect(await after([hour, 3 * day, 36 * day, 20 * hour, 3 * hour])).toEqual(once);
    expect(await after(Array.from({ length: 320 }, () => 3 * hour))).toEqual(once);
    expect(
      await after(
        Array.from({ length: 40 }, () => day),
        true,
      ),
    ).toEqual(once);
  });

  it.each([0, 10, 40, 70, 3600])(
    'is the same, byte for byte, after a second round trip %i seconds after a snapshot',
    async (seconds) => {
      await load({ ...worldOf(3) });
      await advance(3 * day + 8 * hour);
      const copy = { SourceSnapshotIdentifier: 'rs:sales-0-2026-06-04-12-10-00', TargetSnapshotIdentifier: 'copy' };
      await redshift.send(new CopyClusterSnapshotCommand(copy));
      await advance(seconds);
      const first = await dump();
      await advance(2 * day);
      const later = await dump();
      expect((await reload(first)).status).toBe(200);
      expect(await dump()).toBe(first);
      await advance(day);
      await advance(day);
      expect(await dump()).toBe(later);
    },
  );

  it('advances by years without creating what would have expired again', async () => {
    await load(worldOf(300));
    await advance(day);
    const start = performance.now();
    await advance(20 * 365 * day);
    const size = JSON.parse(await dump()) as { snapshots: unknown[] };
    expect(size.snapshots.length).toBeLessThan(300 * 40);
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});
