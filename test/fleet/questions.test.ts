import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import type { SnapshotParts } from '../support/services.ts';
import { makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const other = '012345678901';
const stranger = '555566667777';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: [
      { ...accounts([account])[0]!, quotas: [{ service: 'REDSHIFT', region: 'us-east-1', manualSnapshots: 4 }] },
      ...accounts([other]),
    ],
    prices: {
      currency: 'EUR',
      gigabyteMonth: [
        { service: 'REDSHIFT', price: 1 },
        { service: 'REDSHIFT', region: 'us-east-1', price: 0.5 },
      ],
    },
  });
});
beforeEach(() => gateway.calls());
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const actions = async () => (await gateway.calls()).map(({ action }) => action);
const redshift = (name: string, parts: SnapshotParts = {}) => makeSnapshot('REDSHIFT', name, parts);
const docdb = (name: string, parts: SnapshotParts = {}) => makeSnapshot('DOCUMENTDB', name, parts);

async function names(filter: object): Promise<string[]> {
  const answer = await gateway.query(
    `query ($filter: SnapshotFilter) { snapshots(first: 100, filter: $filter) { isComplete nodes { identifier } } }`,
    { filter },
  );
  expect(answer.errors).toBeUndefined();
  expect(answer.data.snapshots.isComplete).toBe(true);
  return answer.data.snapshots.nodes.map(({ identifier }: { identifier: string }) => identifier).sort();
}

describe('exposure', () => {
  beforeAll(() =>
    gateway.load({
      snapshots: [
        redshift('r-private'),
        redshift('rs:r-automated', { type: 'automated' }),
        redshift('r-ours', { shares: [other] }),
        redshift('r-theirs', { shares: [other, stranger] }),
        redshift('r-support', { shares: ['amazon-redshift-support'] }),
        docdb('d-private'),
        docdb('rds:d-automated', { type: 'automated' }),
        docdb('d-ours', { shares: [other] }),
        docdb('d-theirs', { shares: [stranger] }),
        docdb('d-public', { shares: ['all'] }),
        docdb('d-public-ours', { shares: ['all', other] }),
      ],
    }),
  );

  it.each([
    ['PRIVATE', ['d-private', 'r-private', 'rds:d-automated', 'rs:r-automated']],
    ['SHARED', ['d-ours', 'd-public', 'd-public-ours', 'd-theirs', 'r-ours', 'r-support', 'r-theirs']],
    ['EXTERNAL', ['d-public', 'd-public-ours', 'd-theirs', 'r-support', 'r-theirs']],
    ['PUBLIC', ['d-public', 'd-public-ours']],
  ])('%s matches in both services, and is looked up only for manual snapshots', async (exposure, expected) => {
    expect(await names({ exposure })).toEqual(expected);
    expect((await actions()).filter((action) => action === 'DescribeDBClusterSnapshotAttributes')).toHaveLength(5);
  });

  it('reports how many more accounts a snapshot can be shared with', async () => {
    const { data } = await gateway.query(
      `{ snapshots(first: 100, filter: { exposure: PUBLIC }) { nodes { sharing { public remainingAccounts } } } }`,
    );
    expect(data.snapshots.nodes.map(({ sharing }: any) => sharing)).toEqual([
      { public: true, remainingAccounts: 20 },
      { public: true, remainingAccounts: 19 },
    ]);
  });
});

describe('tags and retention', () => {
  beforeAll(() => {
    const tags = { team: 'bi' };
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-10T00:00:00Z') });
    return gateway.load({
      now: '2026-03-10T00:00:00Z',
      frozen: true,
      clusters: [makeCluster('REDSHIFT')],
      snapshots: [
        redshift('r-tagged', { tags }),
        redshift('r-week', { days: 7, createdAt: '2026-03-08T00:00:00Z' }),
        redshift('r-month', { days: 30, createdAt: '2026-03-08T00:00:00Z' }),
        redshift('rs:r-automated', { type: 'automated' }),
        docdb('d-tagged', { tags }),
        docdb('d-plain'),
      ],
    });
  });

  afterAll(() => vi.useRealTimers());

  it.each([
    [{ untagged: true }, ['d-plain', 'r-month', 'r-week', 'rs:r-automated']],
    [{ untagged: false }, ['d-tagged', 'r-tagged']],
    [{ keptForever: true }, ['d-plain', 'd-tagged', 'r-tagged']],
    [{ keptForever: false }, ['r-month', 'r-week']],
    [{ expiringWithinDays: 5 }, ['r-week']],
    [{ expiringWithinDays: 28 }, ['r-month', 'r-week']],
    [{ expiringWithinDays: 0 }, []],
  ])('%j matches in both services', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });
});

