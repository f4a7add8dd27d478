import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  type DocDBClient,
} from '@aws-sdk/client-docdb';
import {
  CopyClusterSnapshotCommand,
  DeleteClusterCommand,
  DescribeClusterSnapshotsCommand,
  ModifyClusterCommand,
  ModifyClusterSnapshotScheduleCommand,
  PauseClusterCommand,
  type RedshiftClient,
} from '@aws-sdk/client-redshift';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { home, refusal, startTestEmulator, type TestEmulator, type WorldJson } from '../../support/emulator.ts';

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
  BackupRetentionPeriod: 2,
} as const;

const [minute, hour, day] = [60, 60 * 60, 24 * 60 * 60];

let emulator: TestEmulator;
let redshift: RedshiftClient;
let docdb: DocDBClient;
beforeAll(async () => {
  emulator = await startTestEmulator({ assumptions: { automatedSnapshots: true } });
  redshift = emulator.redshift();
  docdb = emulator.docdb();
});
afterAll(() => emulator.close());

const load = (world: WorldJson) => emulator.load({ now, frozen: true, ...world });
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const reload = (world: string) => fetch(`${emulator.url}/_emulator/world`, { method: 'POST', body: world });
const dump = async () => (await fetch(`${emulator.url}/_emulator/world`)).text();

const listOf = async (service: 'redshift' | 'rds') => {
  if (service === 'rds') {
    const { DBClusterSnapshots } = await docdb.send(new DescribeDBClusterSnapshotsCommand({}));
    return DBClusterSnapshots?.map((each) => each.DBClusterSnapshotIdentifier).toSorted();
  }
  const { Snapshots } = await redshift.send(new DescribeClusterSnapshotsCommand({}));
  return Snapshots?.map((each) => each.SnapshotIdentifier).toSorted();
};

// https://docs.aws.amazon.com/documentdb/latest/developerguide/backup_restore-compare_automatic_manual_snapshots.html
describe('a cluster of RDS', () => {
  const status = async () =>
    (await docdb.send(new DescribeDBClustersCommand({}))).DBClusters?.map(({ Status }) => Status);

  it('gets an automated snapshot in its backup window each day, and keeps it for its retention period', async () => {
    await load({ clusters: [orders] });
    await advance(11 * hour);
    expect(await listOf('rds')).toEqual([]);
    await advance(20 * minute);
    expect(await status()).toEqual(['backing-up']);
    const { DBClusterSnapshots } = await docdb.send(new DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots).toMatchObject([
      {
        DBClusterSnapshotIdentifier: 'rds:orders-2026-06-01-23-30',
        DBClusterSnapshotArn: `arn:aws:rds:us-east-1:${home}:cluster-snapshot:rds:orders-2026-06-01-23-30`,
        SnapshotType: 'automated',
        SnapshotCreateTime: new Date('2026-06-01T23:30:00Z'),
        Status: 'creating',
        PercentProgress: 0,
      },
    ]);
    await advance(30);
    expect(await status()).toEqual(['available']);
    await advance(2 * day - minute);
    expect(await listOf('rds')).toEqual(['rds:orders-2026-06-01-23-30', 'rds:orders-2026-06-02-23-30']);
    await advance(minute);
    expect(await listOf('rds')).toEqual(['rds:orders-2026-06-02-23-30', 'rds:orders-2026-06-03-23-30']);
  });

  it('can be restored to any time within its retention period', async () => {
    await load({ clusters: [orders] });
    const times = async () => {
      const { DBClusters } = await docdb.send(new DescribeDBClustersCommand({}));
      return [DBClusters?.[0]?.EarliestRestorableTime, DBClusters?.[0]?.LatestRestorableTime];
    };
    expect(await times()).toEqual([new Date('2026-05-30T12:10:00Z'), new Date(now)]);
    await advance(day);
    expect(await times()).toEqual([new Date('2026-05-31T12:10:00Z'), new Date('2026-06-02T12:10:00Z')]);
  });

  it('gets none while it is not available, or while one of its snapshots is being copied', async () => {
    await load({
      clusters: [orders, { ...orders, DBClusterIdentifier: 'stopped', Status: 'stopped' }],
      snapshots: [
        {
          ...place,
          service: 'rds',
          DBClusterIdentifier: 'orders',
          DBClusterSnapshotIdentifier: 'copied',
          Status: 'copying',
          ReadyTime: '2026-06-02T00:00:00Z',
        },
      ],
    });
    await advance(day);
    expect(await listOf('rds')).toEqual(['copied']);
    await advance(day);
    expect(await listOf('rds')).toEqual(['copied', 'rds:orders-2026-06-02-23-30']);
  });

  it('gets them after its creation, and loses them with its deletion', async () => {
    await load({});
    const { PreferredBackupWindow, BackupRetentionPeriod } = orders;
    const master = { MasterUsername: 'boss', MasterUserPassword: 'correct-horse' };
    const settings = { Engine: 'docdb', ...master, PreferredBackupWindow, BackupRetentionPeriod };
    await docdb.send(new CreateDBClusterCommand({ DBClusterIdentifier: 'made', ...settings }));
    await advance(day);
    expect(await listOf('rds')).toEqual(['rds:made-2026-06-01-12-11', 'rds:made-2026-06-01-23-30']);
    await docdb.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'made', SkipFinalSnapshot: true }));
    expect(await listOf('rds')).toEqual([]);
    await advance(3 * day);
    expect(await listOf('rds')).toEqual([]);
  });

  it('rejects a manual snapshot while the automated one is being created', async () => {
    await load({ clusters: [orders] });
    await advance(11 * hour + 20 * minute);
    const input = { DBClusterIdentifier: 'orders', DBClusterSnapshotIdentifier: 'mine' };
    expect(await refusal(docdb.send(new CreateDBClusterSnapshotCommand(input)))).toMatchObject({
      code: 'InvalidDBClusterStateFault',
    });
  });
});

