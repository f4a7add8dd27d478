import * as docdb from '@aws-sdk/client-docdb';
import * as redshift from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it } from 'vitest';

import { home, useEmulator, type WorldJson } from '../support/emulator.ts';

const now = '2026-06-01T12:00:00.000Z';
const other = '012345678901';
const [place, europe] = ['us-east-1', 'eu-west-1'].map((region) => ({ account: home, region })) as [Place, Place];
type Place = { readonly account: string; readonly region: string };
const created = '2025-01-01T00:00:00.000Z';

const emulator = await useEmulator();
const advance = (advanceSeconds: number) => emulator.control('POST', 'clock', { advanceSeconds });

/** The calls and the world members of one service, in common terms. */
interface Service {
  readonly cluster: (name: string, createdAt?: string) => Loaded;
  readonly snapshot: (name: string, cluster: string, more?: object) => Loaded;
  readonly createCluster: (name: string) => Promise<unknown>;
  /** Deletes a cluster with a final snapshot. */
  readonly deleteCluster: (name: string, final: string) => Promise<unknown>;
  readonly restore: (snapshot: string, cluster: string) => Promise<unknown>;
  readonly create: (name: string, cluster: string) => Promise<unknown>;
  readonly clusterTime: (name: string) => Promise<string | undefined>;
  /** Returns the times of the creation of the cluster of each snapshot. */
  readonly times: (where?: Place) => Promise<Record<string, string | undefined>>;
}
type Loaded = { readonly service: 'redshift' | 'rds' } & Record<string, unknown>;

const services: Record<string, Service> = {
  'Amazon Redshift': {
    cluster: (ClusterIdentifier, ClusterCreateTime = created) => ({
      service: 'redshift',
      ClusterIdentifier,
      ClusterCreateTime,
    }),
    snapshot: (SnapshotIdentifier, ClusterIdentifier, more) => ({
      service: 'redshift',
      SnapshotIdentifier,
      ClusterIdentifier,
      ...more,
    }),
    createCluster: (ClusterIdentifier) => {
      const input = { ClusterIdentifier, NodeType: 'ra3.xlplus', MasterUsername: 'a', ManageMasterPassword: true };
      return emulator.redshift().send(new redshift.CreateClusterCommand(input));
    },
    deleteCluster: (ClusterIdentifier, FinalClusterSnapshotIdentifier) => {
      const input = { ClusterIdentifier, FinalClusterSnapshotIdentifier };
      return emulator.redshift().send(new redshift.DeleteClusterCommand(input));
    },
    restore: (SnapshotIdentifier, ClusterIdentifier) =>
      emulator
        .redshift()
        .send(new redshift.RestoreFromClusterSnapshotCommand({ SnapshotIdentifier, ClusterIdentifier })),
    create: (SnapshotIdentifier, ClusterIdentifier) =>
      emulator.redshift().send(new redshift.CreateClusterSnapshotCommand({ SnapshotIdentifier, ClusterIdentifier })),
    clusterTime: async (ClusterIdentifier) => {
      const { Clusters } = await emulator.redshift().send(new redshift.DescribeClustersCommand({ ClusterIdentifier }));
      return Clusters?.[0]?.ClusterCreateTime?.toISOString();
    },
    times: async (where = place) => {
      const { Snapshots = [] } = await emulator.redshift(where).send(new redshift.DescribeClusterSnapshotsCommand({}));
      return Object.fromEntries(
        Snapshots.map((each) => [each.SnapshotIdentifier, each.ClusterCreateTime?.toISOString()]),
      );
    },
  },
  'Amazon DocumentDB': {
    cluster: (DBClusterIdentifier, ClusterCreateTime = created) => ({
      service: 'rds',
      DBClusterIdentifier,
      ClusterCreateTime,
    }),
    snapshot: (DBClusterSnapshotIdentifier, DBClusterIdentifier, more) => ({
      service: 'rds',
      DBClusterSnapshotIdentifier,
      DBClusterIdentifier,
      ...more,
    }),
    createCluster: (DBClusterIdentifier) => {
      const input = { DBClusterIdentifier, Engine: 'docdb', MasterUsername: 'a', ManageMasterUserPassword: true };
      return emulator.docdb().send(new docdb.CreateDBClusterCommand(input));
    },
    deleteCluster: (DBClusterIdentifier, FinalDBSnapshotIdentifier) =>
      emulator.docdb().send(new docdb.DeleteDBClusterCommand({ DBClusterIdentifier, FinalDBSnapshotIdentifier })),
    restore: (SnapshotIdentifier, DBClusterIdentifier) => {
      const input = { SnapshotIdentifier, DBClusterIdentifier, Engine: 'docdb' };
      return emulator.docdb().send(new docdb.RestoreDBClusterFromSnapshotCommand(input));
    },
    create: (DBClusterSnapshotIdentifier, DBClusterIdentifier) => {
      const input = { DBClusterSnapshotIdentifier, DBClusterIdentifier };
      return emulator.docdb().send(new docdb.CreateDBClusterSnapshotCommand(input));
    },
    clusterTime: async (DBClusterIdentifier) => {
      const { DBClusters } = await emulator.docdb().send(new docdb.DescribeDBClustersCommand({ DBClusterIdentifier }));
      return DBClusters?.[0]?.ClusterCreateTime?.toISOString();
    },
    times: async (where = place) => {
      const { DBClusterSnapshots = [] } = await emulator
        .docdb(where)
        .send(new docdb.DescribeDBClusterSnapshotsCommand({}));
      return Object.fromEntries(
        DBClusterSnapshots.map((each) => [each.DBClusterSnapshotIdentifier, each.ClusterCreateTime?.toISOString()]),
      );
    },
  },
};

