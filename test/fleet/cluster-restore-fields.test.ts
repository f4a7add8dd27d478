import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import type { ServiceName } from '../support/services.ts';
import { clusterArn, makeCluster, makeInstance } from '../support/worlds.ts';

const now = '2026-01-02T00:00:00.000Z';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

type World = Parameters<Gateway['load']>[0];
const load = async (world: World) => {
  await gateway.load({ now, frozen: true, ...world });
  await gateway.calls();
};

/** Reads a cluster with some of its fields, and the actions that AWS received. */
async function read(service: ServiceName, selection: string) {
  const { data, errors } = await gateway.query(`query ($arn: String!) { cluster(arn: $arn) { ${selection} } }`, {
    arn: clusterArn(service),
  });
  return { cluster: data.cluster, errors, actions: (await gateway.calls()).map(({ action }) => action) };
}

const ofRestore =
  'restore { state percent restoredMegabytes totalMegabytes rateMegabytesPerSecond elapsedSeconds remainingSeconds }';
const nothing = {
  percent: null,
  restoredMegabytes: null,
  totalMegabytes: null,
  rateMegabytesPerSecond: null,
  elapsedSeconds: null,
  remainingSeconds: null,
};

const figures = {
  CurrentRestoreRateInMegaBytesPerSecond: 20,
  SnapshotSizeInMegaBytes: 4000,
  ProgressInMegaBytes: 1000,
  ElapsedTimeInSeconds: 50,
  EstimatedTimeToCompletionInSeconds: 150,
};
const shown = {
  percent: 25,
  restoredMegabytes: 1000,
  totalMegabytes: 4000,
  rateMegabytesPerSecond: 20,
  elapsedSeconds: 50,
  remainingSeconds: 150,
};
const negative = Object.fromEntries(Object.keys(figures).map((name) => [name, -1]));
const zero = Object.fromEntries(Object.keys(figures).map((name) => [name, 0]));

describe('the restore of an Amazon Redshift cluster', () => {
  it.each([
    ['restoring', 'dc2.large', figures, { state: 'RESTORING', ...shown }],
    ['starting', 'dc2.8xlarge', {}, { state: 'STARTING', ...nothing }],
    ['restoring', 'dc2.large', negative, { state: 'RESTORING', ...nothing }],
    [
      'starting',
      'dc2.large',
      zero,
      {
        state: 'STARTING',
        percent: null,
        restoredMegabytes: 0,
        totalMegabytes: 0,
        rateMegabytesPerSecond: 0,
        elapsedSeconds: 0,
        remainingSeconds: 0,
      },
    ],
    ['restoring', 'ra3.xlplus', {}, { state: 'RESTORING', ...nothing }],
    ['restoring', 'ra3.xlplus', zero, { state: 'RESTORING', ...nothing }],
    ['restoring', 'rg.large', figures, { state: 'RESTORING', ...nothing }],
    ['Completed', 'ra3.4xlarge', {}, { state: 'COMPLETED', ...nothing }],
    ['failed', 'ra3.4xlarge', {}, { state: 'FAILED', ...nothing }],
    ['paused', 'ra3.4xlarge', {}, { state: 'UNKNOWN', ...nothing }],
    ['', 'dc2.large', {}, null],
  ])('that is %j, on %s nodes with %j', async (Status, NodeType, members, expected) => {
    const cluster = { ...makeCluster('REDSHIFT'), NodeType, RestoreStatus: { Status, ...members } };
    await load({ clusters: [cluster] });
    const { cluster: found, errors, actions } = await read('REDSHIFT', ofRestore);
    expect(errors).toBeUndefined();
    expect(found).toEqual({ restore: expected });
    expect(actions).toEqual(['DescribeClusters']);
  });

  it('is null for a cluster that was not restored', async () => {
    await load({ clusters: [makeCluster('REDSHIFT')] });
    expect((await read('REDSHIFT', ofRestore)).cluster).toEqual({ restore: null });
  });
});

