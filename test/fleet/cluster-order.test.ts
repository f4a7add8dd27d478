import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import type { ServiceName } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { at, clusterArn, makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const other = '012345678901';
const anyone = { sub: 'ada', role: 'everything' };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account, other]),
    authenticate: authenticationWith([
      { when: { role: 'everything' }, permissions: ['SNAPSHOT_READ'] },
      { when: { role: 'team' }, permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } },
    ]),
  });
});
beforeEach(() => gateway.calls());
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const page = (fields = '') => /* GraphQL */ `
  query Page($first: Int, $after: String, $last: Int, $before: String, $orderBy: ClusterOrder, $filter: ClusterFilter) {
    clusters(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter) {
      isComplete
      totalCount { value precision }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes { arn ${fields} }
      sources { status error { code } }
    }
  }
`;

async function ask(variables: object, { fields = '', claims = anyone } = {}) {
  return gateway.query(page(fields), { ...variables }, await as(claims));
}

async function read(variables: object, options = {}) {
  const { data, errors } = await ask(variables, options);
  expect(errors).toBeUndefined();
  return data.clusters;
}

const arns = ({ nodes }: { nodes: readonly { arn: string }[] }) => nodes.map(({ arn }) => arn);
const actions = async () => (await gateway.calls()).map(({ action }) => action).toSorted();
const latest = (direction: 'ASC' | 'DESC') => ({ orderBy: { field: 'LATEST_SNAPSHOT_AT', direction } });

interface Cluster {
  readonly service: ServiceName;
  readonly account: string;
  readonly name: string;
  readonly minute: number;
  /** When its available snapshots were created. */
  readonly snapshots: readonly number[];
}

const clusters: readonly Cluster[] = [
  { service: 'REDSHIFT', account, name: 'a', minute: -3, snapshots: [5, 9] },
  { service: 'DOCUMENTDB', account, name: 'a', minute: -1, snapshots: [] },
  { service: 'REDSHIFT', account: other, name: 'b', minute: -2, snapshots: [30] },
  { service: 'DOCUMENTDB', account: other, name: 'c', minute: -3, snapshots: [1] },
  { service: 'REDSHIFT', account: other, name: 'd', minute: -5, snapshots: [] },
  { service: 'DOCUMENTDB', account, name: 'e', minute: -4, snapshots: [9] },
];
const arnOf = ({ service, name, ...place }: Cluster) => clusterArn(service, name, place);

/** Returns the clusters in order, computed from the world alone. */
function inOrder(value: (cluster: Cluster) => string | number | undefined, sign: number): string[] {
  const compare = (one: string | number, two: string | number) => (one === two ? 0 : one < two ? -1 : 1);
  return clusters
    .toSorted((one, two) => {
      const [left, right] = [value(one), value(two)];
      if (left === right) return compare(arnOf(one), arnOf(two));
      if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
      return sign * compare(left, right);
    })
    .map(arnOf);
}

const load = () =>
  gateway.load({
    clusters: clusters.map(({ service, name, minute, ...place }) =>
      makeCluster(service, name, { account: place.account, createdAt: at(minute) }),
    ),
    snapshots: clusters.flatMap(({ service, account: id, name, minute, snapshots }) => {
      const parts = { account: id, cluster: name, clusterCreatedAt: at(minute) };
      return [
        ...snapshots.map((created) =>
          makeSnapshot(service, `${name}-${created}`, { ...parts, createdAt: at(created) }),
        ),
        makeSnapshot(service, `${name}-failed`, { ...parts, createdAt: at(60), status: 'failed' }),
      ];
    }),
  });

