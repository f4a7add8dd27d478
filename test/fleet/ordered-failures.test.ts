import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { at, makeCluster, makeSnapshot } from '../support/worlds.ts';

const ids = ['100000000001', '100000000002'] as const;
const [home, other] = ids;
/** Each account has every second cluster, each with one snapshot. */
const minutes = [0, 1, 2, 3, 4, 5, 6, 7];
const places = minutes.map((minute) => ({ minute, account: ids[minute % 2] }));

const parts = /* GraphQL */ `
    isComplete
    totalCount { value precision }
    pageInfo { startCursor endCursor }
    nodes { identifier }
    sources { status error { code message } }
`;
const lists = [
  {
    name: 'snapshots',
    text: `query ($first: Int, $after: String, $last: Int, $before: String, $filter: SnapshotFilter) {
      list: snapshots(first: $first, after: $after, last: $last, before: $before, filter: $filter,
        orderBy: { field: CREATED_AT, direction: ASC }) { ${parts} }
    }`,
    failed: ['COMPLETE', 'DENIED'],
  },
  {
    name: 'clusters',
    text: `query ($first: Int, $after: String, $last: Int, $before: String) {
      list: clusters(first: $first, after: $after, last: $last, before: $before, filter: { services: [REDSHIFT] },
        orderBy: { field: LATEST_SNAPSHOT_AT, direction: ASC }) { ${parts} }
    }`,
    failed: ['COMPLETE', 'PARTIAL'],
  },
];
const denied = {
  kind: 'error',
  code: 'AccessDenied',
  status: 403,
  account: other,
  action: 'DescribeClusterSnapshots',
} as const;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts(ids) });
});
beforeEach(() =>
  gateway.load({
    now: at(60),
    frozen: true,
    assumptions: { automatedSnapshots: false },
    clusters: places.map(({ minute, account }) =>
      makeCluster('REDSHIFT', `c-${minute}`, { account, createdAt: at(-60) }),
    ),
    snapshots: places.map(({ minute, account }) =>
      makeSnapshot('REDSHIFT', `s-${minute}`, { account, cluster: `c-${minute}`, createdAt: at(minute) }),
    ),
  }),
);
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const onlyRedshift = { services: ['REDSHIFT'] };

async function read(text: string, variables: Record<string, unknown>) {
  const { data, errors } = await gateway.query(text, { filter: onlyRedshift, ...variables });
  expect(errors).toBeUndefined();
  return data.list;
}

const statuses = (list: any): string[] => list.sources.map(({ status }: any) => status);

describe.each(lists)('the pages of ordered $name', ({ text, failed }) => {
  it.each([
    ['after', { first: 2 }, ({ endCursor }: any) => ({ after: endCursor })],
    ['before', { last: 2 }, ({ startCursor }: any) => ({ before: startCursor })],
  ] as const)(
    '%s one on which a source failed are incomplete, also when it has recovered',
    async (_name, size, next) => {
      await gateway.disturb(denied);
      const first = await read(text, size);
      expect(first.isComplete).toBe(false);
      expect(statuses(first)).toEqual(failed);
      await gateway.disturb();
      const second = await read(text, { ...size, ...next(first.pageInfo) });
      const third = await read(text, { ...size, ...next(second.pageInfo) });
      for (const list of [second, third]) {
        expect(list.isComplete).toBe(false);
        expect(statuses(list)).toEqual(failed);
        expect(list.sources[1].error).toEqual({
          code: 'FORBIDDEN',
          message: expect.stringContaining('on an earlier page'),
        });
        expect(list.totalCount).toEqual({ value: 8, precision: 'AT_LEAST' });
      }
      // A cursor of a complete page leads to complete pages, and another start does, too.
      const fresh = await read(text, size);
      expect(fresh.isComplete).toBe(true);
      expect((await read(text, { ...size, ...next(fresh.pageInfo) })).isComplete).toBe(true);
    },
  );

  it('show why a source fails that still fails', async () => {
    await gateway.disturb(denied);
    const { pageInfo } = await read(text, { first: 2 });
    const { sources } = await read(text, { first: 2, after: pageInfo.endCursor });
    expect(sources[1].error.message).toContain('redshift:DescribeClusterSnapshots');
  });

  it('between two cursors are incomplete if a source failed on the page of either', async () => {
    const whole = await read(text, { first: 1 });
    await gateway.disturb({ ...denied, account: home });
    const late = await read(text, { last: 1 });
    await gateway.disturb();
    for (const range of [
      { after: whole.pageInfo.endCursor, before: late.pageInfo.endCursor },
      { after: late.pageInfo.startCursor, before: whole.pageInfo.endCursor },
    ])
      expect((await read(text, range)).isComplete).toBe(false);
  });
});

it('reports a source that has answered in part with the reason for this page', async () => {
  const text = lists[0]!.text;
  const filter = { minimumMegabytes: 0 };
  await gateway.load({
    snapshots: [
      ...places.map(({ minute }) => makeSnapshot('REDSHIFT', `s-${minute}`, { account: home, megabytes: minute })),
      makeSnapshot('DOCUMENTDB', 's', { account: home }),
    ],
  });
  const { pageInfo, sources } = await read(text, { first: 2, filter });
  const next = await read(text, { first: 2, filter, after: pageInfo.endCursor });
  expect(next.sources).toEqual(sources);
  expect(sources[1].error.message).toContain('filter.minimumMegabytes');
});
