import {
  CreateDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  ModifyDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-docdb';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeleteClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  RestoreFromClusterSnapshotCommand,
} from '@aws-sdk/client-redshift';
import { describe, expect, it } from 'vitest';

import { home, refusal, useEmulator, type WorldJson } from '../../support/emulator.ts';

const redshiftPlace = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const rdsPlace = { service: 'rds', account: home, region: 'us-east-1' } as const;

const emulator = await useEmulator({ assumptions: { automatedSnapshots: true } });

const load = (world: WorldJson = {}) => emulator.load({ now: '2013-01-22T21:59:29.559Z', frozen: true, ...world });
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

// AWS's sample responses contain a cluster created at 21:59:29 and its first automated snapshot of 22:04:18.
// https://docs.aws.amazon.com/cli/latest/reference/redshift/describe-cluster-snapshots.html
describe('a new cluster of Redshift', () => {
  const ClusterIdentifier = 'sales';
  const send = (input: object = {}) =>
    emulator.redshift().send(
      new CreateClusterCommand({
        ClusterIdentifier,
        ClusterType: 'single-node',
        MasterUserPassword: 'Secret-1234',
        MasterUsername: 'ann',
        NodeType: 'dc2.large',
        Tags: [{ Key: 'team', Value: 'data' }],
        ...input,
      }),
    );
  const list = async (input: object = {}) =>
    (await emulator.redshift().send(new DescribeClusterSnapshotsCommand(input))).Snapshots ?? [];

  it('gets an automated snapshot without tags as soon as it is available, and no second one', async () => {
    await load();
    await send();
    await advance(59);
    expect(await list()).toEqual([]);
    await advance(1);
    const SnapshotIdentifier = 'rs:sales-2013-01-22-22-00-29';
    expect(await list()).toMatchObject([
      { SnapshotIdentifier, ClusterIdentifier, SnapshotType: 'automated', Status: 'creating', Tags: [] },
    ]);
    await advance(60);
    expect(await list()).toMatchObject([{ SnapshotIdentifier, Status: 'available' }]);
    const refused = refusal(emulator.redshift().send(new DeleteClusterSnapshotCommand({ SnapshotIdentifier })));
    expect((await refused).code).toBe('InvalidClusterSnapshotState');
    const input = { ClusterIdentifier, SkipFinalClusterSnapshot: true };
    await emulator.redshift().send(new DeleteClusterCommand(input));
    expect(await list()).toEqual([]);
  });

  it('gets none if automated snapshots are off', async () => {
    await load();
    await send({ AutomatedSnapshotRetentionPeriod: 0 });
    await advance(3600);
    expect(await list()).toEqual([]);
  });

  it('gets one if it is restored', async () => {
    await load({ snapshots: [{ ...redshiftPlace, ClusterIdentifier: 'old', SnapshotIdentifier: 'manual' }] });
    const input = { ClusterIdentifier, SnapshotIdentifier: 'manual' };
    await emulator.redshift().send(new RestoreFromClusterSnapshotCommand(input));
    await advance(3600);
    expect(await list({ ClusterIdentifier })).toMatchObject([{ SnapshotType: 'automated', Status: 'available' }]);
  });
});

describe('a new cluster of RDS', () => {
  const list = async (DBClusterIdentifier: string) => {
    const answer = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier }));
    return answer.DBClusterSnapshots ?? [];
  };
  const create = () =>
    emulator.docdb().send(
      new CreateDBClusterCommand({
        DBClusterIdentifier: 'orders',
        Engine: 'docdb',
        MasterUserPassword: 'secret-1234',
        MasterUsername: 'ann',
      }),
    );

  it('gets an automated snapshot as soon as it is available', async () => {
    await load();
    await create();
    await advance(60);
    const DBClusterSnapshotIdentifier = 'rds:orders-2013-01-22-22-00';
    expect(await list('orders')).toMatchObject([{ DBClusterSnapshotIdentifier, SnapshotType: 'automated' }]);
  });

  it('gets one if it is restored', async () => {
    const DBClusterSnapshotIdentifier = 'manual';
    await load({ snapshots: [{ ...rdsPlace, DBClusterIdentifier: 'old', DBClusterSnapshotIdentifier }] });
    const input = { DBClusterIdentifier: 'again', Engine: 'docdb', SnapshotIdentifier: DBClusterSnapshotIdentifier };
    await emulator.docdb().send(new RestoreDBClusterFromSnapshotCommand(input));
    await advance(3600);
    expect(await list('again')).toMatchObject([{ SnapshotType: 'automated', Status: 'available' }]);
  });

  it('gets no other one after a change', async () => {
    await load();
    await create();
    await advance(600);
    const input = { DBClusterIdentifier: 'orders', BackupRetentionPeriod: 3, ApplyImmediately: true };
    await emulator.docdb().send(new ModifyDBClusterCommand(input));
    await advance(3600);
    expect(await list('orders')).toHaveLength(1);
  });

  it('gets none with another assumption', async () => {
    await load({ assumptions: { rdsTakesFirstSnapshot: false } });
    await create();
    await advance(3600);
    expect(await list('orders')).toEqual([]);
  });
});

it('is also created if clusters are available at once', async () => {
  await load({ assumptions: { automatedSnapshots: true, clusterSeconds: 0 } });
  const admin = { MasterUserPassword: 'Secret-1234', MasterUsername: 'ann' };
  const redshift = { ClusterIdentifier: 'sales', ClusterType: 'single-node', NodeType: 'ra3.large', ...admin };
  await emulator.redshift().send(new CreateClusterCommand(redshift));
  await emulator.docdb().send(new CreateDBClusterCommand({ DBClusterIdentifier: 'orders', Engine: 'docdb', ...admin }));
  await advance(1);
  const { Snapshots } = await emulator.redshift().send(new DescribeClusterSnapshotsCommand({}));
  expect(Snapshots).toMatchObject([{ ClusterIdentifier: 'sales', SnapshotType: 'automated' }]);
  const { DBClusterSnapshots } = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({}));
  expect(DBClusterSnapshots).toMatchObject([{ DBClusterIdentifier: 'orders', SnapshotType: 'automated' }]);
});