describe('recovery points', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-10T06:00:00Z') });
    return gateway.load({
      now: '2026-03-10T06:00:00Z',
      clusters: [
        ...['sales', 'bare', 'failing'].map((name) => makeCluster('REDSHIFT', name)),
        ...['orders', 'stale'].map((name) => makeCluster('DOCUMENTDB', name)),
      ],
      snapshots: [
        redshift('s-1', { createdAt: '2026-03-07T22:30:00Z' }),
        redshift('s-2', { createdAt: '2026-03-09T01:00:00Z' }),
        redshift('s-3', { createdAt: '2026-03-09T05:00:00Z' }),
        redshift('f-1', { createdAt: '2026-03-09T01:00:00Z', cluster: 'failing', status: 'failed' }),
        docdb('o-1', { createdAt: '2026-03-09T01:00:00Z' }),
        docdb('t-1', { createdAt: '2026-03-01T01:00:00Z', cluster: 'stale' }),
      ],
    });
  });
  afterAll(() => vi.useRealTimers());

  const lacking = (since: string) =>
    gateway.query(
      `query ($since: DateTime) {
        clusters(filter: { accounts: ["${account}"], withoutSnapshotSince: $since }) {
          isComplete totalCount { value precision } nodes { identifier } sources { status error { code } }
        }
      }`,
      { since },
    );

  it('lists clusters without an available snapshot since a time, in one list per source', async () => {
    const { data } = await lacking('2026-03-09T01:00:00Z');
    expect(data.clusters.isComplete).toBe(true);
    expect(data.clusters.totalCount).toEqual({ value: 3, precision: 'EXACT' });
    expect(data.clusters.nodes.map(({ identifier }: any) => identifier)).toEqual(['bare', 'failing', 'stale']);
    const later = await lacking('2026-03-09T06:00:00Z');
    expect(later.data.clusters.nodes).toHaveLength(5);
    const described = (await gateway.calls()).filter(({ action }) => action === 'DescribeClusterSnapshots');
    expect(described.map(({ parameters }) => parameters)).toEqual([
      { StartTime: '2026-03-09T01:00:00.000Z', MaxRecords: 100 },
      { StartTime: '2026-03-09T06:00:00.000Z', MaxRecords: 100 },
    ]);
  });

  it('does not list a cluster as without snapshots if its snapshots cannot be read', async () => {
    await gateway.disturb({ action: 'DescribeClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 });
    const { data } = await lacking('2026-03-09T01:00:00Z');
    expect(data.clusters).toMatchObject({
      isComplete: false,
      totalCount: { value: 1, precision: 'AT_LEAST' },
      nodes: [{ identifier: 'stale' }],
      sources: [
        { status: 'PARTIAL', error: { code: 'FORBIDDEN' } },
        { status: 'COMPLETE', error: null },
      ],
    });
  });

  const days = (identifier: string, args: string) =>
    gateway.query(
      `{ clusters(filter: { accounts: ["${account}"], identifiers: ["${identifier}"] }) {
        nodes { snapshotDays(${args}) { date hasSnapshot count newestAt } }
      } }`,
    );

  it('shows a day without snapshots with its date', async () => {
    const { data } = await days('sales', 'last: 4');
    expect(data.clusters.nodes[0].snapshotDays).toEqual([
      { date: '2026-03-07', hasSnapshot: true, count: 1, newestAt: '2026-03-07T22:30:00.000Z' },
      { date: '2026-03-08', hasSnapshot: false, count: 0, newestAt: null },
      { date: '2026-03-09', hasSnapshot: true, count: 2, newestAt: '2026-03-09T05:00:00.000Z' },
      { date: '2026-03-10', hasSnapshot: false, count: 0, newestAt: null },
    ]);
  });

  it.each([
    ['Europe/Berlin', ['2026-03-07 1', '2026-03-08 0', '2026-03-09 2', '2026-03-10 0']],
    ['Asia/Tokyo', ['2026-03-07 0', '2026-03-08 1', '2026-03-09 2', '2026-03-10 0']],
    ['America/New_York', ['2026-03-07 1', '2026-03-08 1', '2026-03-09 1', '2026-03-10 0']],
  ])('counts days in the time zone %s', async (timeZone, expected) => {
    const { data } = await days('sales', `last: 4, timeZone: "${timeZone}"`);
    const found = data.clusters.nodes[0].snapshotDays.map(({ date, count }: any) => `${date} ${count}`);
    expect(found).toEqual(expected);
  });

  it.each([
    ['last: 0', /last is 0; it must be 1 to 366/],
    ['last: 367', /last is 367/],
    ['last: 2, timeZone: "Mars/Olympus"', /timeZone is "Mars\/Olympus"/],
  ])('rejects snapshotDays(%s)', async (args, message) => {
    const answer = await days('sales', args);
    expect(answer.data.clusters.nodes).toEqual([{ snapshotDays: null }]);
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(answer.errors?.[0]?.extensions['code']).toBe('INVALID_INPUT');
  });

  it('returns null for days that cannot be read, and not days without snapshots', async () => {
    await gateway.disturb({ action: 'DescribeDBClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 });
    const answer = await days('orders', 'last: 2');
    expect(answer.data.clusters.nodes).toEqual([{ snapshotDays: null }]);
    expect(answer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('reads the days and latest snapshots of many clusters in one list per source', async () => {
    const { data } = await gateway.query(
      `{ clusters(filter: { accounts: ["${account}"] }) { nodes { latestSnapshot { identifier } snapshotDays(last: 2) { count } } } }`,
    );
    expect(data.clusters.nodes.map(({ latestSnapshot }: any) => latestSnapshot?.identifier ?? null)).toEqual([
      null,
      null,
      's-3',
      'o-1',
      't-1',
    ]);
    // Two lists: all snapshots, and those of the days. Amazon DocumentDB cannot filter by time, so it needs only one.
    expect((await actions()).filter((action) => action?.endsWith('Snapshots')).sort()).toEqual([
      'DescribeClusterSnapshots',
      'DescribeClusterSnapshots',
      'DescribeDBClusterSnapshots',
    ]);
  });
});

describe('the latest snapshots of two clusters of a long list', () => {
  it('are read with lookups once the length of the list is known', async () => {
    await gateway.load({
      clusters: ['sales', 'bare'].map((name) => makeCluster('REDSHIFT', name)),
      snapshots: makeSnapshots('REDSHIFT', 350),
    });
    const ask = async () => {
      const { data } = await gateway.query(
        `{ clusters(filter: { accounts: ["${account}"], services: [REDSHIFT] }) { nodes { latestSnapshot { identifier } } } }`,
      );
      expect(data.clusters.nodes).toEqual([{ latestSnapshot: null }, { latestSnapshot: { identifier: 'sales-0349' } }]);
      return (await actions()).filter((action) => action === 'DescribeClusterSnapshots').length;
    };
    await ask();
    expect(await ask()).toBe(2);
  });
});

describe('the manual snapshots of a source and their quota', () => {
  const ask = () =>
    gateway.query(`{ sources { account service manualSnapshots { count { value precision } quota remaining } } }`);
  beforeAll(() =>
    gateway.load({
      snapshots: [
        ...makeSnapshots('REDSHIFT', 3),
        redshift('rs:not-counted', { type: 'automated' }),
        ...makeSnapshots('DOCUMENTDB', 2),
        ...makeSnapshots('DOCUMENTDB', 120, { isForeign: true }),
      ],
    }),
  );

  it('are counted as by AWS, with all engines of Amazon RDS together', async () => {
    const { data } = await ask();
    const exact = (value: number) => ({ value, precision: 'EXACT' });
    expect(data.sources.map(({ manualSnapshots }: any) => manualSnapshots)).toEqual([
      { count: exact(0), quota: 20, remaining: 20 },
      { count: exact(0), quota: 100, remaining: 100 },
      { count: exact(3), quota: 4, remaining: 1 },
      { count: exact(122), quota: 100, remaining: 0 },
    ]);
  });

  it('are null with an error if a source fails', async () => {
    await gateway.disturb({
      account,
      action: 'DescribeClusterSnapshots',
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
    });
    const { data, errors } = await ask();
    expect(data.sources.map(({ manualSnapshots }: any) => manualSnapshots === null)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(errors).toMatchObject([{ path: ['sources', 2, 'manualSnapshots'], extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a summary', () => {
  it('groups by any dimensions, sums known sizes, and counts unknown sizes', async () => {
    const sized = (name: string, megabytes: number, parts: SnapshotParts = {}) =>
      redshift(name, { megabytes, createdAt: '2026-03-01T00:00:00Z', ...parts });
    await gateway.load({
      snapshots: [
        sized('one', 1024),
        sized('two', 2048, { createdAt: '2026-03-02T00:00:00Z' }),
        sized('failed', 512, { status: 'failed' }),
        docdb('three', { createdAt: '2026-03-03T00:00:00Z' }),
      ],
    });
    const { data } = await gateway.query(
      `{ snapshotSummary(groupBy: [STATUS, SERVICE]) {
        total { value } groups {
          keys { dimension value } count totalMegabytes unknownSizeCount oldestAt newestAt
          monthlyCost { amount currency unknownCount }
        }
      } }`,
    );
    expect(data.snapshotSummary).toEqual({
      total: { value: 4 },
      groups: [
        {
          keys: [
            { dimension: 'STATUS', value: 'AVAILABLE' },
            { dimension: 'SERVICE', value: 'DOCUMENTDB' },
          ],
          count: 1,
          totalMegabytes: null,
          unknownSizeCount: 1,
          oldestAt: '2026-03-03T00:00:00.000Z',
          newestAt: '2026-03-03T00:00:00.000Z',
          monthlyCost: { amount: null, currency: 'EUR', unknownCount: 1 },
        },
        {
          keys: [
            { dimension: 'STATUS', value: 'AVAILABLE' },
            { dimension: 'SERVICE', value: 'REDSHIFT' },
          ],
          count: 2,
          totalMegabytes: 3072,
          unknownSizeCount: 0,
          oldestAt: '2026-03-01T00:00:00.000Z',
          newestAt: '2026-03-02T00:00:00.000Z',
          monthlyCost: { amount: 1.5, currency: 'EUR', unknownCount: 0 },
        },
        {
          keys: [
            { dimension: 'STATUS', value: 'FAILED' },
            { dimension: 'SERVICE', value: 'REDSHIFT' },
          ],
          count: 1,
          totalMegabytes: 512,
          unknownSizeCount: 0,
          oldestAt: '2026-03-01T00:00:00.000Z',
          newestAt: '2026-03-01T00:00:00.000Z',
          monthlyCost: { amount: 0.25, currency: 'EUR', unknownCount: 0 },
        },
      ],
    });
  });

  it('includes the cost of a shared snapshot only in the account of its owner', async () => {
    await gateway.load({ snapshots: [redshift('one', { megabytes: 1024, shares: [other] })] });
    const { data } = await gateway.query(
      `{ snapshotSummary(filter: { types: [MANUAL, SHARED] }, groupBy: [TYPE]) {
        groups { keys { value } count totalMegabytes monthlyCost { amount unknownCount } }
      } }`,
    );
    const group = { count: 1, totalMegabytes: 1024 };
    expect(data.snapshotSummary.groups).toEqual([
      { ...group, keys: [{ value: 'MANUAL' }], monthlyCost: { amount: 0.5, unknownCount: 0 } },
      { ...group, keys: [{ value: 'SHARED' }], monthlyCost: { amount: 0, unknownCount: 0 } },
    ]);
  });

  it('of no snapshots is one empty group, or no group if dimensions are requested', async () => {
    await gateway.load({});
    const group = 'groups { count totalMegabytes oldestAt }';
    const { data } = await gateway.query(
      `{ all: snapshotSummary { ${group} } each: snapshotSummary(groupBy: [TYPE]) { ${group} } }`,
    );
    expect(data).toEqual({
      all: { groups: [{ count: 0, totalMegabytes: 0, oldestAt: null }] },
      each: { groups: [] },
    });
  });
});