describe('the restore of an Amazon DocumentDB cluster', () => {
  it.each([
    ['creating', '42', { ...nothing, state: 'RESTORING', percent: 42 }],
    ['creating', '0', { ...nothing, state: 'RESTORING', percent: 0 }],
    ['creating', '99.5 %', { ...nothing, state: 'RESTORING', percent: 99.5 }],
    ['creating', undefined, null],
    ['creating', '', null],
    ['creating', '-1', null],
    ['creating', '101', null],
    ['creating', 'soon', null],
    ['migrating', undefined, { ...nothing, state: 'RESTORING' }],
    ['migrating', '7', { ...nothing, state: 'RESTORING', percent: 7 }],
    ['available', '100', null],
    ['modifying', '50', null],
  ])('that is %s, at %j', async (Status, PercentProgress, expected) => {
    await load({ clusters: [{ ...makeCluster('DOCUMENTDB'), Status, PercentProgress }] });
    const { cluster, errors, actions } = await read('DOCUMENTDB', ofRestore);
    expect(errors).toBeUndefined();
    expect(cluster).toEqual({ restore: expected });
    expect(actions).toEqual(['DescribeDBClusters']);
  });
});

describe('isReachable', () => {
  it.each([
    ['available', true],
    ['creating', false],
    ['modifying', false],
    ['paused', false],
    ['incompatible-network', false],
    ['dreaming', null],
  ])('of an Amazon Redshift cluster that is %s is %j', async (status, expected) => {
    await load({ clusters: [makeCluster('REDSHIFT', undefined, { status })] });
    const { cluster, actions } = await read('REDSHIFT', 'isReachable');
    expect(cluster).toEqual({ isReachable: expected });
    expect(actions).toEqual(['DescribeClusters']);
  });

  it('of an Amazon Redshift cluster whose data is still being restored is false', async () => {
    await load({ clusters: [{ ...makeCluster('REDSHIFT'), RestoreStatus: { Status: 'restoring' } }] });
    expect((await read('REDSHIFT', 'status isReachable')).cluster).toEqual({
      status: 'RESTORING',
      isReachable: false,
    });
  });

  it.each([
    ['available', ['creating', 'available'], true, true],
    ['available', ['creating', 'failed'], false, true],
    ['available', [], false, false],
    ['creating', ['available'], false, false],
    ['stopped', ['stopped'], false, false],
    ['dreaming', ['available'], null, false],
  ])(
    'of an Amazon DocumentDB cluster that is %s with the instances %j is %j',
    async (status, all, expected, isRead) => {
      const instances = all.map((DBInstanceStatus, index) => makeInstance(`orders-${index}`, { DBInstanceStatus }));
      await load({ clusters: [makeCluster('DOCUMENTDB', undefined, { status })], instances });
      const { cluster, actions } = await read('DOCUMENTDB', 'isReachable');
      expect(cluster).toEqual({ isReachable: expected });
      expect(actions).toEqual(['DescribeDBClusters', ...(isRead ? ['DescribeDBInstances'] : [])]);
    },
  );

  it('is null if AWS does not describe the instances that it lists', async () => {
    const DBClusterMembers = [{ DBInstanceIdentifier: 'orders-1', IsClusterWriter: true }];
    await load({ clusters: [{ ...makeCluster('DOCUMENTDB'), DBClusterMembers }] });
    expect((await read('DOCUMENTDB', 'isReachable')).cluster).toEqual({ isReachable: null });
  });
});

const ofInstances = `... on DocumentDBCluster {
  instances { identifier rawStatus instanceClass isWriter availabilityZone }
}`;

