import {
  CopyClusterSnapshotCommand,
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeClusterSnapshotsCommand,
  DescribeTableRestoreStatusCommand,
  EnableSnapshotCopyCommand,
  ModifyClusterCommand,
  ModifySnapshotCopyRetentionPeriodCommand,
  RestoreTableFromClusterSnapshotCommand,
  type ModifyClusterCommandInput,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator } from '../../support/emulator.ts';
import { failure } from './failure.ts';

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator();
const client = emulator.redshift();
beforeEach(() =>
  emulator.load({
    now: '2026-06-01T12:00:00.000Z', // a Monday
    frozen: true,
    clusters: ['first', 'second'].map((ClusterIdentifier) => ({
      ...here,
      ClusterIdentifier,
      PreferredMaintenanceWindow: 'tue:03:00-tue:04:00',
    })),
  }),
);

const modify = async (ClusterIdentifier: string, input: Partial<ModifyClusterCommandInput>) =>
  (await client.send(new ModifyClusterCommand({ ClusterIdentifier, ...input }))).Cluster;
const read = async (ClusterIdentifier: string) =>
  (await client.send(new DescribeClustersCommand({ ClusterIdentifier }))).Clusters?.[0];
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });
const day = 86_400;

describe('a cluster that is being renamed', () => {
  it('reserves its new name for itself', async () => {
    await modify('first', { NewClusterIdentifier: 'third' });
    const taken = { code: 'ClusterAlreadyExists', message: 'Cluster third already exists.' };
    expect(await failure(modify('second', { NewClusterIdentifier: 'third' }))).toEqual(taken);
    const created = { NodeType: 'ra3.xlplus', MasterUsername: 'awsuser', ManageMasterPassword: true };
    const creation = client.send(new CreateClusterCommand({ ClusterIdentifier: 'third', ...created }));
    expect(await failure(creation)).toEqual(taken);
    await advance(60);
    const { Clusters = [] } = await client.send(new DescribeClustersCommand({}));
    expect(Clusters.map(({ ClusterIdentifier }) => ClusterIdentifier)).toEqual(['second', 'third']);
  });

  // "Snapshots associated with a cluster remain associated with that cluster after it is renamed."
  it('keeps its table restores, and the copies of its snapshots in another region', async () => {
    await emulator.load({
      now: '2026-06-01T12:00:00.000Z',
      frozen: true,
      clusters: [{ ...here, ClusterIdentifier: 'first' }],
      assumptions: { automatedSnapshots: true },
    });
    const copies = { DestinationRegion: 'eu-west-1', RetentionPeriod: 2 };
    await client.send(new EnableSnapshotCopyCommand({ ClusterIdentifier: 'first', ...copies }));
    await advance(9 * 3600);
    await client.send(
      new RestoreTableFromClusterSnapshotCommand({
        ClusterIdentifier: 'first',
        SnapshotIdentifier: 'rs:first-2026-06-01-20-00-00',
        SourceDatabaseName: 'shop',
        SourceTableName: 'orders',
        NewTableName: 'orders_before',
      }),
    );
    await modify('first', { NewClusterIdentifier: 'third' });
    await advance(60);
    const restores = await client.send(new DescribeTableRestoreStatusCommand({ ClusterIdentifier: 'third' }));
    expect(restores.TableRestoreStatusDetails).toMatchObject([{ ClusterIdentifier: 'third', Status: 'SUCCEEDED' }]);
    await client.send(
      new ModifySnapshotCopyRetentionPeriodCommand({ ClusterIdentifier: 'third', RetentionPeriod: 30 }),
    );
    await advance(10 * day);
    const copy = new DescribeClusterSnapshotsCommand({ SnapshotIdentifier: 'rs:first-2026-06-01-20-00-00' });
    expect((await emulator.redshift({ region: 'eu-west-1' }).send(copy)).Snapshots).toHaveLength(1);
  });

  it('gets the address of its new name together with a new port', async () => {
    await modify('first', { NewClusterIdentifier: 'third', Port: 5440 });
    await advance(60);
    const { Address, Port } = (await read('third'))?.Endpoint ?? {};
    expect([Address?.split('.')[0], Port]).toEqual(['third', 5440]);
  });
});

// "The new track name stays in the PendingModifiedValues for the cluster until the next maintenance window."
// https://docs.aws.amazon.com/redshift/latest/APIReference/API_ModifyCluster.html
describe('a pending maintenance track', () => {
  it('is replaced by the next one, and withdrawn by the current one', async () => {
    await modify('first', { MaintenanceTrackName: 'trailing' });
    const replaced = await modify('first', { MaintenanceTrackName: 'preview_2026' });
    expect(replaced?.PendingModifiedValues).toEqual({ MaintenanceTrackName: 'preview_2026' });
    const withdrawn = await modify('first', { MaintenanceTrackName: 'current' });
    expect(withdrawn?.PendingModifiedValues).toEqual({});
    await advance(14 * day);
    expect(await read('first')).toMatchObject({ MaintenanceTrackName: 'current', PendingModifiedValues: {} });
  });

  it('waits for a maintenance window that was changed meanwhile', async () => {
    await modify('first', { MaintenanceTrackName: 'trailing' });
    await modify('first', { PreferredMaintenanceWindow: 'fri:03:00-fri:04:00' });
    await advance(2 * day);
    expect(await read('first')).toMatchObject({
      MaintenanceTrackName: 'current',
      PendingModifiedValues: { MaintenanceTrackName: 'trailing' },
    });
    await advance(2 * day);
    expect(await read('first')).toMatchObject({ MaintenanceTrackName: 'trailing', PendingModifiedValues: {} });
  });
});

// "You can't copy the latest automated snapshots of a paused cluster to manual snapshots."
// https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
it('rejects a copy of the latest automated snapshot of a paused cluster', async () => {
  const paused = { ...here, ClusterIdentifier: 'first', ClusterStatus: 'paused' };
  const snapshot = (name: string) => ({
    ...here,
    ClusterIdentifier: 'first',
    SnapshotIdentifier: `rs:first-${name}`,
    SnapshotCreateTime: `${name}T00:00:00Z`,
  });
  await emulator.load({ clusters: [paused], snapshots: [snapshot('2026-05-01'), snapshot('2026-05-02')] });
  const copy = (name: string) =>
    client.send(
      new CopyClusterSnapshotCommand({
        SourceSnapshotIdentifier: `rs:first-${name}`,
        TargetSnapshotIdentifier: 'copy',
      }),
    );
  expect(await failure(copy('2026-05-02'))).toMatchObject({ code: 'InvalidClusterSnapshotState' });
  expect((await copy('2026-05-01')).Snapshot).toMatchObject({ SnapshotIdentifier: 'copy', SnapshotType: 'manual' });
});
