import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accounts, account, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import {
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeSnapshot,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';

const leadingZero = '012345678901';
const governed = '111122223333';
let gateway: Gateway;

const place = { account, region: 'us-east-1' };
const rsName = 'rs:sales-2026-01-02-03-04-05';
const rdsName = 'rds:orders-2026-01-02-03-04';

beforeAll(async () => {
  gateway = await startGateway({
    accounts: [
      ...accounts([account, leadingZero]),
      {
        id: governed,
        regions: ['us-gov-west-1'],
        services: ['REDSHIFT', 'DOCUMENTDB'],
        role: `arn:aws-us-gov:iam::${governed}:role/snapgate`,
      },
    ],
  });
  const everywhere = [
    place,
    { account: leadingZero, region: 'us-east-1' },
    { account: governed, region: 'us-gov-west-1' },
  ];
  await gateway.load({
    clusters: everywhere.flatMap((at) => [
      makeCluster('REDSHIFT', 'sales', { ...at, tags: { team: 'bi' } }),
      makeCluster('DOCUMENTDB', 'orders', { ...at, tags: { team: 'shop' } }),
      makeCluster('DOCUMENTDB', 'graph', { ...at, isForeign: true }),
    ]),
    snapshots: everywhere.flatMap((at) => [
      makeSnapshot('REDSHIFT', 'sales-final', at),
      makeSnapshot('REDSHIFT', rsName, { ...at, type: 'automated' }),
      makeSnapshot('DOCUMENTDB', 'orders-final', at),
      makeSnapshot('DOCUMENTDB', rdsName, { ...at, type: 'automated' }),
      makeSnapshot('DOCUMENTDB', 'graph-final', { ...at, cluster: 'graph', isForeign: true }),
    ]),
  });
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const actions = async () => (await gateway.calls()).map(({ action }) => action);

describe('ids', () => {
  it('survive the round trip with colons, leading zeros and other partitions, two services in two calls each', async () => {
    const { data } = await gateway.query(
      `{ snapshots(first: 100) { nodes { id arn } } clusters(first: 100) { nodes { id arn } } sources { id account } }`,
    );
    const things = [...data.snapshots.nodes, ...data.clusters.nodes];
    expect(things.map(({ arn }: { arn: string }) => arn)).toEqual(
      expect.arrayContaining([
        `arn:aws:redshift:us-east-1:${leadingZero}:snapshot:sales/${rsName}`,
        `arn:aws:rds:us-east-1:${leadingZero}:cluster-snapshot:${rdsName}`,
        `arn:aws-us-gov:redshift:us-gov-west-1:${governed}:snapshot:sales/${rsName}`,
        `arn:aws-us-gov:rds:us-gov-west-1:${governed}:cluster-snapshot:${rdsName}`,
        `arn:aws-us-gov:rds:us-gov-west-1:${governed}:cluster:orders`,
      ]),
    );
    expect(things.length).toBe(3 * (4 + 2));
    const ids = [...things, ...data.sources].map(({ id }: { id: string }) => id);
    const again = await gateway.query(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Snapshot { arn } ... on Cluster { arn } } }`,
      { ids },
    );
    expect(again.errors).toBeUndefined();
    expect(again.data.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(again.data.nodes.slice(0, things.length).map(({ arn }: { arn: string }) => arn)).toEqual(
      things.map(({ arn }) => arn),
    );
    // Three places: two look-ups of Redshift snapshots and one list of its clusters; one query of each for DocumentDB.
    expect(again.extensions.aws.calls).toBeLessThanOrEqual(3 * (2 + 1 + 1 + 1));
  });

  it('of things that are gone are null', async () => {
    const ids = serviceNames.map((service) => snapshotId(service, 'gone'));
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids });
    expect(answer).toMatchObject({ data: { nodes: [null, null] } });
    expect(answer.errors).toBeUndefined();
  });

  it.each([
    ['not an id', 'hello world'],
    ['of another API', globalId('User', '1')],
    [
      'in other base64',
      Buffer.from(`RedshiftCluster:arn:aws:redshift:us-east-1:${account}:cluster:a?>`).toString('base64'),
    ],
    ['without a name', globalId('RedshiftCluster')],
  ])('that are %s are refused', async (_what, id) => {
    const answer = await gateway.query(`query ($id: ID!) { node(id: $id) { id } }`, { id });
    expect(answer.data).toEqual({ node: null });
    expect(answer.errors).toMatchObject([
      { message: expect.stringMatching(/is not an id of this API/), extensions: { code: 'INVALID_INPUT' } },
    ]);
    expect(await actions()).toEqual([]);
  });

  it('of the wrong type are invalid input', async () => {
    const answer = await gateway.query(`query ($id: ID!) { node(id: $id) { id } }`, { id: true });
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringMatching(/^Variable "\$id" got invalid value true/),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
    expect(await actions()).toEqual([]);
  });

  it('that are not ids are refused in their place alone, the others answered', async () => {
    const own = clusterId('REDSHIFT');
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids: ['', own, 'x'] });
    expect(answer.data).toEqual({ nodes: [null, { id: own }, null] });
    expect(answer.errors).toMatchObject([
      { path: ['nodes', 0], message: expect.stringMatching(/"" is not an id/), extensions: { code: 'INVALID_INPUT' } },
      { path: ['nodes', 2], message: expect.stringMatching(/"x" is not an id/), extensions: { code: 'INVALID_INPUT' } },
    ]);
  });

  it('of a source that is not configured are refused, in their place alone', async () => {
    const foreign = clusterId('REDSHIFT', 'a', { account: '999999999999', region: 'eu-west-1' });
    const own = clusterId('REDSHIFT');
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids: [foreign, own] });
    expect(answer.data).toEqual({ nodes: [null, { id: own }] });
    expect(answer.errors).toMatchObject([
      {
        path: ['nodes', 0],
        message: expect.stringMatching(
          /No source is configured for REDSHIFT in account 999999999999 and region eu-west-1/,
        ),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
  });

  it('of one service before the ARN of another are refused', async () => {
    const mixed = [
      globalId('RedshiftCluster', clusterArn('DOCUMENTDB')),
      globalId('DocumentDBSnapshot', snapshotArn('REDSHIFT', 'a')),
    ];
    const { data, errors } = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids: mixed });
    expect(data).toEqual({ nodes: [null, null] });
    expect(errors).toMatchObject(mixed.map(() => ({ extensions: { code: 'INVALID_INPUT' } })));
  });

  it('of Amazon DocumentDB are asked for by a hundred at most in one call', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => snapshotId('DOCUMENTDB', `s${index}`));
    const answer = await gateway.query(
      `query ($one: [ID!]!, $two: [ID!]!) { one: nodes(ids: $one) { id } two: nodes(ids: $two) { id } }`,
      { one: ids.slice(0, 100), two: ids.slice(50) },
    );
    expect(answer.errors).toBeUndefined();
    const values = (await gateway.calls()).map(({ parameters }) => JSON.stringify(parameters).match(/"s\d+"/g)?.length);
    expect(values).toHaveLength(2);
    expect(values).toEqual(expect.arrayContaining([100, 50]));
  });

  it('more than a hundred at once are refused', async () => {
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: Array.from({ length: 101 }, () => globalId('Source', `${account}/us-east-1/REDSHIFT`)),
    });
    expect(answer.errors?.[0]).toMatchObject({
      message: 'ids has 101 values; it may have 100 at most.',
      extensions: { code: 'INVALID_INPUT' },
    });
  });
});

describe('snapshot and cluster by ARN', () => {
  it.each([
    ['snapshot', `arn:aws:redshift:us-east-1:${account}:snapshot:sales/${rsName}`, 'DescribeClusterSnapshots'],
    ['snapshot', `arn:aws:rds:us-east-1:${account}:cluster-snapshot:${rdsName}`, 'DescribeDBClusterSnapshots'],
    ['cluster', `arn:aws:redshift:us-east-1:${account}:cluster:sales`, 'DescribeClusters'],
    ['cluster', `arn:aws:rds:us-east-1:${account}:cluster:orders`, 'DescribeDBClusters'],
  ])('%s(arn: %j) costs one call', async (field, arn, action) => {
    const answer = await gateway.query(
      `query ($arn: String!) { thing: ${field}(arn: $arn) { arn source { account region } } }`,
      { arn },
    );
    expect(answer.data.thing).toEqual({ arn, source: { account, region: 'us-east-1' } });
    expect(await actions()).toEqual([action]);
  });

  it.each([
    [
      'snapshot',
      `arn:aws:rds:us-east-1:${account}:cluster-snapshot:Orders-Final`,
      `arn:aws:rds:us-east-1:${account}:cluster-snapshot:orders-final`,
    ],
    ['cluster', `arn:aws:rds:us-east-1:${account}:cluster:Orders`, `arn:aws:rds:us-east-1:${account}:cluster:orders`],
  ])('%s(arn: %j) finds what Amazon DocumentDB keeps in lower case', async (field, arn, found) => {
    const answer = await gateway.query(`query ($arn: String!) { thing: ${field}(arn: $arn) { arn } }`, { arn });
    expect(answer.data.thing).toEqual({ arn: found });
  });

  it.each([
    ['snapshot', `arn:aws:redshift:us-east-1:${account}:snapshot:sales/gone`],
    ['snapshot', `arn:aws:redshift:us-east-1:${account}:snapshot:another/sales-final`],
    ['snapshot', `arn:aws:rds:us-east-1:${account}:cluster-snapshot:gone`],
    ['snapshot', `arn:aws:rds:us-east-1:${account}:cluster-snapshot:graph-final`],
    ['cluster', `arn:aws:redshift:us-east-1:${account}:cluster:gone`],
    ['cluster', `arn:aws:rds:us-east-1:${account}:cluster:gone`],
    ['cluster', `arn:aws:rds:us-east-1:${account}:cluster:graph`],
  ])('%s(arn: %j) is null', async (field, arn) => {
    const answer = await gateway.query(`query ($arn: String!) { thing: ${field}(arn: $arn) { arn } }`, { arn });
    expect(answer).toMatchObject({ data: { thing: null } });
    expect(answer.errors).toBeUndefined();
  });

  it.each([
    ['snapshot', 'sales-final', /is not the ARN of a snapshot or cluster/],
    ['snapshot', 'arn:aws:s3:::bucket', /is not the ARN of a snapshot or cluster/],
    ['snapshot', `arn:aws:redshift:us-east-1:12345:snapshot:a/b`, /is not the ARN of a snapshot or cluster/],
    [
      'snapshot',
      `arn:aws:redshift:us-east-1:${account}:cluster:sales`,
      /is not the ARN of an Amazon Redshift snapshot/,
    ],
    ['snapshot', `arn:aws:rds:us-east-1:${account}:cluster:orders`, /is not the ARN of an Amazon DocumentDB snapshot/],
    ['cluster', `arn:aws:redshift:us-east-1:${account}:snapshot:a/b`, /is not the ARN of an Amazon Redshift cluster/],
    [
      'cluster',
      `arn:aws:rds:us-east-1:${account}:cluster-snapshot:a`,
      /is not the ARN of an Amazon DocumentDB cluster/,
    ],
    ['cluster', `arn:aws:rds:eu-west-1:${account}:cluster:a`, /No source is configured for DOCUMENTDB/],
    ['cluster', `arn:aws-cn:redshift:us-east-1:${account}:cluster:sales`, /partition aws-cn, and us-east-1 is in aws/],
    ['snapshot', `arn:aws-cn:redshift:us-east-1:${account}:snapshot:sales/sales-final`, /in the partition aws-cn/],
    ['snapshot', `arn:aws-cn:redshift:us-east-1:999999999999:snapshot:sales/sales-final`, /in the partition aws-cn/],
  ])('%s(arn: %j) is refused', async (field, arn, message) => {
    const answer = await gateway.query(`query ($arn: String!) { thing: ${field}(arn: $arn) { arn } }`, { arn });
    expect(answer.data).toEqual({ thing: null });
    expect(answer.errors?.[0]?.extensions['code']).toBe('INVALID_INPUT');
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(await actions()).toEqual([]);
  });
});

describe('what belongs to a snapshot', () => {
  const nodes =
    'nodes { identifier cluster { identifier tags { key value } } tags { key value } sharing { public accounts } }';

  it('clusters of one page are read in one call for each service', async () => {
    await gateway.query(
      `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { cluster { identifier status } } } }`,
      { filter: { accounts: [account] } },
    );
    expect((await actions()).sort()).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusters',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
    ]);
  });

  it('tags and sharing of Amazon DocumentDB cost a call for each thing, and only when selected', async () => {
    const answer = await gateway.query(`query ($filter: SnapshotFilter) { snapshots(filter: $filter) { ${nodes} } }`, {
      filter: { accounts: [account], services: ['DOCUMENTDB'] },
    });
    expect(answer.data.snapshots.nodes).toEqual([
      {
        identifier: expect.any(String),
        cluster: { identifier: 'orders', tags: [{ key: 'team', value: 'shop' }] },
        tags: [],
        sharing: { public: false, accounts: [] },
      },
      {
        identifier: expect.any(String),
        cluster: { identifier: 'orders', tags: [{ key: 'team', value: 'shop' }] },
        tags: [],
        sharing: { public: false, accounts: [] },
      },
    ]);
    expect((await actions()).sort()).toEqual([
      'DescribeDBClusterSnapshotAttributes',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
      'ListTagsForResource',
      'ListTagsForResource',
      'ListTagsForResource',
    ]);
  });

  it('a list read before primes what is looked up after', async () => {
    const answer = await gateway.query(
      `{ clusters(filter: { accounts: ["${account}"] }) { nodes { latestSnapshot { identifier cluster { identifier } } } } }`,
    );
    expect(answer.data.clusters.nodes.map(({ latestSnapshot }: any) => latestSnapshot.cluster.identifier)).toEqual([
      'sales',
      'orders',
    ]);
    expect((await actions()).sort()).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusters',
      'DescribeDBClusterSnapshots',
      'DescribeDBClusters',
    ]);
  });

  it('a denied look-up is an error on its field alone', async () => {
    await gateway.disturb({
      action: 'DescribeDBClusters',
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:sts::${account}:assumed-role/secret is not authorized`,
    });
    const answer = await gateway.query(
      `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { identifier cluster { identifier } } } }`,
      { filter: { accounts: [account] } },
    );
    await gateway.disturb();
    expect(answer.data.snapshots.nodes.map(({ cluster }: any) => cluster?.identifier ?? null)).toEqual([
      'sales',
      'sales',
      null,
      null,
    ]);
    expect(answer.errors).toHaveLength(2);
    expect(answer.errors?.[0]).toMatchObject({
      message: `AWS denied rds:DescribeDBClusters in account ${account}, region us-east-1.`,
      path: ['snapshots', 'nodes', 2, 'cluster'],
      extensions: { code: 'FORBIDDEN', fault: 'AccessDenied' },
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
