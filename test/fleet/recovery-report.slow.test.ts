import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames, type SnapshotParts } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const other = '012345678901';
const [here, there] = ['us-east-1', 'eu-west-1'] as const;
const now = Date.parse('2026-03-10T06:00:00Z');
/** The time a number of hours before the request. */
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

const keyOf = (digit: number) => `${String(digit).repeat(8)}-2222-4333-8444-555555555555`;
const keyArn = (digit: number) => `arn:aws:kms:${here}:${account}:key/${keyOf(digit)}`;

let gateway: Gateway;
const headers: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  const permissions = ['SNAPSHOT_READ'];
  gateway = await startGateway({
    accounts: accounts([account, other], [here, there]),
    limits: { cost: 1e9 },
    authenticate: authenticationWith([
      { when: { role: 'all' }, permissions },
      { when: { role: 'here' }, permissions, regions: [here] },
      { when: { role: 'tagged' }, permissions, tags: { team: ['bi'] } },
    ]),
  });
  for (const role of ['all', 'here', 'tagged']) headers[role] = await as({ role, sub: role });
});
afterEach(() => gateway.disturb());
afterAll(async () => {
  vi.useRealTimers();
  await gateway.close();
});

const ask = (text: string, variables: Record<string, unknown> = {}, role = 'all') =>
  gateway.query(text, variables, headers[role]);

/** Loads a world in which AWS creates no snapshots itself. */
const load = (world: Parameters<Gateway['load']>[0]) =>
  gateway.load({
    now: new Date(now).toISOString(),
    frozen: true,
    assumptions: { automatedSnapshots: false },
    ...world,
  });

/** A cluster created 100 hours ago. Amazon DocumentDB has continuous backups only if it has a retention period. */
const cluster = (service: ServiceName, name: string, members: object = {}) => ({
  ...makeCluster(service, name, { createdAt: ago(100), tags: { team: 'bi' } }),
  ...(service === 'DOCUMENTDB' && { BackupRetentionPeriod: 0 }),
  ...members,
});

const snapshot = (service: ServiceName, name: string, hours: number, parts: SnapshotParts = {}) =>
  makeSnapshot(service, name, { createdAt: ago(hours), clusterCreatedAt: ago(100), cluster: 'main', ...parts });

const actionsOf = async () => (await gateway.calls()).map(({ action }) => action ?? '').toSorted();

const points = `query ($filter: ClusterFilter) {
  recoveryReport(filter: $filter) {
    isComplete
    nodes { cluster { identifier } point { time continuous snapshot { identifier } } ageSeconds restorable checks { requirement verdict message } }
  }
}`;

/** Reads the entries of clusters by their identifiers. */
async function entriesOf(service: ServiceName, role = 'all') {
  const { data, errors } = await ask(points, { filter: { services: [service], accounts: [account] } }, role);
  expect(errors).toBeUndefined();
  expect(data.recoveryReport.isComplete).toBe(true);
  return Object.fromEntries(data.recoveryReport.nodes.map((node: any) => [node.cluster.identifier, node]));
}

const verdictsOf = ({ checks }: any) =>
  Object.fromEntries(checks.map(({ requirement, verdict }: any) => [requirement, verdict]));