describe('the instances of Amazon DocumentDB clusters', () => {
  it('have their status, class, role and zone', async () => {
    await load({
      clusters: [makeCluster('DOCUMENTDB')],
      instances: [
        makeInstance('orders-1', { DBInstanceClass: 'db.r6g.large', AvailabilityZone: 'us-east-1a' }),
        makeInstance('orders-2', {
          DBInstanceClass: 'db.t4g.medium',
          AvailabilityZone: 'us-east-1b',
          ReadyTime: '2026-01-02T00:10:00.000Z',
        }),
      ],
    });
    const { cluster, errors } = await read('DOCUMENTDB', ofInstances);
    expect(errors).toBeUndefined();
    expect(cluster.instances).toEqual([
      {
        identifier: 'orders-1',
        rawStatus: 'available',
        instanceClass: 'db.r6g.large',
        isWriter: true,
        availabilityZone: 'us-east-1a',
      },
      {
        identifier: 'orders-2',
        rawStatus: 'creating',
        instanceClass: 'db.t4g.medium',
        isWriter: false,
        availabilityZone: 'us-east-1b',
      },
    ]);
  });

  it('are empty for a cluster without instances', async () => {
    await load({ clusters: [makeCluster('DOCUMENTDB')] });
    expect((await read('DOCUMENTDB', ofInstances)).cluster).toEqual({ instances: [] });
  });

  const names = ['orders', 'carts', 'users'];
  const several = {
    clusters: [
      makeCluster('REDSHIFT'),
      ...names.map((name) => makeCluster('DOCUMENTDB', name)),
      makeCluster('DOCUMENTDB', 'empty'),
      makeCluster('DOCUMENTDB', 'graph', { isForeign: true }),
    ],
    instances: [
      ...names.map((cluster) => makeInstance(`${cluster}-1`, { cluster })),
      makeInstance('graph-1', { cluster: 'graph' }),
    ],
  };

  it('are read in one call for a page of clusters, which isReachable shares', async () => {
    await load(several);
    const { data, errors, extensions } = await gateway.query(
      `{ clusters { nodes { identifier isReachable ${ofInstances} } } }`,
    );
    expect(errors).toBeUndefined();
    const found = data.clusters.nodes.map((node: any) => [
      node.identifier,
      node.isReachable,
      node.instances?.map(({ identifier }: any) => identifier),
    ]);
    expect(found).toEqual([
      ['sales', true, undefined],
      ...names
        .toSorted()
        .map((name) => [name, true, [`${name}-1`]])
        .slice(0, 1),
      ['empty', false, []],
      ...names
        .toSorted()
        .map((name) => [name, true, [`${name}-1`]])
        .slice(1),
    ]);
    const calls = await gateway.calls();
    expect(calls.map(({ action }) => action).sort()).toEqual([
      'DescribeClusters',
      'DescribeDBClusters',
      'DescribeDBInstances',
    ]);
    expect(calls.find(({ action }) => action === 'DescribeDBInstances')).toMatchObject({
      parameters: {
        Filters: [
          { Name: 'engine', Values: ['docdb'] },
          { Name: 'db-cluster-id', Values: ['carts', 'empty', 'orders', 'users'] },
        ],
        MaxRecords: 100,
      },
    });
    expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
  });

  it('are read to the end of the list', async () => {
    const many = Array.from({ length: 130 }, (_, index) => makeInstance(`orders-${String(index).padStart(3, '0')}`));
    await load({ clusters: [makeCluster('DOCUMENTDB')], instances: many });
    const { cluster, actions } = await read('DOCUMENTDB', ofInstances);
    expect(cluster.instances).toHaveLength(130);
    expect(actions).toEqual(['DescribeDBClusters', 'DescribeDBInstances', 'DescribeDBInstances']);
  });

  it('are read in one call for each 100 clusters', async () => {
    const clusters = Array.from({ length: 120 }, (_, index) => makeCluster('DOCUMENTDB', `c${1000 + index}`));
    await load({ clusters });
    const others = JSON.stringify(clusters.slice(100).map(({ DBClusterIdentifier }) => DBClusterIdentifier));
    const { data, errors } = await gateway.query(`{
      one: clusters(first: 100) { nodes { ${ofInstances} } }
      two: clusters(first: 20, filter: { identifiers: ${others} }) { nodes { ${ofInstances} } }
    }`);
    expect(errors).toBeUndefined();
    expect([...data.one.nodes, ...data.two.nodes]).toEqual(clusters.map(() => ({ instances: [] })));
    const reads = (await gateway.calls()).filter(({ action }) => action === 'DescribeDBInstances');
    expect(reads).toHaveLength(2);
  });

  it('fail alone if AWS denies them', async () => {
    await load(several);
    await gateway.disturb({ action: 'DescribeDBInstances', kind: 'error', code: 'AccessDenied', status: 403 });
    const { data, errors } = await gateway.query(
      `{ clusters(filter: { identifiers: ["orders"] }) { nodes { status restore { state } isReachable ${ofInstances} } isComplete } }`,
    );
    await gateway.disturb();
    expect(data.clusters).toEqual({
      nodes: [{ status: 'AVAILABLE', restore: null, isReachable: null, instances: null }],
      isComplete: true,
    });
    expect(errors).toHaveLength(2);
    expect(errors).toMatchObject(
      Array.from({ length: 2 }, () => ({
        message: `AWS denied rds:DescribeDBInstances in account ${account}, region us-east-1: the gateway lacks this permission. The operator of the gateway must grant it in IAM.`,
        extensions: { code: 'FORBIDDEN' },
      })),
    );
  });
});