describe('an ordered list of clusters', () => {
  beforeEach(load);

  const newest = ({ snapshots }: Cluster) => (snapshots.length > 0 ? Math.max(...snapshots) : undefined);
  it.each([
    ['IDENTIFIER', ({ name }: Cluster) => name],
    ['CREATED_AT', ({ minute }: Cluster) => minute],
    ['LATEST_SNAPSHOT_AT', newest],
  ] as const)('is ordered by %s across services and sources, forward and backward', async (field, value) => {
    for (const direction of ['ASC', 'DESC']) {
      const orderBy = { field, direction };
      const expected = inOrder(value, direction === 'ASC' ? 1 : -1);
      const forward: string[] = [];
      for (let after: string | null = null, isMore = true; isMore;) {
        const found: any = await read({ first: 4, after, orderBy });
        expect(found).toMatchObject({
          isComplete: true,
          totalCount: { value: clusters.length, precision: 'EXACT' },
          pageInfo: { hasPreviousPage: forward.length > 0 },
        });
        forward.push(...arns(found));
        after = found.pageInfo.endCursor;
        isMore = found.pageInfo.hasNextPage;
      }
      expect(forward).toEqual(expected);
      const backward: string[] = [];
      for (let before: string | null = null, isMore = true; isMore;) {
        const found: any = await read({ last: 1, before, orderBy });
        expect(found.pageInfo.hasNextPage).toBe(backward.length > 0);
        backward.unshift(...arns(found));
        before = found.pageInfo.startCursor;
        isMore = found.pageInfo.hasPreviousPage;
      }
      expect(backward).toEqual(expected);
    }
  });

  it('continues after the cluster of the cursor was deleted, and after it has a newer snapshot', async () => {
    const expected = inOrder(newest, 1);
    const { pageInfo } = await read({ first: 2, ...latest('ASC') });
    const gone = clusters.find((each) => arnOf(each) === expected[1])!;
    await gateway.load({
      clusters: clusters
        .filter((each) => each !== gone)
        .map(({ service, name, account: id }) => makeCluster(service, name, { account: id, createdAt: at(-10) })),
      snapshots: clusters.flatMap(({ service, name, account: id, snapshots }) =>
        snapshots.map((minute) =>
          makeSnapshot(service, `${name}-${minute}`, {
            account: id,
            cluster: name,
            clusterCreatedAt: at(-10),
            createdAt: at(minute),
          }),
        ),
      ),
    });
    expect(arns(await read({ after: pageInfo.endCursor, ...latest('ASC') }))).toEqual(expected.slice(2));
  });

  it.each([
    [{ last: 2 }, 'last requires orderBy'],
    [{ before: 'x' }, 'before requires orderBy'],
    [{ first: 1, last: 1, ...latest('ASC') }, 'first and last are mutually exclusive'],
    [{ first: 0, ...latest('ASC') }, 'first is 0'],
    [{ last: 101, ...latest('ASC') }, 'last is 101'],
  ])('rejects %j', async (variables, message) => {
    const { errors } = await ask(variables);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'INVALID_INPUT' } },
    ]);
  });

  it('has cursors that open only for the same field, filter and order', async () => {
    const {
      pageInfo: { endCursor: after },
    } = await read({ first: 1, ...latest('ASC') });
    await read({ after, ...latest('ASC') });
    for (const others of [
      latest('DESC'),
      {},
      { orderBy: { field: 'IDENTIFIER', direction: 'ASC' } },
      { ...latest('ASC'), filter: { services: ['REDSHIFT'] } },
      { ...latest('ASC'), filter: { withoutSnapshotForHours: 24 } },
    ]) {
      const { errors } = await ask({ after, ...others });
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    }
    const snapshots = `query ($after: String) {
      snapshots(after: $after, orderBy: { field: IDENTIFIER, direction: ASC }) { isComplete }
    }`;
    const { errors } = await gateway.query(snapshots, { after }, await as(anyone));
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('has clusters last whose latest snapshot cannot be read, and reports their source', async () => {
    const rule = { action: 'DescribeClusterSnapshots', account: other } as const;
    await gateway.disturb({ ...rule, kind: 'error', code: 'AccessDenied', status: 403 });
    const unread = ({ service, account: id }: Cluster) => service === 'REDSHIFT' && id === other;
    for (const [direction, sign] of [
      ['ASC', 1],
      ['DESC', -1],
    ] as const) {
      const found = await read(latest(direction), { fields: 'identifier' });
      expect(arns(found)).toEqual(inOrder((each) => (unread(each) ? undefined : newest(each)), sign));
      expect(found.isComplete).toBe(false);
      expect(found.totalCount).toEqual({ value: clusters.length, precision: 'AT_LEAST' });
      expect(found.sources).toEqual([
        { status: 'PARTIAL', error: { code: 'FORBIDDEN' } },
        ...[1, 2, 3].map(() => ({ status: 'COMPLETE', error: null })),
      ]);
    }
  });

  it('reads the latest snapshots of the clusters that match, of each source together', async () => {
    const found = await read(latest('ASC'), { fields: 'latestSnapshot { createdAt }' });
    expect(found.nodes.at(0).latestSnapshot.createdAt).toBe(at(1));
    // Each source has several clusters or one: a full read or a lookup.
    const whole = [
      ...Array.from({ length: 2 }, () => 'DescribeClusterSnapshots'),
      ...Array.from({ length: 2 }, () => 'DescribeClusters'),
      ...Array.from({ length: 2 }, () => 'DescribeDBClusterSnapshots'),
      ...Array.from({ length: 2 }, () => 'DescribeDBClusters'),
    ];
    expect(await actions()).toEqual(whole);
    await read(latest('ASC'));
    expect(await actions()).toEqual(whole);
    await read({ orderBy: { field: 'CREATED_AT', direction: 'ASC' } });
    expect(await actions()).toEqual(whole.filter((action) => action.endsWith('Clusters')));
    await read({ ...latest('DESC'), filter: { services: ['REDSHIFT'], accounts: [other] } });
    expect(await actions()).toEqual(['DescribeClusterSnapshots', 'DescribeClusters']);
  });
});

