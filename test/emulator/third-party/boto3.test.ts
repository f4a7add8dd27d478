import { beforeEach, describe, expect, it } from 'vitest';

import { emulatedServices } from '../../../src/emulator/services.ts';
import { home, useEmulator, type WorldJson } from '../../support/emulator.ts';
import { hasBotocore, reasons, useWitness, type WitnessCall } from '../../support/witness.ts';

const redshift = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const rds = { service: 'rds', account: home, region: 'us-east-1' } as const;
const now = '2026-06-01T12:00:00Z';

const emulator = await useEmulator();
const witness = useWitness(emulator);
beforeEach(({ skip }) => skip(!hasBotocore, reasons.botocore));

/** Runs the calls in a frozen world and returns their outcomes. */
async function outcomes(world: WorldJson, calls: readonly WitnessCall[]) {
  await emulator.load({ now, frozen: true, ...world });
  return witness(calls);
}

const operation = (service: string, name: string, parameters: object): WitnessCall => ({
  service,
  operation: name,
  parameters,
});
const waiter = (service: string, name: string, parameters: object): WitnessCall => ({
  service,
  waiter: name,
  parameters,
});
const done = { Status: 200 };
const waited = { Waited: true };

describe('the waiters of redshift', () => {
  const ClusterIdentifier = 'sales';
  const world = { clusters: [{ ...redshift, ClusterIdentifier }] };

  it('end when a snapshot is available', async () => {
    const SnapshotIdentifier = 'manual';
    const calls = [
      operation('redshift', 'create_cluster_snapshot', { ClusterIdentifier, SnapshotIdentifier }),
      waiter('redshift', 'snapshot_available', { SnapshotIdentifier }),
      operation('redshift', 'describe_cluster_snapshots', { SnapshotIdentifier }),
    ];
    expect(await outcomes(world, calls)).toMatchObject([done, waited, { Snapshots: [{ Status: 'available' }] }]);
  });

  it('end when a new or restored cluster is available', async () => {
    const created = { ClusterIdentifier: 'created' };
    const restored = { ClusterIdentifier: 'restored' };
    const calls = [
      operation('redshift', 'create_cluster', {
        ...created,
        ClusterType: 'single-node',
        NodeType: 'ra3.large',
        MasterUsername: 'ann',
        MasterUserPassword: 'Secret-1234',
      }),
      waiter('redshift', 'cluster_available', created),
      operation('redshift', 'restore_from_cluster_snapshot', { ...restored, SnapshotIdentifier: 'manual' }),
      waiter('redshift', 'cluster_restored', restored),
    ];
    const snapshots = [{ ...redshift, ClusterIdentifier, SnapshotIdentifier: 'manual' }];
    expect(await outcomes({ ...world, snapshots }, calls)).toMatchObject([done, waited, done, waited]);
  });

  it('end when a cluster is deleted', async () => {
    const calls = [
      operation('redshift', 'delete_cluster', { ClusterIdentifier, FinalClusterSnapshotIdentifier: 'last' }),
      waiter('redshift', 'cluster_deleted', { ClusterIdentifier }),
      operation('redshift', 'describe_clusters', { ClusterIdentifier }),
    ];
    expect(await outcomes(world, calls)).toMatchObject([done, waited, { Class: 'ClusterNotFoundFault' }]);
  });

  it('fail for a snapshot or a cluster that does not exist', async () => {
    const calls = [
      waiter('redshift', 'snapshot_available', { SnapshotIdentifier: 'absent' }),
      waiter('redshift', 'cluster_restored', { ClusterIdentifier: 'absent' }),
    ];
    expect(await outcomes(world, calls)).toMatchObject([
      { Waited: false, Reason: expect.stringContaining('ClusterSnapshotNotFound') },
      { Waited: false, Reason: expect.stringContaining('ClusterNotFound') },
    ]);
  });
});