describe.each(serviceNames)('the recovery point of a cluster of %s', (service) => {
  beforeEach(() =>
    load({
      clusters: ['main', 'bare', 'resized'].map((name) => cluster(service, name)),
      snapshots: [
        snapshot(service, 'old', 50),
        snapshot(service, 'newest', 3),
        snapshot(service, 'unfinished', 1, { status: 'creating' }),
        snapshot(service, 'copied', 2, { region: there, origin: { account, region: here, name: 'old' } }),
        snapshot(service, 'known', 50, { cluster: 'resized' }),
        snapshot(service, 'uncertain', 4, { cluster: 'resized', clusterCreatedAt: ago(200) }),
      ],
    }),
  );

  it('is its newest available snapshot, with its age', async () => {
    const { main } = await entriesOf(service);
    expect(main).toMatchObject({
      point: { time: '2026-03-10T03:00:00.000Z', continuous: false, snapshot: { identifier: 'newest' } },
      ageSeconds: 3 * 3600,
      restorable: 'YES',
    });
    expect(verdictsOf(main)).toMatchObject({ SNAPSHOT_AVAILABLE: 'YES', KMS_KEY_USABLE: 'YES' });
  });

  it('is null without an available snapshot, so that the cluster is not restorable', async () => {
    const { bare } = await entriesOf(service);
    expect(bare).toMatchObject({ point: null, ageSeconds: null, restorable: 'NO' });
    expect(verdictsOf(bare)).toEqual({ SNAPSHOT_AVAILABLE: 'NO' });
  });

  it('is null, and unknown, if the newest snapshot may be that of an earlier cluster', async () => {
    const { resized } = await entriesOf(service);
    expect(resized).toMatchObject({ point: null, ageSeconds: null, restorable: 'UNKNOWN' });
    expect(verdictsOf(resized)).toEqual({ SNAPSHOT_AVAILABLE: 'UNKNOWN' });
    expect(resized.checks[0].message).toContain('uncertain');
  });

  it('is an error if the snapshots cannot be read, and UNKNOWN in the checks', async () => {
    await gateway.disturb({
      kind: 'error',
      action: service === 'REDSHIFT' ? 'DescribeClusterSnapshots' : 'DescribeDBClusterSnapshots',
      code: 'AccessDenied',
      status: 403,
    });
    const filter = { services: [service], identifiers: ['main'], accounts: [account] };
    const { data, errors } = await ask(points, { filter });
    expect(data.recoveryReport.nodes[0]).toMatchObject({ point: null, ageSeconds: null, restorable: 'UNKNOWN' });
    expect(data.recoveryReport.nodes[0].checks).toEqual([
      {
        requirement: 'SNAPSHOT_AVAILABLE',
        verdict: 'UNKNOWN',
        message: expect.stringContaining('lacks this permission'),
      },
    ]);
    expect(errors?.map(({ extensions, path }) => [extensions['code'], path?.at(-1)]).toSorted()).toEqual([
      ['FORBIDDEN', 'ageSeconds'],
      ['FORBIDDEN', 'point'],
    ]);
  });

  it('costs no call unless it is selected', async () => {
    await gateway.calls();
    await ask('query ($filter: ClusterFilter) { recoveryReport(filter: $filter) { nodes { cluster { id } } } }', {
      filter: { services: [service], accounts: [account], regions: [here] },
    });
    expect(await actionsOf()).toEqual([service === 'REDSHIFT' ? 'DescribeClusters' : 'DescribeDBClusters']);
  });
});

it('is the latest restorable time of Amazon DocumentDB with continuous backups, without a call', async () => {
  await load({
    clusters: [cluster('DOCUMENTDB', 'main', { BackupRetentionPeriod: 7 })],
    snapshots: [snapshot('DOCUMENTDB', 'newest', 3)],
  });
  await gateway.calls();
  const { data } = await ask(
    `{ recoveryReport(filter: { services: [DOCUMENTDB], accounts: ["${account}"], regions: ["${here}"] }) {
      nodes { point { time continuous snapshot { id } } ageSeconds }
    } }`,
  );
  expect(data.recoveryReport.nodes).toEqual([
    { point: { time: new Date(now).toISOString(), continuous: true, snapshot: null }, ageSeconds: 0 },
  ]);
  expect(await actionsOf()).toEqual(['DescribeDBClusters']);
  const { main } = await entriesOf('DOCUMENTDB');
  expect(main.restorable).toBe('YES');
  expect(verdictsOf(main)).toEqual({
    SNAPSHOT_AVAILABLE: 'YES',
    KMS_KEY_USABLE: 'YES',
    ENGINE_VERSION_OFFERED: 'YES',
    SUBNET_GROUP_EXISTS: 'YES',
    PARAMETER_GROUP_FITS: 'YES',
  });
});