it('orders by LATEST_SNAPSHOT_AT with lookups, if these are fewer than the pages of the source', async () => {
  await gateway.load({
    clusters: ['sales', 'bare'].map((name) => makeCluster('REDSHIFT', name)),
    snapshots: makeSnapshots('REDSHIFT', 350),
  });
  const variables = { ...latest('DESC'), filter: { services: ['REDSHIFT'], accounts: [account] } };
  // At first, one page is read to see whether the list is short.
  for (const expected of [3, 2]) {
    await gateway.calls();
    const found = await read(variables, { fields: 'latestSnapshot { identifier }' });
    expect(found.nodes).toMatchObject([{ latestSnapshot: { identifier: 'sales-0349' } }, { latestSnapshot: null }]);
    expect((await actions()).filter((action) => action === 'DescribeClusterSnapshots')).toHaveLength(expected);
  }
});

it('orders by the latest snapshot that the caller can see', async () => {
  const tags = { team: 'bi' };
  // In an account whose list of snapshots no other test has found to be long.
  const place = { account: other };
  const parts = { ...place, clusterCreatedAt: at(0) };
  await gateway.load({
    clusters: [
      ...['first', 'second', 'third'].map((name) =>
        makeCluster('REDSHIFT', name, { ...place, tags, createdAt: at(0) }),
      ),
      makeCluster('REDSHIFT', 'hidden', { ...place, createdAt: at(0) }),
    ],
    snapshots: [
      makeSnapshot('REDSHIFT', 'f-1', { ...parts, cluster: 'first', createdAt: at(10), tags }),
      makeSnapshot('REDSHIFT', 'f-2', { ...parts, cluster: 'first', createdAt: at(40) }),
      makeSnapshot('REDSHIFT', 's-1', { ...parts, cluster: 'second', createdAt: at(20), tags }),
      makeSnapshot('REDSHIFT', 't-1', { ...parts, cluster: 'third', createdAt: at(50) }),
      makeSnapshot('REDSHIFT', 'h-1', { ...parts, cluster: 'hidden', createdAt: at(60), tags }),
    ],
  });
  const options = { fields: 'latestSnapshot { identifier }', claims: { sub: 'bob', role: 'team' } };
  const { nodes, totalCount } = await read(latest('DESC'), options);
  expect(nodes).toEqual([
    { arn: clusterArn('REDSHIFT', 'second', place), latestSnapshot: { identifier: 's-1' } },
    { arn: clusterArn('REDSHIFT', 'first', place), latestSnapshot: { identifier: 'f-1' } },
    { arn: clusterArn('REDSHIFT', 'third', place), latestSnapshot: null },
  ]);
  expect(totalCount).toEqual({ value: 3, precision: 'EXACT' });
  expect((await actions()).filter((action) => action === 'DescribeClusterSnapshots')).toHaveLength(1);
  const everything = await read(latest('DESC'));
  expect(arns(everything)).toEqual(
    ['hidden', 'third', 'first', 'second'].map((name) => clusterArn('REDSHIFT', name, place)),
  );
});