/** Returns a frozen world of these resources, in us-east-1 unless a resource says otherwise. */
const worldOf = (clusters: Loaded[], snapshots: Loaded[] = []): WorldJson => ({
  now,
  frozen: true,
  clusters: clusters.map((each) => ({ ...place, ...each })),
  snapshots: snapshots.map((each) => ({ ...place, ...each })),
});

describe.each(Object.entries(services))('the ClusterCreateTime in %s', (_name, service) => {
  const { cluster, snapshot, times } = service;

  it('of a snapshot in a world is that of the existing cluster, in the same account, region and service', async () => {
    const elsewhere = [
      { ...cluster('gone'), ...europe },
      { ...cluster('gone'), account: other },
    ];
    await emulator.load(worldOf([cluster('here'), ...elsewhere], [snapshot('one', 'here'), snapshot('two', 'gone')]));
    const found = await times();
    expect(found['one']).toBe(created);
    expect(found['two']).not.toBe(created);
    expect(Date.parse(found['two'] ?? '')).toBeLessThan(Date.parse(now));
  });

  it('of a snapshot in a world can differ from that of the existing cluster', async () => {
    const older = { ClusterCreateTime: '2024-01-01T00:00:00.000Z' };
    await emulator.load(worldOf([cluster('here')], [snapshot('one', 'here', older)]));
    expect(await times()).toEqual({ one: older.ClusterCreateTime });
  });

  it('changes if the cluster is recreated, and snapshots keep it', async () => {
    await emulator.load(worldOf([cluster('here')]));
    await service.create('manual', 'here');
    await advance(30);
    await service.deleteCluster('here', 'final');
    await advance(90);
    await service.createCluster('here');
    expect(await service.clusterTime('here')).toBe('2026-06-01T12:02:00.000Z');
    await advance(60);
    await service.create('later', 'here');
    const expected = { manual: created, final: created, later: '2026-06-01T12:02:00.000Z' };
    expect(await times()).toEqual(expected);
    await emulator.load((await emulator.control('GET', 'world')).content);
    expect(await times()).toEqual(expected);
  });

  it('of a restored cluster is new', async () => {
    await emulator.load(worldOf([cluster('here')], [snapshot('one', 'here')]));
    await service.restore('one', 'restored');
    expect(await service.clusterTime('restored')).toBe(now);
    await advance(60);
    await service.create('two', 'restored');
    expect(await times()).toEqual({ one: created, two: now });
  });
});