describe('the waiters of rds', () => {
  const DBClusterIdentifier = 'orders';
  const DBClusterSnapshotIdentifier = 'manual';
  const world = { clusters: [{ ...rds, DBClusterIdentifier }] };

  it('end when a snapshot is available, and when it is deleted', async () => {
    const calls = [
      operation('docdb', 'create_db_cluster_snapshot', { DBClusterIdentifier, DBClusterSnapshotIdentifier }),
      waiter('rds', 'db_cluster_snapshot_available', { DBClusterSnapshotIdentifier }),
      operation('docdb', 'delete_db_cluster_snapshot', { DBClusterSnapshotIdentifier }),
      waiter('rds', 'db_cluster_snapshot_deleted', { DBClusterSnapshotIdentifier }),
    ];
    expect(await outcomes(world, calls)).toMatchObject([done, waited, done, waited]);
  });

  it.each(['docdb', 'neptune', 'rds'])(
    'end when an instance of %s is available, and when it is deleted',
    async (name) => {
      const Engine = name === 'neptune' ? 'neptune' : 'docdb';
      const instance = { DBInstanceIdentifier: 'first' };
      const clusters = [{ ...rds, DBClusterIdentifier, Engine }];
      const calls = [
        operation(name, 'create_db_instance', {
          ...instance,
          DBClusterIdentifier,
          DBInstanceClass: 'db.r6g.large',
          Engine,
        }),
        waiter(name, 'db_instance_available', instance),
        operation(name, 'delete_db_instance', instance),
        waiter(name, 'db_instance_deleted', instance),
      ];
      expect(await outcomes({ clusters }, calls)).toMatchObject([done, waited, done, waited]);
    },
  );

  it('end when a cluster is available, and when it is deleted', async () => {
    const created = { DBClusterIdentifier: 'graph' };
    const calls = [
      operation('neptune', 'create_db_cluster', { ...created, Engine: 'neptune' }),
      waiter('rds', 'db_cluster_available', created),
      operation('neptune', 'delete_db_cluster', { ...created, SkipFinalSnapshot: true }),
      waiter('rds', 'db_cluster_deleted', created),
    ];
    expect(await outcomes(world, calls)).toMatchObject([done, waited, done, waited]);
  });
});

describe('the paginators', () => {
  const names = Array.from({ length: 45 }, (_, index) => `s${index}`);
  const world = {
    clusters: [
      ...names.map((name) => ({ ...redshift, ClusterIdentifier: name, Tags: [{ Key: 'team', Value: 'data' }] })),
      ...names.map((name) => ({ ...rds, DBClusterIdentifier: name })),
    ],
    snapshots: [
      ...names.map((name) => ({ ...redshift, ClusterIdentifier: 's0', SnapshotIdentifier: name })),
      ...names.map((name) => ({ ...rds, DBClusterIdentifier: 's0', DBClusterSnapshotIdentifier: name })),
    ],
    assumptions: { redshiftManualSnapshotQuota: 100 },
  };

  it('read every page', async () => {
    const lists = [
      ['redshift', 'describe_clusters'],
      ['redshift', 'describe_cluster_snapshots'],
      ['redshift', 'describe_tags'],
      ['docdb', 'describe_db_clusters'],
      ['docdb', 'describe_db_cluster_snapshots'],
      ['rds', 'describe_db_clusters'],
      ['rds', 'describe_db_cluster_snapshots'],
      ['neptune', 'describe_db_clusters'],
      ['neptune', 'describe_db_cluster_snapshots'],
    ];
    const read = await outcomes(world, paged(lists));
    expect(read).toEqual(lists.map(() => ({ Items: 45, Pages: 3 })));
  });

  const required: Readonly<Record<string, object>> = {
    DescribeClusterParameters: { ParameterGroupName: 'default.redshift-1.0' },
    DescribeDefaultClusterParameters: { ParameterGroupFamily: 'redshift-1.0' },
    DescribeOrderableDBInstanceOptions: { Engine: 'docdb' },
  };

  it.each(['redshift', 'docdb', 'rds', 'neptune'])(
    'of %s read as much with small as with large pages',
    async (name) => {
      const emulated = emulatedServices().find((service) => service.name === (name === 'redshift' ? name : 'rds'));
      const [known = {}] = await outcomes({}, [{ service: name, paginators: true }]);
      const names = Object.entries(known).filter(
        // AWS allows no small pages of node configurations.
        ([action]) =>
          action !== 'DescribeNodeConfigurationOptions' && Object.hasOwn(emulated?.operations ?? {}, action),
      );
      expect(names.length).toBeGreaterThan(8);
      const pages = (pageSize: number) =>
        names.map(([action, paginator]) => ({
          service: name,
          paginator: String(paginator),
          pageSize,
          parameters: required[action] ?? {},
        }));
      const read = await outcomes(world, [...pages(20), ...pages(50)]);
      const totals = read.map(({ Items }, index) => `${names[index % names.length]?.[0]} ${String(Items)}`);
      expect(totals.slice(0, names.length)).toEqual(totals.slice(names.length));
    },
  );
});

function paged(lists: readonly (readonly string[])[]): WitnessCall[] {
  return lists.map(([service = '', paginator = '']) => ({ service, paginator, pageSize: 20 }));
}
