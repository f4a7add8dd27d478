import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterArn, makeCluster, makeSnapshot, snapshotArn } from '../support/worlds.ts';
import { differences } from '../services/contract/differences.ts';

const other = '012345678901';
const stranger = '555566667777';
const [here, there, outside] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

/** Recent times, because the days of a cluster are counted from today. */
const start = Date.now() - 1300 * 60_000;
const time = (minute: number) => new Date(start + minute * 60_000).toISOString();

/** A snapshot of a cluster named `main`, unless stated otherwise, and what the API must return for it. */
interface Case {
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
  readonly cluster?: string;
  /** When the cluster was created, and when the snapshot was. */
  readonly times: readonly [cluster: number, snapshot: number];
  readonly origin?: { readonly account: string; readonly region: string; readonly name: string };
  readonly shares?: readonly string[];
  readonly orphaned: boolean | 'neither' | 'unknown';
  /** The place of the cluster that is returned in `cluster`, or in `origin.cluster`. */
  readonly livesIn?: readonly [account: string, region: string];
}

const home = { account, region: here };
const cases: readonly Case[] = [
  { name: 'current', times: [1000, 1100], orphaned: false, livesIn: [account, here] },
  { name: 'former', times: [0, 900], orphaned: true },
  { name: 'resized', times: [0, 1200], orphaned: 'unknown', livesIn: [account, here] },
  { name: 'of-gone', cluster: 'gone', times: [0, 900], orphaned: true },
  { name: 'of-fresh', cluster: 'fresh', times: [0, 1200], orphaned: true },
  {
    name: 'in-place',
    times: [1000, 1050],
    origin: { ...home, name: 'current' },
    orphaned: false,
    livesIn: [account, here],
  },
  { name: 'in-place-of-former', times: [0, 900], origin: { ...home, name: 'former' }, orphaned: true },
  { name: 'there', region: there, times: [500, 600], orphaned: false, livesIn: [account, there] },
  ...(
    [
      { name: 'copy', times: [1000, 1150], orphaned: false, livesIn: [account, here] },
      { name: 'copy-of-former', times: [0, 900], orphaned: true },
      { name: 'copy-of-gone', cluster: 'gone', times: [0, 900], orphaned: true },
      { name: 'copy-of-resized', times: [0, 1200], orphaned: 'unknown', livesIn: [account, here] },
    ] satisfies Case[]
  ).map((each) => ({ ...each, region: there, origin: { ...home, name: 'original' } })),
  {
    name: 'copy-from-outside',
    region: there,
    times: [500, 1250],
    origin: { account, region: outside, name: 'original' },
    orphaned: 'neither',
  },
  { name: 'theirs', account: other, times: [1000, 1050], shares: [account], orphaned: false, livesIn: [other, here] },
  { name: 'left', account: other, region: there, times: [1000, 1100], orphaned: true },
];

/** Copies into another account, which only Amazon DocumentDB makes. */
const acrossAccounts: readonly Case[] = [
  { name: 'account-copy', times: [1000, 1100], orphaned: false, livesIn: [account, here] } as const,
  { name: 'account-copy-of-former', times: [0, 900], orphaned: true } as const,
].map((each) => ({ ...each, account: other, origin: { ...home, name: 'original' } }));
const ofStranger: Case = {
  name: 'copy-of-stranger',
  account: other,
  times: [1000, 1250],
  origin: { account: stranger, region: here, name: 'original' },
  orphaned: 'neither',
};

const casesOf = (service: ServiceName) => (service === 'REDSHIFT' ? cases : [...cases, ...acrossAccounts, ofStranger]);

/** The living clusters: the name `main` in four places, of which one has none, and a cluster without snapshots. */
const clusters = [
  { name: 'main', account, region: here, minute: 1000 },
  { name: 'main', account, region: there, minute: 500 },
  { name: 'main', account: other, region: here, minute: 1000 },
  { name: 'fresh', account, region: here, minute: 1250 },
];

function worldOf(service: ServiceName) {
  return {
    clusters: clusters.map(({ name, minute, ...place }) =>
      makeCluster(service, name, { ...place, createdAt: time(minute) }),
    ),
    snapshots: casesOf(service).map(({ name, times, cluster = 'main', ...parts }) =>
      makeSnapshot(service, name, {
        ...home,
        ...parts,
        cluster,
        clusterCreatedAt: time(times[0]),
        createdAt: time(times[1]),
      }),
    ),
  };
}