describe('a copy of Amazon Redshift in another region', () => {
  const { cluster, snapshot, create, times } = services['Amazon Redshift'] as Service;
  const namesake = { ...cluster('sales', '2020-01-01T00:00:00.000Z'), ...europe };

  it('has the SourceRegion and the ClusterCreateTime of the cluster there', async () => {
    await emulator.load(worldOf([cluster('sales'), namesake]));
    const copying = { ClusterIdentifier: 'sales', DestinationRegion: 'eu-west-1' };
    await emulator.redshift().send(new redshift.EnableSnapshotCopyCommand(copying));
    await create('copied', 'sales');
    expect(await times(europe)).toEqual({ copied: created });
    const { Snapshots } = await emulator.redshift(europe).send(new redshift.DescribeClusterSnapshotsCommand({}));
    expect(Snapshots?.[0]).toMatchObject({ SourceRegion: 'us-east-1', Status: 'creating' });
    expect(Snapshots?.[0]).not.toHaveProperty('VpcId');
  });

  it('can be in a world, and takes missing members from the cluster in the SourceRegion', async () => {
    const copies = [
      snapshot('copied', 'sales', { ...europe, SourceRegion: 'us-east-1' }),
      snapshot('own', 'sales', europe),
    ];
    await emulator.load(
      worldOf([{ ...cluster('sales'), KmsKeyId: 'key-of-us-east-1', Encrypted: true }, namesake], copies),
    );
    expect(await times(europe)).toEqual({ copied: created, own: '2020-01-01T00:00:00.000Z' });
    const { Snapshots } = await emulator
      .redshift(europe)
      .send(new redshift.DescribeClusterSnapshotsCommand({ SnapshotIdentifier: 'copied' }));
    expect(Snapshots?.[0]).toMatchObject({
      SourceRegion: 'us-east-1',
      Encrypted: true,
      KmsKeyId: expect.stringContaining(`arn:aws:kms:eu-west-1:${home}:key/`),
    });
  });
});

// Observed in responses of Amazon RDS: a copy is as old as its source.
// https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CopyDBClusterSnapshot.html
describe('a copy of Amazon DocumentDB', () => {
  const { cluster, snapshot, times } = services['Amazon DocumentDB'] as Service;
  const SnapshotCreateTime = '2025-06-01T00:00:00.000Z';
  const source = `arn:aws:rds:us-east-1:${home}:cluster-snapshot:old`;
  const namesake = { ...cluster('orders', '2020-01-01T00:00:00.000Z'), ...europe };
  beforeEach(() =>
    emulator.load(worldOf([cluster('orders'), namesake], [snapshot('old', 'orders', { SnapshotCreateTime })])),
  );

  it.each([
    ['the same region', place],
    ['another region', europe],
  ])('in %s keeps the creation times of the source and of its cluster, and names the source', async (_, where) => {
    const client = emulator.docdb(where);
    const target = { SourceDBClusterSnapshotIdentifier: source, TargetDBClusterSnapshotIdentifier: 'copy' };
    const { DBClusterSnapshot } = await client.send(new docdb.CopyDBClusterSnapshotCommand(target));
    const expected = {
      SnapshotCreateTime: new Date(SnapshotCreateTime),
      ClusterCreateTime: new Date(created),
      SourceDBClusterSnapshotArn: source,
    };
    expect(DBClusterSnapshot).toMatchObject({ ...expected, Status: 'copying', PercentProgress: 0 });
    await advance(15);
    const named = new docdb.DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: 'copy' });
    const read = async () => (await client.send(named)).DBClusterSnapshots?.[0];
    expect(await read()).toMatchObject({ ...expected, Status: 'copying', PercentProgress: 50 });
    await emulator.load((await emulator.control('GET', 'world')).content);
    await advance(15);
    expect(await read()).toMatchObject({ ...expected, Status: 'available', PercentProgress: 100 });
  });

  it('can be in a world, and takes missing members from the cluster of its source', async () => {
    const clusters = [{ ...cluster('orders'), StorageEncrypted: true }, namesake];
    const copies = [
      snapshot('copy', 'orders', { ...europe, SourceDBClusterSnapshotArn: source }),
      snapshot('own', 'orders', europe),
    ];
    await emulator.load(worldOf(clusters, copies));
    expect(await times(europe)).toEqual({ copy: created, own: '2020-01-01T00:00:00.000Z' });
    const copy = new docdb.DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: 'copy' });
    const { DBClusterSnapshots } = await emulator.docdb(europe).send(copy);
    expect(DBClusterSnapshots?.[0]).toMatchObject({
      SourceDBClusterSnapshotArn: source,
      StorageEncrypted: true,
      KmsKeyId: expect.stringContaining(':kms:eu-west-1:'),
      AvailabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    });
  });
});
