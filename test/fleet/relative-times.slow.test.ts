import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterArn, makeCluster, makeSnapshot } from '../support/worlds.ts';

const other = '012345678901';
const hour = 3_600_000;
const day = 24 * hour;
/** Ten minutes before midnight. */
const evening = Date.parse('2026-03-10T23:50:00Z');
const afterMidnight = evening + 20 * 60_000;

const page = /* GraphQL */ `
  query Page($filter: SnapshotFilter, $first: Int = 100, $after: String, $before: String, $orderBy: SnapshotOrder) {
    snapshots(first: $first, after: $after, before: $before, filter: $filter, orderBy: $orderBy) {
      isComplete
      totalCount {
        value
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
      }
      nodes {
        identifier
      }
    }
  }
`;
const byTime = { field: 'CREATED_AT', direction: 'DESC' };
const orders = [null, byTime];

let gateway: Gateway;
let replica: Gateway;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: evening });
  gateway = await startGateway({ accounts: accounts([account, other]), fullReads: { ageSeconds: 600 } });
  replica = await startGateway({
    accounts: accounts([account, other]),
    aws: { endpoint: gateway.emulator.url },
    fullReads: { ageSeconds: 600 },
  });
});
beforeEach(async () => {
  vi.setSystemTime(evening);
  await gateway.load({
    now: new Date(evening).toISOString(),
    frozen: true,
    clusters: serviceNames.map((service) => makeCluster(service, 'shop')),
    // Snapshots that are 0 to 9 days old, and a minute younger or older than these ages in the evening.
    snapshots: serviceNames.flatMap((service) =>
      Array.from({ length: 10 }, (_, days) => days).flatMap((days) =>
        [-1, 0, 1].map((minutes) =>
          makeSnapshot(service, nameOf(days, minutes), {
            cluster: 'shop',
            createdAt: new Date(evening - days * day - minutes * 60_000).toISOString(),
            days: 10,
          }),
        ),
      ),
    ),
  });
  await gateway.query(`{ snapshotSummary { isComplete } }`, {}, { 'cache-control': 'no-cache' });
  await gateway.calls();
});
afterAll(async () => {
  vi.useRealTimers();
  await replica.close();
  await gateway.close();
});

function nameOf(days: number, minutes: number): string {
  return `s-${days}-${['younger', 'exactly', 'older'][minutes + 1]}`;
}

async function ask(text: string, variables: Record<string, unknown>, from = gateway) {
  const answer = await from.query(text, variables, fresh(variables));
  expect(answer.errors).toBeUndefined();
  return answer.data.snapshots;
}

/** Full reads are reused only by requests with a cursor, because each test loads its own world. */
function fresh({ after }: { readonly after?: unknown }): object {
  return after == null ? { 'cache-control': 'no-cache' } : {};
}

const namesIn = ({ nodes }: any): string[] => nodes.map(({ identifier }: any) => identifier);

/** Reads all pages; `move` is called after each page. */
async function walk(variables: Record<string, unknown>, move: (pages: number) => Gateway = () => gateway) {
  const found: string[] = [];
  let from = gateway;
  for (let after: string | null = null, pages = 1; ; pages += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a page needs the cursor of the previous page
    const list: any = await ask(page, { ...variables, after }, from);
    found.push(...namesIn(list));
    expect(list.isComplete).toBe(true);
    if (!list.pageInfo.hasNextPage) {
      expect(list.totalCount.value).toBe(found.length);
      return found;
    }
    after = list.pageInfo.endCursor;
    from = move(pages);
  }
}

function moveTo(time: number): Gateway {
  vi.setSystemTime(time);
  return gateway;
}

/** The sent times of AWS calls that list snapshots. */
async function sent() {
  const calls = await gateway.calls();
  const lists = calls.filter(({ action }) => action === 'DescribeClusterSnapshots');
  return lists.map(({ parameters }: any) => [parameters.StartTime, parameters.EndTime]);
}