const sources = `isComplete sources { source { account region } status error { code } }`;

let gateway: Gateway;
const headers: Record<string, Record<string, string>> = {};
beforeAll(async () => {
  const permissions = ['SNAPSHOT_READ'];
  gateway = await startGateway({
    accounts: accounts([account, other], [here, there]),
    limits: { cost: 1e9 },
    authenticate: authenticationWith([
      { when: { role: 'all' }, permissions },
      { when: { role: 'there' }, permissions, regions: [there] },
      { when: { role: 'tagged' }, permissions, tags: { team: ['bi'] } },
    ]),
  });
  for (const role of ['all', 'there', 'tagged']) headers[role] = await as({ role, sub: role });
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

async function ask(text: string, variables: Record<string, unknown> = {}, role = 'all') {
  const { data, errors } = await gateway.query(text, variables, headers[role]);
  expect(errors).toBeUndefined();
  return data;
}

const namesIn = ({ nodes }: any): string[] => nodes.map(({ identifier }: any) => identifier).toSorted();
const named = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).toSorted();
const statusIn = (list: any, id: string, region: string) =>
  list.sources.find(({ source }: any) => source.account === id && source.region === region);

describe.each(serviceNames)('in two accounts and two regions of %s', (service) => {
  const all = casesOf(service);
  beforeEach(() => gateway.load(worldOf(service)));
  const select = `query ($filter: SnapshotFilter, $orderBy: SnapshotOrder) {
    snapshots(first: 100, filter: $filter, orderBy: $orderBy) {
      ${sources} totalCount { value precision } nodes { identifier }
    }
  }`;

  it('a snapshot has the cluster that it was taken from, and a copy the place that it comes from', async () => {
    const { snapshots } = await ask(
      `query ($filter: SnapshotFilter) { snapshots(first: 100, filter: $filter) { ${sources} nodes {
        identifier source { account } cluster { arn }
        origin { region account snapshotArn cluster { arn } }
      } } }`,
      { filter: { services: [service], types: ['MANUAL', 'SHARED'] } },
    );
    const own = snapshots.nodes.filter((node: any) => node.identifier !== 'theirs' || node.source.account === other);
    expect(namesIn({ nodes: own })).toEqual(named(all));
    for (const { identifier, cluster, origin } of own) {
      const {
        livesIn,
        origin: from,
        region = here,
        account: owner = account,
      } = all.find(({ name }) => name === identifier)!;
      const arn = livesIn && clusterArn(service, 'main', { account: livesIn[0], region: livesIn[1] });
      const isElsewhere = from !== undefined && (from.region !== region || from.account !== owner);
      expect([identifier, cluster?.arn]).toEqual([identifier, isElsewhere ? undefined : arn]);
      const isReported = from !== undefined && (service === 'DOCUMENTDB' || isElsewhere);
      expect([identifier, origin]).toEqual([
        identifier,
        isReported
          ? {
              region: from.region,
              account: from.account,
              snapshotArn: service === 'DOCUMENTDB' ? snapshotArn(service, from.name, from) : null,
              cluster: arn === undefined ? null : { arn },
            }
          : null,
      ]);
    }
    const seen = snapshots.nodes.filter((node: any) => node.identifier === 'theirs' && node.source.account === account);
    expect(seen).toEqual([{ identifier: 'theirs', source: { account }, cluster: null, origin: null }]);
  });

  it.each([undefined, { field: 'IDENTIFIER', direction: 'ASC' }])(
    'a snapshot is orphaned only if its own cluster no longer exists, in the order %j',
    async (orderBy) => {
      for (const orphaned of [true, false]) {
        const expected = named(all.filter((each) => each.orphaned === orphaned));
        const { snapshots } = await ask(select, { filter: { services: [service], orphaned }, orderBy });
        expect(namesIn(snapshots)).toEqual(expected);
        expect(snapshots).toMatchObject({
          isComplete: false,
          totalCount: { value: expected.length, precision: 'AT_LEAST' },
        });
        const unknown = { status: 'PARTIAL', error: { code: 'UPSTREAM' } };
        expect(statusIn(snapshots, account, here)).toMatchObject(unknown);
        expect(statusIn(snapshots, account, there)).toMatchObject(unknown);
        for (const region of [here, there])
          expect(statusIn(snapshots, other, region)).toMatchObject({ status: 'COMPLETE', error: null });
      }
    },
  );

  it('only snapshots that belong to a cluster, or may belong to it, are its recovery points', async () => {
    const { clusters: found } = await ask(
      `query ($filter: ClusterFilter) { clusters(first: 100, filter: $filter) { nodes {
        arn latestSnapshot { identifier } snapshotDays(last: 3) { count }
        snapshots(first: 100) { totalCount { value precision } nodes { identifier } }
      } } }`,
      { filter: { services: [service] } },
    );
    const points = (names: readonly string[]) => ({
      snapshots: { totalCount: { value: names.length, precision: 'EXACT' }, names: names.toSorted() },
      days: names.length,
    });
    const byArn = new Map(
      found.nodes.map(({ arn, latestSnapshot, snapshotDays, snapshots }: any) => [
        arn,
        {
          latest: latestSnapshot?.identifier ?? null,
          days: snapshotDays.reduce((sum: number, { count }: any) => sum + count, 0),
          snapshots: { totalCount: snapshots.totalCount, names: namesIn(snapshots) },
        },
      ]),
    );
    const arn = (id: string, region: string, name = 'main') => clusterArn(service, name, { account: id, region });
    expect(byArn).toEqual(
      new Map([
        [arn(account, here), { latest: 'resized', ...points(['current', 'in-place', 'resized']) }],
        [arn(account, there), { latest: 'there', ...points(['there']) }],
        [arn(other, here), { latest: 'theirs', ...points(['theirs']) }],
        [arn(account, here, 'fresh'), { latest: null, ...points([]) }],
      ]),
    );
  });

  it('withoutSnapshotSince ignores the snapshots of former clusters, and copies from elsewhere', async () => {
    const { clusters: found } = await ask(
      `query ($filter: ClusterFilter) { clusters(filter: $filter) { isComplete nodes { arn } } }`,
      { filter: { services: [service], withoutSnapshotSince: time(1075) } },
    );
    expect(found.isComplete).toBe(true);
    expect(found.nodes.map(({ arn }: any) => arn).toSorted()).toEqual(
      clusters
        .filter(({ minute, region }) => minute === 1250 || region === there)
        .concat(clusters.filter(({ account: id }) => id === other))
        .map(({ name, ...place }) => clusterArn(service, name, place))
        .toSorted(),
    );
  });

  it('a copy whose origin the caller cannot see is neither orphaned nor not', async () => {
    for (const orphaned of [true, false]) {
      const { snapshots } = await ask(select, { filter: { services: [service], orphaned } }, 'there');
      expect(namesIn(snapshots)).toEqual(orphaned ? ['left'] : ['there']);
      expect(snapshots.isComplete).toBe(true);
    }
    const { snapshots } = await ask(
      `{ snapshots { nodes { identifier origin { cluster { arn } } } } }`,
      undefined,
      'there',
    );
    expect(snapshots.nodes.find(({ identifier }: any) => identifier === 'copy').origin).toEqual({ cluster: null });
  });

  it('a snapshot that the caller cannot see is not reported as undecided', async () => {
    for (const orphaned of [true, false]) {
      const { snapshots } = await ask(select, { filter: { services: [service], orphaned } }, 'tagged');
      expect(snapshots).toMatchObject({ isComplete: true, nodes: [], totalCount: { value: 0, precision: 'EXACT' } });
    }
  });

  it('a copy is left out and reported if the clusters of its origin cannot be read', async () => {
    const denied = { kind: 'error', code: 'AccessDenied', status: 403, account, region: here } as const;
    await gateway.disturb({ ...denied, action: differences[service].reads.clusters });
    for (const orphaned of [true, false]) {
      const { snapshots } = await ask(select, { filter: { services: [service], regions: [there], orphaned } });
      expect(namesIn(snapshots)).toEqual(orphaned ? ['left'] : ['there']);
      expect(statusIn(snapshots, account, there)).toMatchObject({ status: 'PARTIAL', error: { code: 'FORBIDDEN' } });
    }
  });
});

describe.each(serviceNames)('a cluster of %s', (service) => {
  const latest = `query ($arn: String!) { cluster(arn: $arn) { latestSnapshot { identifier } } }`;
  const page = `query ($arn: String!, $after: String) {
    cluster(arn: $arn) { snapshots(first: 1, after: $after) { pageInfo { endCursor } nodes { identifier } } }
  }`;

  it('has its newest snapshot even if many newer copies have its name', async () => {
    const copies = Array.from({ length: 45 }, (_, index) =>
      makeSnapshot(service, `copy-${index}`, {
        cluster: 'main',
        clusterCreatedAt: time(0),
        createdAt: time(600 + index),
        origin: { account, region: there, name: 'original' },
        region: here,
      }),
    );
    await gateway.load({
      clusters: [makeCluster(service, 'main', { createdAt: time(500) })],
      snapshots: [
        makeSnapshot(service, 'older', { cluster: 'main', createdAt: time(520) }),
        makeSnapshot(service, 'own', { cluster: 'main', createdAt: time(550) }),
        ...copies,
      ],
    });
    const { cluster } = await ask(latest, { arn: clusterArn(service, 'main') });
    expect(cluster.latestSnapshot).toEqual({ identifier: 'own' });
  });

  it('does not get a copy of an old snapshot as its newest', async () => {
    await gateway.load({
      clusters: [makeCluster(service, 'main', { createdAt: time(0) })],
      snapshots: [
        makeSnapshot(service, 'old', { cluster: 'main', createdAt: time(10) }),
        makeSnapshot(service, 'newest', { cluster: 'main', createdAt: time(20) }),
        makeSnapshot(service, 'z-copied-later', {
          cluster: 'main',
          createdAt: time(10),
          region: here,
          origin: { ...home, name: 'old' },
        }),
      ],
    });
    const { cluster } = await ask(latest, { arn: clusterArn(service, 'main') });
    expect(cluster.latestSnapshot).toEqual({ identifier: 'newest' });
  });

  it('costs no more calls than announced, even if a former cluster has many snapshots', async () => {
    await gateway.load({
      clusters: [makeCluster(service, 'main', { createdAt: time(500) })],
      snapshots: [
        ...Array.from({ length: 350 }, (_, index) =>
          makeSnapshot(service, `a-${index}`, {
            cluster: 'main',
            clusterCreatedAt: time(0),
            createdAt: time(100 + index),
          }),
        ),
        makeSnapshot(service, 'own', { cluster: 'main', createdAt: time(550), status: 'failed' }),
      ],
    });
    const { data, extensions } = await gateway.query(
      `query ($arn: String!) {
        cluster(arn: $arn) { latestSnapshot { identifier } snapshots(first: 1) { nodes { identifier } } }
        snapshots(first: 1, filter: { orphaned: true, clusterIdentifiers: ["MAIN"] }) {
          nodes { cluster { arn } origin { cluster { arn } } }
        }
      }`,
      { arn: clusterArn(service, 'main') },
      headers['all'],
    );
    expect(data.cluster).toEqual({ latestSnapshot: null, snapshots: { nodes: [{ identifier: 'own' }] } });
    expect(data.snapshots.nodes).toEqual([{ cluster: null, origin: null }]);
    expect(extensions.aws.calls).toBeLessThanOrEqual(extensions.cost!.announced);
  });

  it('rejects a cursor of a former cluster of the same name', async () => {
    const load = (minute: number) =>
      gateway.load({
        clusters: [makeCluster(service, 'main', { createdAt: time(minute) })],
        snapshots: ['a', 'b', 'c'].map((name) => makeSnapshot(service, name, { cluster: 'main', createdAt: time(90) })),
      });
    const arn = clusterArn(service, 'main');
    await load(0);
    const { endCursor } = (await ask(page, { arn })).cluster.snapshots.pageInfo;
    expect((await ask(page, { arn, after: endCursor })).cluster.snapshots.nodes).toHaveLength(1);
    await load(60);
    const { errors } = await gateway.query(page, { arn, after: endCursor }, headers['all']);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
  });

  it('is looked for at most a few times, however many snapshots are tested', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `c${index}`);
    await gateway.load({
      clusters: names.map((name) => makeCluster(service, name)),
      snapshots: names.map((name) => makeSnapshot(service, `of-${name}`, { cluster: name })),
    });
    await gateway.calls();
    const { snapshots } = await ask(
      `query ($filter: SnapshotFilter) { snapshots(first: 1, filter: $filter) { isComplete nodes { arn } } }`,
      { filter: { services: [service], accounts: [account], regions: [here], orphaned: true } },
    );
    expect(snapshots).toEqual({ isComplete: true, nodes: [] });
    const { clusters: action } = differences[service].reads;
    expect((await gateway.calls()).filter((call) => call.action === action).length).toBeLessThanOrEqual(3);
  });
});
