import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { at, clusterArn, makeCluster, makeSnapshot } from '../support/worlds.ts';

const other = '012345678901';
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
  await gateway.load({
    clusters: [makeCluster('REDSHIFT'), makeCluster('REDSHIFT', 'empty'), makeCluster('DOCUMENTDB')],
    snapshots: [
      ...serviceNames.map((service) => makeSnapshot(service, 'shared', { account: other, shares: [account] })),
      ...[0, 1, 2].flatMap((minute) => {
        const parts = { createdAt: at(minute), status: minute === 2 ? 'failed' : 'available' };
        return [
          makeSnapshot('REDSHIFT', `sales-${minute}`, parts),
          makeSnapshot('REDSHIFT', `gone-${minute}`, { cluster: 'gone', createdAt: at(minute) }),
          makeSnapshot('DOCUMENTDB', `orders-${minute}`, parts),
        ];
      }),
    ],
  });
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const redshiftArn = clusterArn('REDSHIFT');
const documentDBArn = clusterArn('DOCUMENTDB');

describe.each([
  { arn: redshiftArn, names: ['sales-0', 'sales-1', 'sales-2'] },
  { arn: documentDBArn, names: ['orders-0', 'orders-1', 'orders-2'] },
])('the cluster $arn', ({ arn, names }) => {
  it('lists its own snapshots, page by page, in two AWS calls', async () => {
    const text = `query ($arn: String!, $after: String) { cluster(arn: $arn) { snapshots(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { identifier } } } }`;
    const page = await gateway.query(text, { arn });
    expect(page.extensions.aws.calls).toBe(2);
    const { pageInfo, nodes } = page.data.cluster.snapshots;
    const rest = await gateway.query(text, { arn, after: pageInfo.endCursor });
    const all = [...nodes, ...rest.data.cluster.snapshots.nodes].map(({ identifier }) => identifier);
    expect(all.sort()).toEqual(names);
    expect(rest.data.cluster.snapshots.pageInfo.hasNextPage).toBe(false);
  });

  it('returns the newest available snapshot as latestSnapshot', async () => {
    const answer = await gateway.query(
      `query ($arn: String!) { cluster(arn: $arn) { latestSnapshot { identifier status } } }`,
      { arn },
    );
    expect(answer.data.cluster.latestSnapshot).toEqual({ identifier: names[1], status: 'AVAILABLE' });
    expect(answer.extensions.aws.calls).toBe(2);
  });
});

describe('the list of one cluster', () => {
  const text = `query ($arn: String!, $after: String, $filter: SnapshotFilter) { cluster(arn: $arn) { snapshots(first: 1, after: $after, filter: $filter) { pageInfo { endCursor } nodes { identifier } } } }`;

  it('rejects the cursor of another list', async () => {
    const of = async (arn: string, variables = {}) => gateway.query(text, { arn, ...variables });
    const { endCursor } = (await of(redshiftArn)).data.cluster.snapshots.pageInfo;
    for (const answer of [
      await of(documentDBArn, { after: endCursor }),
      await of(redshiftArn, { after: endCursor, filter: { encrypted: true } }),
      await gateway.query(`query ($after: String) { snapshots(after: $after) { nodes { id } } }`, { after: endCursor }),
    ]) {
      expect(answer.errors).toMatchObject([
        { message: expect.stringMatching(/Start again/), extensions: { code: 'INVALID_INPUT', field: ['after'] } },
      ]);
    }
  });

  it.each([{ clusterIdentifiers: ['orders'] }, { services: ['DOCUMENTDB'] }, { ownerAccounts: ['555566667777'] }])(
    'rejects a filter that excludes the cluster: %j',
    async (filter) => {
      const answer = await gateway.query(text, { arn: redshiftArn, filter });
      expect(answer.errors).toMatchObject([
        { message: expect.stringMatching(/excludes the cluster sales itself/), extensions: { code: 'INVALID_INPUT' } },
      ]);
    },
  );

  it.each([
    { arn: redshiftArn, name: 'SALES' },
    { arn: documentDBArn, name: 'Orders' },
  ])('accepts a filter by the identifier of the cluster in any case: $name', async ({ arn, name }) => {
    const answer = await gateway.query(
      `query ($arn: String!, $filter: SnapshotFilter) { cluster(arn: $arn) { snapshots(filter: $filter) { totalCount { value } } } }`,
      { arn, filter: { clusterIdentifiers: [name] } },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data.cluster.snapshots.totalCount).toEqual({ value: 3 });
  });

  it.each([redshiftArn, documentDBArn])(
    'excludes shared snapshots of a cluster with the same identifier: %s',
    async (arn) => {
      const answer = await gateway.query(text, { arn, filter: { types: ['SHARED'] } });
      expect(answer.data.cluster.snapshots.nodes).toEqual([]);
      const all = await gateway.query(text, { arn, filter: { types: ['SHARED', 'MANUAL'], identifiers: ['shared'] } });
      expect(all.data.cluster.snapshots.nodes).toEqual([]);
    },
  );

  it('is empty, and latestSnapshot is null, if the cluster has no snapshot', async () => {
    const answer = await gateway.query(
      `query ($arn: String!) { cluster(arn: $arn) { latestSnapshot { id } snapshots { nodes { id } } } }`,
      { arn: clusterArn('REDSHIFT', 'empty') },
    );
    expect(answer.data.cluster).toEqual({ latestSnapshot: null, snapshots: { nodes: [] } });
  });
});
