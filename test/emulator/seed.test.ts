import { DescribeDBClustersCommand, DescribeDBClusterSnapshotsCommand } from '@aws-sdk/client-docdb';
import { DescribeClusterSnapshotsCommand } from '@aws-sdk/client-redshift';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { partnerAccount, seedAccounts } from '../../src/emulator/seed/accounts.ts';
import { seedOptions, seedWorld } from '../../src/emulator/seed/seed.ts';
import { rds } from '../../src/emulator/rds/service.ts';
import { redshift } from '../../src/emulator/redshift/service.ts';
import { isDenied, roleSchema } from '../../src/emulator/sts/roles.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const now = new Date('2026-06-01T12:00:00Z');
const { clusters = [], instances = [], snapshots = [] } = seedWorld(now);
const dayMilliseconds = 24 * 60 * 60 * 1000;

describe('the seeded world', () => {
  it('is always the same for the same date', () => {
    expect(seedWorld(now)).toEqual(seedWorld(now));
  });

  it('has at least 30 clusters and 300 snapshots in three accounts and three regions', () => {
    expect(clusters.length).toBeGreaterThanOrEqual(30);
    expect(snapshots.length).toBeGreaterThanOrEqual(300);
    const own = clusters.filter(({ account }) => account !== partnerAccount);
    expect(new Set(own.map(({ account }) => account))).toEqual(new Set(seedAccounts.map(({ id }) => id)));
    expect(new Set(own.map(({ region }) => region)).size).toBe(3);
    expect(seedAccounts.some(({ id }) => id.startsWith('0'))).toBe(true);
  });

  it.each(['redshift', 'rds'])('has every type and status of %s', (service) => {
    const statuses = new Set(snapshots.filter((one) => one.service === service).map(({ Status }) => Status));
    const special =
      service === 'redshift'
        ? ['creating', 'failed', 'cancelled', 'final snapshot']
        : ['creating', 'failed', 'copying'];
    expect([...statuses]).toEqual(expect.arrayContaining([undefined, ...special]));
    const types = snapshots.filter((one) => one.service === service).map(({ SnapshotType }) => SnapshotType);
    expect([...new Set(types)]).toEqual(expect.arrayContaining(['manual', 'automated']));
  });

  it('has orphaned, copied, shared, public and old snapshots, and other engines', () => {
    const names = new Set(
      clusters.map((one) => [one.account, one.region, one['ClusterIdentifier'] ?? one['DBClusterIdentifier']].join()),
    );
    const isOrphan = (one: (typeof snapshots)[number]) =>
      !names.has([one.account, one.region, one['ClusterIdentifier'] ?? one['DBClusterIdentifier']].join());
    const count = (test: (one: (typeof snapshots)[number]) => boolean) => snapshots.filter(test).length;
    const found = {
      orphans: count(isOrphan),
      copies: count((one) => one['SourceRegion'] !== undefined || one['SourceDBClusterSnapshotArn'] !== undefined),
      shared: count((one) => one['AccountsWithRestoreAccess'] !== undefined),
      open: count((one) => JSON.stringify(one['RestoreAccounts'])?.includes('all') ?? false),
      old: count((one) => now.getTime() - Date.parse(String(one['SnapshotCreateTime'])) > 1000 * dayMilliseconds),
      otherEngines: count(({ service, Engine }) => service === 'rds' && Engine !== 'docdb'),
    };
    expect(Object.entries(found).filter(([, number]) => number === 0)).toEqual([]);
  });

  it('has automated snapshots of each Amazon RDS cluster at the start of its backup window, one a day', () => {
    const key = (one: (typeof clusters)[number]) => [one.account, one.region, one['DBClusterIdentifier']].join();
    const starts = new Map(clusters.map((one) => [key(one), String(one['PreferredBackupWindow']).slice(0, 5)]));
    const taken = snapshots.filter(({ service, SnapshotType }) => service === 'rds' && SnapshotType === 'automated');
    const wrong = taken.filter((one) => {
      const at = String(one['SnapshotCreateTime']).slice(0, 16);
      const name = String(one['DBClusterSnapshotIdentifier']);
      return at.slice(11) !== starts.get(key(one)) || !name.endsWith(at.replaceAll(/[T:]/g, '-'));
    });
    expect(taken.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it.each([now, new Date('2026-12-31T23:59:59.999Z'), new Date()])(
    'takes automated snapshots of new clusters only in the 20 hours after %s, and of every other in the next 5 days',
    async (start) => {
      const emulator = await startTestEmulator({ assumptions: { automatedSnapshots: true } });
      const world = { ...seedWorld(start), now: start.toISOString(), frozen: true };
      const taken = async (advanceSeconds: number) => {
        await emulator.control('POST', 'clock', { advanceSeconds });
        const { content } = await emulator.control('GET', 'world');
        return (content['snapshots'] as Record<string, unknown>[])
          .filter((one) => one['SourceRegion'] === undefined && Date.parse(String(one['SnapshotCreateTime'])) > +start)
          .map((one) => [one['account'], one['region'], one['ClusterIdentifier'] ?? one['DBClusterIdentifier']].join());
      };
      await emulator.load(world);
      const key = (one: Record<string, unknown>) =>
        [one['account'], one['region'], one['ClusterIdentifier'] ?? one['DBClusterIdentifier']].join();
      const created = clusters.filter(({ ReadyTime }) => ReadyTime !== undefined).map(key);
      expect((await taken(20 * 60 * 60)).toSorted()).toEqual(created.toSorted());
      const backedUp = clusters.filter(
        ({ ClusterStatus, AutomatedSnapshotRetentionPeriod: days }) => ClusterStatus !== 'paused' && days !== 0,
      );
      expect([...new Set(await taken(5 * 24 * 60 * 60))].toSorted()).toEqual(
        backedUp
          .map((one) => [one.account, one.region, one['ClusterIdentifier'] ?? one['DBClusterIdentifier']].join())
          .toSorted(),
      );
      await emulator.close();
    },
  );

  it('has one or two instances of each Amazon RDS cluster, and one cluster without instances', () => {
    const place = (one: Record<string, unknown>) => [one['account'], one['region'], one['DBClusterIdentifier']].join();
    const counts = clusters
      .filter(({ service }) => service === 'rds')
      .map((cluster) => [cluster, instances.filter((one) => place(one) === place(cluster)).length] as const);
    expect(new Set(counts.map(([, count]) => count))).toEqual(new Set([0, 1, 2]));
    const without = counts.filter(([, count]) => count === 0).map(([cluster]) => place(cluster));
    expect(without).toEqual(['012345678901,eu-west-1,experiments']);
  });

  it('has a cluster without a recent snapshot and clusters that are being created', () => {
    const newest = snapshots
      .filter(({ ClusterIdentifier }) => ClusterIdentifier === 'consent-archive')
      .map(({ SnapshotCreateTime }) => Date.parse(String(SnapshotCreateTime)));
    expect(now.getTime() - Math.max(...newest)).toBeGreaterThan(100 * dayMilliseconds);
    expect(clusters.filter(({ ReadyTime }) => ReadyTime !== undefined)).toHaveLength(2);
  });
});

describe('the roles of the seeded world', () => {
  const { roles = [] } = seedWorld(now);

  it('are the same in each account', () => {
    const names = ['snapgate', 'snapgate-reader', 'snapgate-eks'];
    for (const { id } of seedAccounts) {
      expect(roles.filter(({ account }) => account === id).map(({ RoleName }) => RoleName)).toEqual(names);
    }
  });

  it('include one that can only read', () => {
    const reader = roleSchema.parse(roles.find(({ RoleName }) => RoleName === 'snapgate-reader'));
    for (const { name, operations } of [redshift, rds]) {
      for (const action of Object.keys(operations)) {
        const isRead = /^(Describe|List)/.test(action);
        expect([action, isDenied(reader, `${name}:${action}`)]).toEqual([action, !isRead]);
      }
    }
  });
});

describe('an emulator', () => {
  let emulator: TestEmulator;
  afterEach(() => emulator.close());

  it('loads the seeded world, and loads the same world from its own JSON', async () => {
    emulator = await startTestEmulator(seedOptions());
    const { content: world } = await emulator.control('GET', 'world');
    await emulator.load(world);
    const again = (await emulator.control('GET', 'world')).content;
    expect(withoutProgress(again['snapshots'])).toEqual(withoutProgress(world['snapshots']));
    expect(again['instances']).toEqual(world['instances']);
    const backingUp = { DBClusterIdentifier: 'sessions' };
    const { DBClusters } = await emulator.docdb().send(new DescribeDBClustersCommand(backingUp));
    expect(DBClusters?.[0]).toMatchObject({
      Status: 'backing-up',
      MultiAZ: true,
      DBClusterMembers: [
        { DBInstanceIdentifier: 'sessions-1', IsClusterWriter: true },
        { DBInstanceIdentifier: 'sessions-2', IsClusterWriter: false },
      ],
    });
    const shared = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'shared' }));
    expect(shared.DBClusterSnapshots?.map(({ DBClusterSnapshotArn }) => DBClusterSnapshotArn)).toEqual([
      'arn:aws:rds:us-east-1:012345678901:cluster-snapshot:events-for-production',
      'arn:aws:rds:us-east-1:555566667777:cluster-snapshot:partner-feed-handover',
    ]);
  });

  it.each([
    ['redshift', 'ml-features', 0],
    ['rds', 'experiments', 2],
  ])('loads snapshots of %s with the ClusterCreateTime of their clusters', async (service, recreated, copyCount) => {
    emulator = await startTestEmulator(seedOptions());
    const { content } = await emulator.control('GET', 'world');
    const of = (kind: string) => members.parse(content[kind]).filter((each) => each.service === service);
    const [clusters, snapshots] = [of('clusters'), of('snapshots')];
    const others = snapshots.flatMap((snapshot) => {
      // A copy belongs to a cluster that exists where its source is.
      const [, , , region = snapshot.SourceRegion ?? snapshot.region, account = snapshot.account] =
        snapshot.SourceDBClusterSnapshotArn?.split(':') ?? [];
      const cluster = clusters.find(
        (each) => each.account === account && each.region === region && nameOf(each) === nameOf(snapshot),
      );
      if (region !== snapshot.region) expect(cluster?.ClusterCreateTime).toBe(snapshot.ClusterCreateTime);
      return cluster && cluster.ClusterCreateTime !== snapshot.ClusterCreateTime ? [{ cluster, snapshot }] : [];
    });
    expect([...new Set(others.map(({ cluster }) => nameOf(cluster)))]).toEqual([recreated]);
    for (const { cluster, snapshot } of others) {
      expect(Date.parse(snapshot.SnapshotCreateTime ?? '')).toBeLessThan(Date.parse(cluster.ClusterCreateTime));
    }
    const copies = snapshots.filter(({ SourceDBClusterSnapshotArn: source }) => source !== undefined);
    expect(copies).toHaveLength(copyCount);
    for (const { SourceDBClusterSnapshotArn: source, SnapshotCreateTime } of copies) {
      const original = snapshots.find(({ DBClusterSnapshotArn }) => DBClusterSnapshotArn === source);
      expect(original?.SnapshotCreateTime).toBe(SnapshotCreateTime);
    }
  });

  it("has AWS's default quotas after its world is replaced", async () => {
    emulator = await startTestEmulator(seedOptions());
    const assumptions = async () => (await emulator.control('GET', 'world')).content['assumptions'];
    expect(await assumptions()).toMatchObject({ redshiftManualSnapshotQuota: 1000, rdsManualSnapshotQuota: 1000 });
    await emulator.load({});
    expect(await assumptions()).toMatchObject({ redshiftManualSnapshotQuota: 20, rdsManualSnapshotQuota: 100 });
  });

  it('creates the requested number of snapshots per source on the first use of a region', async () => {
    const wanted = 250;
    emulator = await startTestEmulator(seedOptions(wanted));
    const where = { account: '210987654321', region: 'ap-southeast-2' };
    const countThere = async () => {
      const { content } = await emulator.control('GET', 'world');
      const snapshots = content['snapshots'] as Record<string, unknown>[];
      return snapshots.filter(({ account, region }) => account === where.account && region === where.region).length;
    };
    const engine = { Filters: [{ Name: 'engine', Values: ['docdb'] }] };
    expect(
      await countPages((Marker) => emulator.redshift(where).send(new DescribeClusterSnapshotsCommand({ Marker }))),
    ).toBe(3);
    expect(
      await countPages((Marker) =>
        emulator.docdb(where).send(new DescribeDBClusterSnapshotsCommand({ ...engine, Marker })),
      ),
    ).toBe(3);
    expect(await countThere()).toBe(2 * wanted);
    expect(home).toBe(seedAccounts[0]?.id);
  });

  it('lists snapshots that are shared from unused regions', async () => {
    emulator = await startTestEmulator(seedOptions(20));
    const shared = await emulator.docdb().send(new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'shared' }));
    expect(shared.DBClusterSnapshots).toHaveLength(2);
  });
});

const members = z.array(
  z.object({
    service: z.string(),
    account: z.string(),
    region: z.string(),
    ClusterIdentifier: z.string().optional(),
    DBClusterIdentifier: z.string().optional(),
    ClusterCreateTime: z.string(),
    SnapshotCreateTime: z.string().optional(),
    SourceRegion: z.string().optional(),
    SourceDBClusterSnapshotArn: z.string().optional(),
    DBClusterSnapshotArn: z.string().optional(),
  }),
);

function nameOf({ ClusterIdentifier, DBClusterIdentifier }: z.infer<typeof members>[number]): string | undefined {
  return ClusterIdentifier ?? DBClusterIdentifier;
}

async function countPages(
  read: (marker: string | undefined) => Promise<{ Marker?: string | undefined }>,
): Promise<number> {
  const { Marker } = await read(undefined);
  return Marker ? 1 + (await countPages((marker) => read(marker ?? Marker))) : 1;
}

/** Removes the members that change while snapshots are being created. */
function withoutProgress(snapshots: unknown): unknown {
  return (snapshots as Record<string, unknown>[]).map((members) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => !/Progress|ToCompletion|Elapsed/.test(name))),
  );
}