// https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#about-automated-snapshots
describe('a cluster of Redshift', () => {
  it('gets an automated snapshot every eight hours without a schedule', async () => {
    await load({ clusters: [sales] });
    await advance(day - 1);
    const { Snapshots } = await redshift.send(new DescribeClusterSnapshotsCommand({}));
    expect(Snapshots?.map(({ SnapshotIdentifier }) => SnapshotIdentifier)).toEqual([
      'rs:sales-2026-06-02-04-10-00',
      'rs:sales-2026-06-01-20-10-00',
    ]);
    expect(Snapshots?.[0]).toMatchObject({
      SnapshotType: 'automated',
      Status: 'available',
      ClusterCreateTime: new Date(now),
      // SnapshotCreateTime moves on when a snapshot is complete.
      SnapshotCreateTime: new Date('2026-06-02T04:10:20Z'),
    });
    expect(Snapshots?.[0]).not.toHaveProperty('ManualSnapshotRetentionPeriod');
  });

  it('gets them by its schedule from the association on, and by the default after its end', async () => {
    await load({
      schedules: [{ ...nightly, ScheduleDefinitions: ['cron(30 2 *)'] }],
      clusters: [{ ...sales, AutomatedSnapshotRetentionPeriod: 3 }],
    });
    const cluster = { ClusterIdentifier: 'sales' };
    const follow = { ...cluster, ScheduleIdentifier: 'nightly' };
    await redshift.send(new ModifyClusterSnapshotScheduleCommand(follow));
    await advance(2 * day);
    expect(await listOf('redshift')).toEqual(['rs:sales-2026-06-02-02-30-00', 'rs:sales-2026-06-03-02-30-00']);
    await redshift.send(new ModifyClusterSnapshotScheduleCommand({ ...cluster, DisassociateSchedule: true }));
    await advance(8 * hour);
    expect(await listOf('redshift')).toEqual([
      'rs:sales-2026-06-02-02-30-00',
      'rs:sales-2026-06-03-02-30-00',
      'rs:sales-2026-06-03-20-10-00',
    ]);
  });

  it('keeps its newest automated snapshot until a newer one, whatever the retention', async () => {
    await load({
      schedules: [{ ...nightly, ScheduleDefinitions: ['cron(0 9 TUE)'] }],
      clusters: [{ ...sales, SnapshotScheduleIdentifier: 'nightly' }],
    });
    await advance(6 * day);
    expect(await listOf('redshift')).toEqual(['rs:sales-2026-06-02-09-00-00']);
    await advance(2 * day);
    expect(await listOf('redshift')).toEqual(['rs:sales-2026-06-09-09-00-00']);
  });

  it.each([
    ['paused', { ClusterStatus: 'paused' }],
    ['without automated snapshots', { AutomatedSnapshotRetentionPeriod: 0 }],
  ])('gets none while it is %s', async (_, members) => {
    await load({ clusters: [{ ...sales, ...members }] });
    await advance(3 * day);
    expect(await listOf('redshift')).toEqual([]);
  });

  it('keeps its existing automated snapshots as long as its changed retention period says', async () => {
    await load({ clusters: [{ ...sales, NodeType: 'dc2.large', AutomatedSnapshotRetentionPeriod: 3 }] });
    const keep = async (AutomatedSnapshotRetentionPeriod: number) => {
      await redshift.send(new ModifyClusterCommand({ ClusterIdentifier: 'sales', AutomatedSnapshotRetentionPeriod }));
      // The cluster is modifying for a minute.
      await advance(minute);
    };
    await advance(4 * day + hour);
    expect(await listOf('redshift')).toHaveLength(9);
    await keep(4);
    await advance(day);
    expect(await listOf('redshift')).toHaveLength(12);
    await keep(1);
    expect(await listOf('redshift')).toHaveLength(3);
    await keep(0);
    expect(await listOf('redshift')).toEqual([]);
    await advance(2 * day);
    expect(await listOf('redshift')).toEqual([]);
  });

  it('keeps its automated snapshots when it is renamed, until they expire', async () => {
    await load({ clusters: [sales] });
    await advance(day);
    const names = { ClusterIdentifier: 'sales', NewClusterIdentifier: 'revenue' };
    await redshift.send(new ModifyClusterCommand(names));
    await advance(hour);
    expect(await listOf('redshift')).toEqual([
      'rs:sales-2026-06-01-20-10-00',
      'rs:sales-2026-06-02-04-10-00',
      'rs:sales-2026-06-02-12-10-00',
    ]);
    // A snapshot expires between two others.
    await redshift.send(new PauseClusterCommand({ ClusterIdentifier: 'revenue' }));
    await advance(8 * hour);
    expect(await listOf('redshift')).toEqual(['rs:sales-2026-06-02-04-10-00', 'rs:sales-2026-06-02-12-10-00']);
  });

  it('loses its automated snapshots with its deletion', async () => {
    await load({ clusters: [sales] });
    await advance(day);
    expect(await listOf('redshift')).toHaveLength(3);
    await redshift.send(new DeleteClusterCommand({ ClusterIdentifier: 'sales', SkipFinalClusterSnapshot: true }));
    await advance(day);
    expect(await listOf('redshift')).toEqual([]);
  });
});

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
    expect(await listOf('redshift')).toEqual(['rs:due', 'rs:newest', 'rs:old', 'rs:orphan']);
    await advance(8 * hour);
    expect(await listOf('redshift')).toEqual(['rs:newest', 'rs:old', 'rs:orphan']);
    await advance(100 * day);
    expect(await listOf('redshift')).toEqual(['rs:newest', 'rs:old', 'rs:orphan']);
  });

  it('stays if automated snapshots are off', async () => {
    await load({
      assumptions: { automatedSnapshots: false },
      clusters: [sales, orders],
      snapshots: [snapshot('rs:due', '2026-05-31T20:00:00Z')],
    });
    await advance(10 * day);
    expect([...((await listOf('redshift')) ?? []), ...((await listOf('rds')) ?? [])]).toEqual(['rs:due']);
  });
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