it.each([
  ['stopped', 'YES'],
  ['inaccessible-encryption-credentials', 'UNKNOWN'],
])('a cluster of Amazon DocumentDB with the status %s can be restored to a time: %s', async (status, verdict) => {
  await load({ clusters: [cluster('DOCUMENTDB', 'main', { BackupRetentionPeriod: 7, Status: status })] });
  const { main } = await entriesOf('DOCUMENTDB');
  expect(main.point.continuous).toBe(true);
  expect([verdictsOf(main)['SNAPSHOT_AVAILABLE'], main.restorable]).toEqual([verdict, verdict]);
});

it.each([
  ['ENGINE_VERSION_OFFERED', '3.6.99', {}],
  ['PARAMETER_GROUP_FITS', '5.0.0', { DBClusterParameterGroup: 'old' }],
])('%s is NO for the engine version %s with %j', async (requirement, EngineVersion, members) => {
  await load({
    clusters: [cluster('DOCUMENTDB', 'main', { EngineVersion, BackupRetentionPeriod: 7, ...members })],
    groups: [
      {
        service: 'rds',
        account,
        region: here,
        DBClusterParameterGroupName: 'old',
        DBParameterGroupFamily: 'docdb4.0',
        Description: 'old',
      },
    ],
  });
  const { main } = await entriesOf('DOCUMENTDB');
  expect([verdictsOf(main)[requirement], main.restorable]).toEqual(['NO', 'NO']);
});

describe.each(serviceNames)('the copies of a cluster of %s', (service) => {
  const origin = { account, region: here, name: 'original' };
  beforeEach(() =>
    load({
      clusters: [
        cluster(service, 'main'),
        { ...cluster(service, 'main'), region: there, ClusterCreateTime: ago(90) },
        { ...cluster(service, 'main'), account: other, ClusterCreateTime: ago(80) },
      ],
      snapshots: [
        snapshot(service, 'original', 10),
        snapshot(service, 'copy', 9, { region: there, origin, tags: { team: 'bi' } }),
        snapshot(service, 'newer-copy', 5, { region: there, origin }),
        snapshot(service, 'unfinished', 4, { region: there, origin, status: 'creating' }),
        snapshot(service, 'of-former', 101, { region: there, origin, clusterCreatedAt: ago(300) }),
        snapshot(service, 'of-namesake', 3, { region: there, clusterCreatedAt: ago(90) }),
        snapshot(service, 'of-other', 3, { account: other, clusterCreatedAt: ago(80) }),
        // Only Amazon DocumentDB copies snapshots between accounts.
        ...(service === 'DOCUMENTDB'
          ? [
              snapshot(service, 'in-place', 8, { origin }),
              snapshot(service, 'handed-over', 7, { account: other, origin }),
              snapshot(service, 'in-two-steps', 6, {
                account: other,
                region: there,
                origin: { account: other, region: here, name: 'handed-over' },
              }),
              snapshot(service, 'of-other-there', 2, {
                account: other,
                region: there,
                clusterCreatedAt: ago(80),
                origin: { account: other, region: here, name: 'of-other' },
              }),
            ]
          : []),
      ],
    }),
  );

  const text = `query ($filter: ClusterFilter) {
    recoveryReport(filter: $filter) {
      isComplete nodes { cluster { identifier } copies { identifier source { account region } origin { region } } }
    }
  }`;
  const filter = { services: [service], accounts: [account], regions: [here] };
  const copiesIn = ({ data }: any): string[] =>
    data.recoveryReport.nodes[0].copies.map(({ identifier }: any) => identifier);

  it('are the available ones in other regions and accounts, newest first', async () => {
    const answer = await ask(text, { filter });
    expect(answer.errors).toBeUndefined();
    expect(copiesIn(answer)).toEqual(
      service === 'REDSHIFT' ? ['newer-copy', 'copy'] : ['newer-copy', 'in-two-steps', 'handed-over', 'copy'],
    );
    expect(answer.data.recoveryReport.nodes[0].copies.at(-1)).toEqual({
      identifier: 'copy',
      source: { account, region: there },
      origin: { region: here },
    });
  });

  it.each([
    ['here', service === 'REDSHIFT' ? [] : ['handed-over']],
    ['tagged', ['copy']],
  ])('are those that a caller with the role %s sees', async (role, expected) => {
    expect(copiesIn(await ask(text, { filter }, role))).toEqual(expected);
  });

  it('are null, with an error, if a source cannot be read, because copies may be missing', async () => {
    await gateway.disturb({
      kind: 'error',
      account: other,
      region: there,
      action: service === 'REDSHIFT' ? 'DescribeClusterSnapshots' : 'DescribeDBClusterSnapshots',
      code: 'AccessDenied',
      status: 403,
    });
    const { data, errors } = await ask(text, { filter });
    expect(data.recoveryReport.nodes[0]).toMatchObject({ cluster: { identifier: expect.any(String) }, copies: null });
    expect(errors?.length).toBeGreaterThan(0);
    expect(errors?.[0]).toMatchObject({
      path: ['recoveryReport', 'nodes', 0, 'copies'],
      extensions: { code: 'FORBIDDEN' },
    });
  });

  it('cost one full read of each other source for all clusters of a page', async () => {
    await load({
      clusters: Array.from({ length: 50 }, (_, index) => cluster(service, `main-${index}`)),
      snapshots: makeSnapshots(service, 150, { region: there, origin, cluster: 'main-7', clusterCreatedAt: ago(100) }),
    });
    await gateway.calls();
    const { data, errors, extensions } = await ask(text.replace('filter: $filter', 'first: 50, filter: $filter'), {
      filter,
    });
    expect(errors).toBeUndefined();
    expect(data.recoveryReport.nodes).toHaveLength(50);
    const copies = data.recoveryReport.nodes.find(({ cluster: { identifier } }: any) => identifier === 'main-7').copies;
    expect([copies.length, copies[0].identifier, copies[99].identifier]).toEqual([100, 'main-7-0149', 'main-7-0050']);
    // One page of clusters, two of the copies, and one of each of the two other sources.
    expect(extensions.aws.calls).toBe(5);
  });
});

