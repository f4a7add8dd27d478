import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterToPointInTimeCommand,
} from '@aws-sdk/client-docdb';
import * as rds from '@aws-sdk/client-rds';
import {
  DeleteClusterCommand,
  DescribeClusterSnapshotsCommand,
  ModifyClusterCommand,
  ModifyClusterSnapshotScheduleCommand,
  PauseClusterCommand,
} from '@aws-sdk/client-redshift';
import { describe, expect, it } from 'vitest';

import { home, refusal, useEmulator, type WorldJson } from '../../support/emulator.ts';

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

const emulator = await useEmulator({ assumptions: { automatedSnapshots: true } });
const redshift = emulator.redshift();
const docdb = emulator.docdb();

const load = (world: WorldJson) => emulator.load({ now, frozen: true, ...world });
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

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

  it('has events of its automated snapshots, which have its tags with CopyTagsToSnapshot', async () => {
    const Tags = [{ Key: 'team', Value: 'shop' }];
    await load({ clusters: [{ ...orders, CopyTagsToSnapshot: true, Tags }] });
    await advance(12 * hour);
    const { Events } = await emulator.rds().send(new rds.DescribeEventsCommand({ SourceType: 'db-cluster-snapshot' }));
    expect(Events?.map(({ Message }) => Message)).toEqual([
      'Creating automated cluster snapshot',
      'Automated cluster snapshot created',
    ]);
    const { DBClusterSnapshots } = await emulator.rds().send(new rds.DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots).toMatchObject([{ TagList: Tags }]);
  });

  it('keeps its automated snapshots under its new name, for its retention period', async () => {
    await load({ clusters: [orders] });
    await advance(12 * hour);
    const renaming = { DBClusterIdentifier: 'orders', NewDBClusterIdentifier: 'sales', ApplyImmediately: true };
    await emulator.rds().send(new rds.ModifyDBClusterCommand(renaming));
    const { DBClusterSnapshots } = await docdb.send(new DescribeDBClusterSnapshotsCommand({}));
    expect(DBClusterSnapshots).toMatchObject([{ DBClusterIdentifier: 'sales' }]);
    await advance(3 * day);
    expect(await listOf('rds')).toEqual(['rds:sales-2026-06-03-23-30', 'rds:sales-2026-06-04-23-30']);
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
    const restore = (time: string) =>
      docdb.send(
        new RestoreDBClusterToPointInTimeCommand({
          SourceDBClusterIdentifier: 'orders',
          DBClusterIdentifier: 'restored',
          RestoreToTime: new Date(time),
        }),
      );
    expect(await refusal(restore('2026-05-31T12:00:00Z'))).toMatchObject({ code: 'InvalidRestoreFault' });
    await restore('2026-05-31T12:20:00Z');
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

  it('gets them in its changed window, and keeps existing ones as long as its changed retention period says', async () => {
    await load({ clusters: [orders] });
    await advance(2 * day);
    expect(await listOf('rds')).toEqual(['rds:orders-2026-06-01-23-30', 'rds:orders-2026-06-02-23-30']);
    const cluster = { DBClusterIdentifier: 'orders', ApplyImmediately: true };
    const change = { BackupRetentionPeriod: 3, PreferredBackupWindow: '05:00-05:30' };
    await docdb.send(new ModifyDBClusterCommand({ ...cluster, ...change }));
    await advance(day);
    expect(await listOf('rds')).toEqual([
      'rds:orders-2026-06-01-23-30',
      'rds:orders-2026-06-02-23-30',
      'rds:orders-2026-06-04-05-00',
    ]);
    await docdb.send(new ModifyDBClusterCommand({ ...cluster, BackupRetentionPeriod: 1 }));
    expect(await listOf('rds')).toEqual(['rds:orders-2026-06-04-05-00']);
  });

  it('keeps its automated snapshots when it is renamed, until they expire or it is deleted', async () => {
    await load({
      clusters: [{ ...orders, BackupRetentionPeriod: 8, PreferredMaintenanceWindow: 'sun:03:00-sun:03:30' }],
    });
    const rename = { DBClusterIdentifier: 'orders', NewDBClusterIdentifier: 'sales', ApplyImmediately: false };
    await docdb.send(new ModifyDBClusterCommand(rename));
    // The cluster is renamed in its maintenance window, on June 7.
    await advance(8 * day);
    expect(await listOf('rds')).toEqual([
      ...['01', '02', '03', '04', '05', '06'].map((date) => `rds:orders-2026-06-${date}-23-30`),
      'rds:sales-2026-06-07-23-30',
      'rds:sales-2026-06-08-23-30',
    ]);
    await advance(5 * day);
    expect(await listOf('rds')).toContain('rds:orders-2026-06-06-23-30');
    expect(await listOf('rds')).not.toContain('rds:orders-2026-06-05-23-30');
    await docdb.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'sales', SkipFinalSnapshot: true }));
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
    expect(await listOf('redshift')).toEqual([
      'rs:revenue-2026-06-02-13-10-00',
      'rs:sales-2026-06-02-04-10-00',
      'rs:sales-2026-06-02-12-10-00',
    ]);
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