describe.each(orders)('ages in the order %j', (orderBy) => {
  it.each([
    [{ olderThanDays: 9 }, ['s-9-exactly', 's-9-older']],
    [{ olderThanDays: 10 }, []],
    [{ youngerThanDays: 0 }, ['s-0-exactly', 's-0-younger']],
    [{ youngerThanDays: 1, olderThanDays: 1 }, ['s-1-exactly']],
    [{ youngerThanDays: 2, olderThanDays: 1 }, ['s-1-exactly', 's-1-older', 's-2-exactly', 's-2-younger']],
    [{ olderThanDays: 8, createdAfter: new Date(evening - 8 * day).toISOString() }, ['s-8-exactly']],
    [{ youngerThanDays: 8, createdBefore: new Date(evening - 8 * day).toISOString() }, ['s-8-exactly']],
    [{ olderThanDays: 100_000_000 }, []],
  ])('match to the millisecond in both services: %j', async (filter, expected) => {
    for (const service of serviceNames) {
      const list = await ask(page, { filter: { ...filter, services: [service] }, orderBy });
      expect(list.isComplete).toBe(true);
      expect(namesIn(list).toSorted()).toEqual(expected);
    }
  });

  it('of any length match every snapshot that is younger', async () => {
    const list = await ask(page, { filter: { youngerThanDays: 100_000_000 }, orderBy });
    expect(list.totalCount.value).toBe(60);
  });

  it('are sent to Amazon Redshift as whole days', async () => {
    const filter = { services: ['REDSHIFT'], accounts: [account] };
    await ask(page, { filter: { ...filter, youngerThanDays: 3 }, orderBy });
    expect(new Set((await sent()).map(String))).toEqual(new Set(['2026-03-07T00:00:00.000Z,']));
    await ask(page, { filter: { ...filter, olderThanDays: 3 }, orderBy });
    expect(new Set((await sent()).map(String))).toEqual(new Set([',2026-03-08T00:00:00.000Z']));
    await ask(page, { filter: { ...filter, youngerThanDays: 3, createdBefore: '2026-03-09T01:00:00Z' }, orderBy });
    expect(new Set((await sent()).map(String))).toEqual(new Set(['2026-03-07T00:00:00.000Z,2026-03-09T01:00:00.000Z']));
    await ask(page, { filter: { ...filter, youngerThanDays: 100_000 }, orderBy });
    expect(new Set((await sent()).map(String))).toEqual(new Set([',']));
  });
});

const relative = [{ youngerThanDays: 2 }, { olderThanDays: 7 }, { olderThanDays: 1, youngerThanDays: 4 }];
const cases = [...relative, { expiringWithinDays: 6 }].flatMap((filter) =>
  orders.map((orderBy) => ({ filter, orderBy })),
);

describe.each(cases)('a list with $filter, in the order $orderBy', ({ filter, orderBy }) => {
  const variables = { filter, orderBy, first: 2 };

  it('has the records of its first page while time passes, also past midnight and on a replica', async () => {
    const expected = await walk(variables);
    expect(expected.length).toBeGreaterThan(4);
    const later = await walk(variables, (pages) => {
      vi.setSystemTime(pages === 1 ? evening + 60_000 : afterMidnight + pages * day);
      return pages % 2 === 0 ? gateway : replica;
    });
    expect(later).toEqual(expected);
    expect((await ask(page, variables)).totalCount.value).not.toBe(expected.length);
  });

  it('sends the AWS queries of its first page', async () => {
    await gateway.calls();
    await walk(variables);
    const before = new Set((await sent()).map(String));
    await walk(variables, (pages) => moveTo(afterMidnight + pages * day));
    expect(new Set((await sent()).map(String))).toEqual(before);
  });

  it('rejects the cursor of a list with other ages', async () => {
    const { endCursor } = (await ask(page, variables)).pageInfo;
    for (const another of [{}, { olderThanDays: 2 }, { youngerThanDays: 5 }, { expiringWithinDays: 3 }]) {
      const { errors } = await gateway.query(page, { ...variables, filter: another, after: endCursor });
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
    }
    const { endCursor: plain } = (await ask(page, { ...variables, filter: {} })).pageInfo;
    const { errors } = await gateway.query(page, { ...variables, after: plain });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
  });
});