/** The checks of groups, their reads, and the code with which AWS reports that there is no such group. */
const groupReads: Readonly<Record<ServiceName, readonly (readonly [string, string, string])[]>> = {
  REDSHIFT: [
    ['SUBNET_GROUP_EXISTS', 'DescribeClusterSubnetGroups', 'ClusterSubnetGroupNotFoundFault'],
    ['PARAMETER_GROUP_FITS', 'DescribeClusterParameterGroups', 'ClusterParameterGroupNotFound'],
  ],
  DOCUMENTDB: [
    ['SUBNET_GROUP_EXISTS', 'DescribeDBSubnetGroups', 'DBSubnetGroupNotFoundFault'],
    ['PARAMETER_GROUP_FITS', 'DescribeDBClusterParameterGroups', 'DBParameterGroupNotFound'],
  ],
};

describe.each(serviceNames)('the checks of a restore of a cluster of %s', (service) => {
  const sealed = (digit: number) => ({ isEncrypted: true, kmsKeyId: keyArn(digit) });
  const names = ['enabled', 'disabled', 'open'];
  beforeEach(() =>
    load({
      clusters: names.map((name) => cluster(service, name)),
      keys: [
        { service: 'kms', account, region: here, KeyId: keyOf(1) },
        { service: 'kms', account, region: here, KeyId: keyOf(2), KeyState: 'Disabled' },
      ],
      snapshots: [
        snapshot(service, 's-1', 1, { cluster: 'enabled', ...sealed(1) }),
        snapshot(service, 's-2', 1, { cluster: 'disabled', ...sealed(2) }),
        snapshot(service, 's-4', 1, { cluster: 'open', isEncrypted: false }),
      ],
    }),
  );

  const keyCheckOf = ({ checks }: any) => checks.find(({ requirement }: any) => requirement === 'KMS_KEY_USABLE');

  it('require the key of the snapshot', async () => {
    const entries = await entriesOf(service);
    expect(names.map((name) => [name, keyCheckOf(entries[name]).verdict, entries[name].restorable])).toEqual([
      ['enabled', 'YES', 'YES'],
      ['disabled', 'NO', 'NO'],
      ['open', 'YES', 'YES'],
    ]);
  });

  it.each([
    ['denies', { code: 'AccessDeniedException', status: 400 }, 'kms:DescribeKey'],
    ['fails', { code: 'KMSInternalException', status: 500 }, 'kms:DescribeKey'],
  ])('are UNKNOWN if AWS KMS %s the call', async (_what, fault, message) => {
    await gateway.disturb({ kind: 'error', service: 'kms', ...fault });
    const entries = await entriesOf(service);
    expect(keyCheckOf(entries['enabled'])).toMatchObject({
      verdict: 'UNKNOWN',
      message: expect.stringContaining(message),
    });
    expect(names.map((name) => entries[name].restorable)).toEqual(['UNKNOWN', 'UNKNOWN', 'YES']);
  });

  it('are NO if AWS KMS does not know the key', async () => {
    await gateway.disturb({ kind: 'error', service: 'kms', code: 'NotFoundException', status: 400 });
    const { enabled } = await entriesOf(service);
    expect([keyCheckOf(enabled).verdict, enabled.restorable]).toEqual(['NO', 'NO']);
  });

  it.each(groupReads[service])(
    '%s is UNKNOWN if %s is denied, and NO if AWS knows no such group',
    async (requirement, action, code) => {
      await gateway.disturb({ kind: 'error', action, code: 'AccessDenied', status: 403 });
      const { open } = await entriesOf(service);
      expect([verdictsOf(open)[requirement], open.restorable]).toEqual(['UNKNOWN', 'UNKNOWN']);
      expect(open.checks.find((check: any) => check.requirement === requirement).message).toContain(action);
      await gateway.disturb({ kind: 'error', action, code, status: 404 });
      const again = await entriesOf(service);
      expect([verdictsOf(again['open'])[requirement], again['open'].restorable]).toEqual(['NO', 'NO']);
    },
  );

  it('read each key, group and version once for all clusters of a page', async () => {
    const count = 40;
    await load({
      clusters: Array.from({ length: count }, (_, index) => cluster(service, `c-${index}`)),
      keys: [{ service: 'kms', account, region: here, KeyId: keyOf(1) }],
      snapshots: Array.from({ length: count }, (_, index) =>
        snapshot(service, `s-${index}`, 1, { cluster: `c-${index}`, ...sealed(1) }),
      ),
    });
    await gateway.calls();
    const { data, errors } = await ask(
      'query ($filter: ClusterFilter) { recoveryReport(first: 40, filter: $filter) { nodes { restorable checks { verdict } point { time } ageSeconds } } }',
      { filter: { services: [service], accounts: [account], regions: [here] } },
    );
    expect(errors).toBeUndefined();
    expect(data.recoveryReport.nodes.map(({ restorable }: any) => restorable)).toEqual(Array(count).fill('YES'));
    expect(await actionsOf()).toEqual(
      service === 'REDSHIFT'
        ? [
            'DescribeClusterParameterGroups',
            'DescribeClusterSnapshots',
            'DescribeClusterSubnetGroups',
            'DescribeClusters',
            'DescribeKey',
          ]
        : [
            'DescribeDBClusterParameterGroups',
            'DescribeDBClusterSnapshots',
            'DescribeDBClusters',
            'DescribeDBEngineVersions',
            'DescribeDBSubnetGroups',
            'DescribeKey',
          ],
    );
  });
});