describe('the price of clusters', () => {
  const conditions = [
    '',
    'orderBy: { field: IDENTIFIER, direction: ASC }',
    'orderBy: { field: LATEST_SNAPSHOT_AT, direction: ASC }',
    'filter: { withoutSnapshotForHours: 24 }',
    'filter: { gapWithinDays: 7 }',
    'filter: { gapWithinDays: 7, withoutSnapshotForHours: 24 }, orderBy: { field: LATEST_SNAPSHOT_AT, direction: ASC }',
  ];

  it.each(conditions.flatMap((args) => ['everything', 'team'].map((role) => [args, role] as const)))(
    'is at least the AWS calls of (%s) for the role %s',
    async (args, role) => {
      const tags = { team: 'bi' };
      await gateway.load({
        clusters: (['REDSHIFT', 'DOCUMENTDB'] as const).flatMap((service) =>
          ['sales', 'orders'].map((name) => makeCluster(service, name, { tags })),
        ),
        snapshots: (['REDSHIFT', 'DOCUMENTDB'] as const).flatMap((service) =>
          makeSnapshots(service, 110, { cluster: 'sales', tags }),
        ),
        assumptions: { rdsAnswersTagList: false },
      });
      const query = `{ clusters(first: 5 ${args === '' ? '' : `, ${args}`}) { isComplete nodes { id } } }`;
      // The price depends on the sizes that an earlier request found.
      await gateway.query(query, {}, await as({ sub: role, role }));
      const { data, extensions } = await gateway.query(query, {}, await as({ sub: role, role }));
      expect(data.clusters.isComplete).toBe(true);
      expect(extensions.aws.calls).toBeGreaterThan(0);
      expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
    },
  );

  it.each([
    ['orderBy: { field: LATEST_SNAPSHOT_AT, direction: ASC }', 'id'],
    ['first: 12', 'latestSnapshot { id }'],
  ])(
    'includes a lookup for each cluster, if a full read cannot have all snapshots: (%s) { %s }',
    async (args, field) => {
      const small = await startGateway({ fullReads: { ageSeconds: 600, maximumPages: 1 } });
      try {
        await small.load({
          clusters: Array.from('abcdefghijkl', (name) => makeCluster('REDSHIFT', name)),
          snapshots: makeSnapshots('REDSHIFT', 110, { cluster: 'a' }),
        });
        const query = `{ clusters(filter: { services: [REDSHIFT] }, ${args}) { isComplete nodes { ${field} } } }`;
        await small.query('{ snapshotSummary { isComplete } }');
        await small.query(query);
        const { data, extensions } = await small.query(query);
        expect(data.clusters.isComplete).toBe(true);
        expect(extensions.aws.calls).toBeGreaterThanOrEqual(12);
        expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
      } finally {
        await small.close();
      }
    },
  );
});