describe.each([{ field: 'IDENTIFIER', direction: 'ASC' }, null])('a list of clusters, in the order %j,', (orderBy) => {
  it.each([
    // The newest snapshots of the last two clusters become older than 24 hours a few minutes later.
    { filter: { withoutSnapshotForHours: 24 }, old: ['2026-03-09T20:00:00Z'], young: ['2026-03-09T23:55:00Z'] },
    // The gap of the other clusters is on March 8, which is not one of the last two days after midnight.
    {
      filter: { gapWithinDays: 2 },
      old: ['2026-03-09T20:00:00Z', '2026-03-10T20:00:00Z'],
      young: ['2026-03-08T20:00:00Z', '2026-03-09T20:00:00Z', '2026-03-10T20:00:00Z'],
    },
  ])('has the time of its first page on all pages: $filter', async ({ filter, old, young }) => {
    const clusters = /* GraphQL */ `
      query Clusters($filter: ClusterFilter, $after: String, $orderBy: ClusterOrder) {
        clusters(first: 1, after: $after, filter: $filter, orderBy: $orderBy) {
          pageInfo {
            hasNextPage
            endCursor
          }
          totalCount {
            value
          }
          nodes {
            identifier
          }
        }
      }
    `;
    const newest = { 'c-0': old, 'c-1': young, 'c-2': old, 'c-3': young, 'c-4': old };
    await gateway.load({
      now: new Date(evening).toISOString(),
      frozen: true,
      assumptions: { automatedSnapshots: false },
      clusters: Object.keys(newest).map((name) => makeCluster('REDSHIFT', name, { createdAt: '2026-02-01T00:00:00Z' })),
      snapshots: Object.entries(newest).flatMap(([cluster, times]) =>
        times.map((createdAt) =>
          makeSnapshot('REDSHIFT', `${cluster}-${createdAt.slice(8, 10)}`, { cluster, createdAt }),
        ),
      ),
    });
    const found: string[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      vi.setSystemTime(evening + found.length * 20 * 60_000);
      // oxlint-disable-next-line no-await-in-loop -- a page needs the cursor of the previous page
      const list: any = (await gateway.query(clusters, { filter, orderBy, after }, fresh({ after }))).data.clusters;
      found.push(...namesIn(list));
      expect(list.totalCount.value).toBe(3);
      after = list.pageInfo.endCursor;
      isMore = list.pageInfo.hasNextPage;
    }
    expect(found).toEqual(['c-0', 'c-2', 'c-4']);
  });
});

it('the snapshots of a cluster have the time of their first page', async () => {
  const ofCluster = /* GraphQL */ `
    query OfCluster($arn: String!, $after: String, $orderBy: SnapshotOrder) {
      cluster(arn: $arn) {
        snapshots(first: 4, after: $after, orderBy: $orderBy, filter: { youngerThanDays: 1 }) {
          pageInfo {
            endCursor
          }
          totalCount {
            value
          }
          nodes {
            identifier
          }
        }
      }
    }
  `;
  for (const arn of serviceNames.map((service) => clusterArn(service, 'shop'))) {
    for (const orderBy of orders) {
      vi.setSystemTime(evening);
      const first = (await gateway.query(ofCluster, { arn, orderBy })).data.cluster.snapshots;
      vi.setSystemTime(afterMidnight);
      const after = first.pageInfo.endCursor;
      const rest = (await gateway.query(ofCluster, { arn, orderBy, after })).data.cluster.snapshots;
      expect([...namesIn(first), ...namesIn(rest)].toSorted()).toEqual([
        's-0-exactly',
        's-0-older',
        's-0-younger',
        's-1-exactly',
        's-1-younger',
      ]);
      expect([first.totalCount.value, rest.totalCount.value]).toEqual([5, 5]);
    }
  }
});

it('a page between two cursors has the time of the first cursor', async () => {
  const variables = { filter: { youngerThanDays: 1, services: ['REDSHIFT'] }, orderBy: byTime };
  const [early] = (await ask(page, { ...variables, first: 1 })).edges;
  vi.setSystemTime(evening + 2 * hour);
  const late = (await ask(page, variables)).edges.at(-1);
  const between = async (after?: string, before?: string) => namesIn(await ask(page, { ...variables, after, before }));
  expect(await between(early.cursor, late.cursor)).toEqual(['s-0-exactly']);
  vi.setSystemTime(evening + 3 * day);
  expect(await between(undefined, late.cursor)).toEqual(['s-0-younger', 's-0-exactly']);
});