it('NODE_TYPE_RESTORABLE is NO if the snapshot cannot be restored to the node type of the cluster', async () => {
  await load({
    clusters: [cluster('REDSHIFT', 'main', { NodeType: 'ra3.xlplus' })],
    snapshots: [{ ...snapshot('REDSHIFT', 'newest', 1), NodeType: 'dc2.large', RestorableNodeTypes: ['dc2.large'] }],
  });
  const { main } = await entriesOf('REDSHIFT');
  expect([verdictsOf(main)['NODE_TYPE_RESTORABLE'], main.restorable]).toEqual(['NO', 'NO']);
});

describe('the entries', () => {
  beforeEach(() =>
    load({
      clusters: serviceNames.flatMap((service) =>
        ['a', 'b', 'c'].flatMap((name) => [
          cluster(service, name),
          { ...cluster(service, name), region: there, Tags: name === 'b' ? [] : [{ Key: 'team', Value: 'bi' }] },
        ]),
      ),
      snapshots: serviceNames.map((service) => snapshot(service, 'of-b', 30, { cluster: 'b' })),
    }),
  );

  const page = `query ($first: Int, $after: String, $filter: ClusterFilter) {
    recoveryReport(first: $first, after: $after, filter: $filter) {
      isComplete pageInfo { hasNextPage endCursor } sources { status }
      edges { cursor node { cluster { arn } } } nodes { cluster { arn } }
    }
  }`;
  const all =
    'query ($filter: ClusterFilter) { clusters(first: 100, filter: $filter) { pageInfo { endCursor } nodes { arn } } }';

  it.each([
    ['all', {}],
    ['all', { services: ['REDSHIFT'] }],
    ['all', { withoutSnapshotForHours: 24 }],
    ['all', { identifiers: ['b'] }],
    ['here', {}],
    ['tagged', {}],
  ])('are the clusters that a caller with the role %s sees with the filter %j, page by page', async (role, filter) => {
    const expected = (await ask(all, { filter }, role)).data.clusters.nodes.map(({ arn }: any) => arn);
    expect(expected.length).toBeGreaterThan(0);
    const found: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
      // oxlint-disable-next-line no-await-in-loop -- each page follows the one before
      const { data, errors } = await ask(page, { first: 2, after, filter }, role);
      expect(errors).toBeUndefined();
      const { edges, nodes, pageInfo, isComplete } = data.recoveryReport;
      expect(isComplete).toBe(true);
      expect(edges.map(({ node }: any) => node)).toEqual(nodes);
      found.push(...nodes.map(({ cluster: { arn } }: any) => arn));
      ({ endCursor: after, hasNextPage } = pageInfo);
    }
    expect(found).toEqual(expected);
  });

  it('report a source that fails, and the others', async () => {
    await gateway.disturb({
      kind: 'error',
      action: 'DescribeClusters',
      region: there,
      code: 'AccessDenied',
      status: 403,
    });
    const { data, errors } = await ask(page, { first: 100 });
    expect(errors).toBeUndefined();
    expect([data.recoveryReport.isComplete, data.recoveryReport.nodes.length]).toEqual([false, 9]);
    expect(data.recoveryReport.sources.map(({ status }: any) => status)).toContain('DENIED');
  });

  it.each([
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ after: 'no' }, 'after'],
    [{ filter: { regions: ['eu-north-9'] } }, 'filter'],
  ])('reject %j', async (variables, field) => {
    const { data, errors } = await ask(page, variables);
    expect(data.recoveryReport).toBeNull();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(field),
      extensions: { code: 'INVALID_INPUT' },
    });
  });

  it('reject a cursor of clusters, and of another filter', async () => {
    const cursor = (await ask(all)).data.clusters.pageInfo.endCursor;
    const own = (await ask(page, { first: 1 })).data.recoveryReport.pageInfo.endCursor;
    for (const variables of [{ after: cursor }, { after: own, filter: { services: ['REDSHIFT'] } }]) {
      // oxlint-disable-next-line no-await-in-loop -- one request after another
      const { errors } = await ask(page, variables);
      expect(errors?.[0]?.extensions['code']).toBe('INVALID_INPUT');
    }
  });
});
