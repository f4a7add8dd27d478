import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accounts, account, type Gateway, startGateway } from '../support/gateway.ts';
import { clusterId, globalId, makeCluster, makeSnapshot } from '../support/worlds.ts';

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
  it('survive the round trip with colons, leading zeros and other partitions', async () => {
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
    // In each of 3 places: 2 lookups of Redshift snapshots, 1 list of its clusters, and 1 query for each of DocumentDB.
    expect(again.extensions.aws.calls).toBeLessThanOrEqual(3 * (2 + 1 + 1 + 1));
  });

  it.each([
    ['not an id', 'hello world'],
    ['of another API', globalId('User', '1')],
    [
      'in other base64',
      Buffer.from(`RedshiftCluster:arn:aws:redshift:us-east-1:${account}:cluster:a?>`).toString('base64'),
    ],
    ['without a name', globalId('RedshiftCluster')],
  ])('are rejected if they are %s', async (_what, id) => {
    const answer = await gateway.query(`query ($id: ID!) { node(id: $id) { id } }`, { id });
    expect(answer.data).toEqual({ node: null });
    expect(answer.errors).toMatchObject([
      { message: expect.stringMatching(/is not an id of this API/), extensions: { code: 'INVALID_INPUT' } },
    ]);
    expect(await actions()).toEqual([]);
  });

  it('are rejected as INVALID_INPUT if they have the wrong type', async () => {
    const answer = await gateway.query(`query ($id: ID!) { node(id: $id) { id } }`, { id: true });
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringMatching(/^Variable "\$id" has invalid value: ID cannot represent value: true/),
        extensions: { code: 'INVALID_INPUT' },
      },
    ]);
    expect(await actions()).toEqual([]);
  });

  it.each([
    ['is no id', 'hello world'],
    [
      'is of a region that is not configured',
      globalId('RedshiftCluster', `arn:aws:redshift:eu-north-1:${account}:cluster:a`),
    ],
    [
      'is of an account that is not configured',
      globalId('RedshiftCluster', 'arn:aws:redshift:us-east-1:999999999999:cluster:a'),
    ],
    ['is of another type', globalId('DocumentDBCluster', `arn:aws:redshift:us-east-1:${account}:cluster:a`)],
  ])('are named by the error of one that %s', async (_what, id) => {
    const { data, errors } = await gateway.query(
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: ["x", $id]) { id } }',
      { id },
    );
    expect(data).toEqual({ node: null, nodes: [null, null] });
    const fields = errors?.map(({ extensions }) => extensions?.['field']);
    expect(fields).toEqual(expect.arrayContaining([['id'], ['ids', '0'], ['ids', '1']]));
    expect(await actions()).toEqual([]);
  });

  it('have errors with the request ID of AWS, if AWS refuses the call', async () => {
    await gateway.disturb({ kind: 'error', code: 'InvalidParameterValue', status: 400, action: 'DescribeClusters' });
    const id = clusterId('REDSHIFT');
    const { errors } = await gateway.query(
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }',
      { id },
      { 'cache-control': 'no-cache' },
    );
    await gateway.disturb();
    const refused = { code: 'INVALID_INPUT', fault: 'InvalidParameterValue', requestId: expect.any(String) };
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining(refused),
      expect.objectContaining(refused),
    ]);
  });

  it.each(['#123456789012', ' ', '\u200b'])('are not read from an ARN that ends with %j', async (end) => {
    const arns = {
      snapshot: `arn:aws:redshift:us-east-1:${account}:snapshot:sales/a${end}`,
      cluster: `arn:aws:redshift:us-east-1:${account}:cluster:sales${end}`,
    };
    const { data, errors } = await gateway.query(
      'query ($snapshot: String!, $cluster: String!) { snapshot(arn: $snapshot) { id } cluster(arn: $cluster) { id } }',
      arns,
    );
    expect(data).toEqual({ snapshot: null, cluster: null });
    expect(errors?.map(({ extensions }) => extensions)).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ code: 'INVALID_INPUT', field: ['arn'] })),
    );
    expect(await actions()).toEqual([]);
  });

  it('are rejected individually if they are invalid', async () => {
    const own = clusterId('REDSHIFT');
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids: ['', own, 'x'] });
    expect(answer.data).toEqual({ nodes: [null, { id: own }, null] });
    expect(answer.errors).toMatchObject([
      { path: ['nodes', 0], message: expect.stringMatching(/"" is not an id/), extensions: { code: 'INVALID_INPUT' } },
      { path: ['nodes', 2], message: expect.stringMatching(/"x" is not an id/), extensions: { code: 'INVALID_INPUT' } },
    ]);
  });

  it('are rejected individually if their source is not configured', async () => {
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

  it('are rejected if there are more than 100', async () => {
    const answer = await gateway.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: Array.from({ length: 101 }, () => globalId('Source', `${account}/us-east-1/REDSHIFT`)),
    });
    expect(answer.errors?.[0]).toMatchObject({
      message: 'ids has 101 values; the maximum is 100.',
      extensions: { code: 'INVALID_INPUT' },
    });
  });
});

describe('the clusters of snapshots', () => {
  it('are read in one AWS call per service for a page', async () => {
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

  it('are errors of their fields alone if the lookup is denied', async () => {
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
      message: `AWS denied rds:DescribeDBClusters in account ${account}, region us-east-1: the gateway lacks this permission. The operator of the gateway must grant it in IAM.`,
      path: ['snapshots', 'nodes', 2, 'cluster'],
      extensions: { code: 'FORBIDDEN', fault: 'AccessDenied' },
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});