describe('full reads of relative times', () => {
  const summary = `query ($filter: SnapshotFilter) { snapshotSummary(filter: $filter) { total { value } } }`;
  const filter = {
    services: ['REDSHIFT'],
    accounts: [account],
    types: ['MANUAL'],
    clusterIdentifiers: ['shop'],
    youngerThanDays: 6,
  };

  it('are shared by the requests of a day, and by the pages of a list', async () => {
    vi.setSystemTime(evening - 20 * hour);
    const first = await gateway.query(summary, { filter }, { 'cache-control': 'no-cache' });
    expect(first.extensions.aws.calls).toBe(1);
    vi.setSystemTime(evening);
    const second = await gateway.query(summary, { filter });
    expect(second.extensions.aws).toMatchObject({ calls: 0, cached: 1 });
    expect(second.extensions.cost?.announced).toBeLessThan(first.extensions.cost?.announced ?? 0);
    expect(second.data.snapshotSummary.total.value).toBeLessThan(first.data.snapshotSummary.total.value);
    const list = await gateway.query(page, { filter, orderBy: byTime, first: 3 });
    expect(list.extensions.aws.calls).toBe(0);
    vi.setSystemTime(afterMidnight);
    const after = list.data.snapshots.pageInfo.endCursor;
    const next = await gateway.query(page, { filter, orderBy: byTime, first: 3, after });
    expect(next.extensions.aws.calls).toBe(0);
    expect((await gateway.query(summary, { filter })).extensions.aws.calls).toBe(1);
  });
});

describe('impossible ages', () => {
  const time = (days: number) => new Date(evening - days * day).toISOString();
  it.each([
    [{ olderThanDays: -1 }, /^filter.olderThanDays is -1; it must be 0 to 100000000\.$/],
    [{ youngerThanDays: 2_147_483_647 }, /^filter.youngerThanDays is 2147483647; it must be 0 to 100000000\.$/],
    [{ olderThanDays: 1, createdBefore: time(1) }, /^filter.olderThanDays and filter.createdBefore are mutually/],
    [{ youngerThanDays: 1, createdAfter: time(1) }, /^filter.youngerThanDays and filter.createdAfter are mutually/],
    [{ youngerThanDays: 1, olderThanDays: 2 }, /^filter.youngerThanDays \(1\) is less than olderThanDays \(2\)/],
    [
      { olderThanDays: 2, createdAfter: time(1) },
      /^filter.createdAfter \(2026-03-09T23:50:00.000Z\) is later than 2026-03-08T23:50:00.000Z, the time of olderThanDays: 2/,
    ],
    [{ youngerThanDays: 2, createdBefore: time(3) }, /^filter.createdBefore .* is earlier than .*youngerThanDays: 2/],
  ])('are rejected in every field: %j', async (filter, message) => {
    const fields = [
      'snapshots(filter: $filter) { nodes { id } }',
      'snapshots(filter: $filter, orderBy: { field: SIZE, direction: ASC }) { nodes { id } }',
      'snapshotSummary(filter: $filter) { isComplete }',
      `cluster(arn: "${clusterArn('REDSHIFT', 'shop')}") { snapshots(filter: $filter) { nodes { id } } }`,
    ];
    for (const field of fields) {
      const { errors } = await gateway.query(`query ($filter: SnapshotFilter) { ${field} }`, { filter });
      const [name] = /(?<=filter\.)\w+/.exec(message.source) ?? [];
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(message),
          extensions: { code: 'INVALID_INPUT', field: ['filter', name] },
        },
      ]);
    }
    expect((await gateway.calls()).filter(({ action }) => action?.includes('Snapshots'))).toEqual([]);
  });

  it('are not rejected on later pages, whose time is that of the first page', async () => {
    const filter = { youngerThanDays: 2, createdBefore: time(1) };
    for (const orderBy of orders) {
      vi.setSystemTime(evening);
      const expected = await walk({ filter, orderBy, first: 2 });
      expect(await walk({ filter, orderBy, first: 2 }, () => moveTo(evening + 9 * day))).toEqual(expected);
    }
  });
});
