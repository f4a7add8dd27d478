import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { listedSnapshot } from '../support/listed-snapshots.ts';
import { serviceNames } from '../support/services.ts';
import { element, members, useStaticUpstream } from '../support/static-upstream.ts';
import { makeCluster, makeSnapshot } from '../support/worlds.ts';

const page = /* GraphQL */ `
  query Page($filter: ClusterFilter) {
    clusters(first: 100, filter: $filter) {
      isComplete
      totalCount {
        value
        precision
      }
      nodes {
        identifier
      }
      sources {
        status
        error {
          code
          message
        }
      }
    }
  }
`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ fullReads: { ageSeconds: 600 } });
});
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(async () => {
  vi.useRealTimers();
  await gateway.disturb();
});
afterAll(() => gateway.close());

async function list(filter: object, headers = {}) {
  const { data, errors } = await gateway.query(page, { filter }, headers);
  expect(errors).toBeUndefined();
  return data.clusters;
}

/** The clusters that match, read again from AWS. */
async function names(filter: object): Promise<string[]> {
  const { isComplete, nodes, totalCount } = await list(filter, { 'cache-control': 'no-cache' });
  expect(isComplete).toBe(true);
  expect(totalCount).toEqual({ value: nodes.length, precision: 'EXACT' });
  return nodes.map(({ identifier }: { identifier: string }) => identifier).sort();
}

const longAgo = '2020-01-01T00:00:00Z';

/** Loads, for both services, clusters by name, with the times of their snapshots. */
function load(now: string, clusters: Record<string, readonly string[]>, createdAt: Record<string, string> = {}) {
  vi.setSystemTime(new Date(now));
  return gateway.load({
    now,
    frozen: true,
    clusters: serviceNames.flatMap((service) =>
      Object.keys(clusters).map((name) => makeCluster(service, name, { createdAt: createdAt[name] ?? longAgo })),
    ),
    snapshots: serviceNames.flatMap((service) =>
      Object.entries(clusters).flatMap(([cluster, times]) =>
        times.map((time, index) =>
          makeSnapshot(service, `${cluster}-${index}`, { cluster, createdAt: time, clusterCreatedAt: longAgo }),
        ),
      ),
    ),
  });
}

const both = (...clusters: readonly string[]) => clusters.flatMap((name) => [name, name]);

describe('withoutSnapshotForHours', () => {
  it('counts hours to the millisecond', async () => {
    await load('2026-03-10T06:00:00.000Z', {
      exact: ['2026-03-09T06:00:00.000Z'],
      late: ['2026-03-09T05:59:59.999Z'],
      never: [],
    });
    expect(await names({ withoutSnapshotForHours: 24 })).toEqual(both('late', 'never'));
    expect(await names({ withoutSnapshotForHours: 25 })).toEqual(both('never'));
    expect(await names({ withoutSnapshotForHours: 23 })).toEqual(both('exact', 'late', 'never'));
    expect(await names({ withoutSnapshotForHours: 8784 })).toEqual(both('never'));
  });

  it('ignores snapshots that are not available', async () => {
    vi.setSystemTime(new Date('2026-03-10T06:00:00Z'));
    await gateway.load({
      now: '2026-03-10T06:00:00Z',
      clusters: [makeCluster('REDSHIFT', 'sales')],
      snapshots: [makeSnapshot('REDSHIFT', 's', { createdAt: '2026-03-10T05:00:00Z', status: 'failed' })],
    });
    expect(await names({ withoutSnapshotForHours: 24 })).toEqual(['sales']);
  });
});

describe('gapWithinDays', () => {
  it('tests complete days from the creation of the cluster', async () => {
    const daily = ['2026-03-07T12:00:00Z', '2026-03-08T00:00:00Z', '2026-03-09T23:59:59Z'];
    await load(
      '2026-03-10T06:00:00Z',
      { daily, missed: [daily[0]!, daily[2]!, '2026-03-10T01:00:00Z'], young: daily.slice(2), idle: [], today: [] },
      { young: '2026-03-09T01:00:00Z', idle: '2026-03-09T23:00:00Z', today: '2026-03-10T01:00:00Z' },
    );
    expect(await names({ gapWithinDays: 1 })).toEqual(both('idle'));
    expect(await names({ gapWithinDays: 3 })).toEqual(both('idle', 'missed'));
    expect(await names({ gapWithinDays: 4 })).toEqual(both('daily', 'idle', 'missed'));
    expect(await names({ gapWithinDays: 366 })).toEqual(both('daily', 'idle', 'missed'));
  });

  it.each([
    ['UTC', ['early']],
    ['Europe/Berlin', ['early', 'late']],
    ['Pacific/Kiritimati', ['late']],
    ['Etc/GMT+12', ['early', 'late']],
  ])('counts the days of %s', async (timeZone, expected) => {
    // In Kiritimati, the 9th lasts from 10:00 UTC of the 8th; in Etc/GMT+12, the 8th lasts from 12:00 UTC of the 8th.
    await load('2026-03-10T09:00:00Z', {
      early: ['2026-03-08T11:00:00Z'],
      late: ['2026-03-09T23:30:00Z'],
    });
    expect(await names({ gapWithinDays: 1, timeZone })).toEqual(both(...expected));
  });

  it.each([
    // Clocks go from 2:00 to 3:00, so March 29 starts at 23:00 UTC and ends at 22:00 UTC.
    ['Europe/Berlin', '2026-03-30T06:00:00Z', ['2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z'], '2026-03-28T22:59:59Z'],
    // Clocks go back from 3:00 to 2:00: October 25 has 25 hours, until 23:00 UTC.
    ['Europe/Berlin', '2026-10-26T06:00:00Z', ['2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z'], '2026-10-25T23:00:00Z'],
    // Clocks change at midnight: September 6 starts at 1:00, which is 4:00 UTC.
    [
      'America/Santiago',
      '2026-09-07T12:00:00Z',
      ['2026-09-06T04:00:00Z', '2026-09-07T02:59:59Z'],
      '2026-09-06T03:59:59Z',
    ],
  ])('knows when the clocks change in %s at %s', async (timeZone, now, inside, outside) => {
    await load(now, { first: inside.slice(0, 1), last: inside.slice(1), outside: [outside] });
    expect(await names({ gapWithinDays: 1, timeZone })).toEqual(both('outside'));
  });

  it('does not count a day that the time zone skipped', async () => {
    // Samoa moved across the date line: December 29, 2011 was followed by December 31.
    const days = ['2011-12-28', '2011-12-29', '2011-12-30'].map((day) => `${day}T22:00:00Z`);
    await load('2012-01-01T00:00:00Z', { daily: days }, { daily: '2011-12-28T20:00:00Z' });
    expect(await names({ gapWithinDays: 2, timeZone: 'Pacific/Apia' })).toEqual([]);
    const { data } = await gateway.query(
      '{ clusters { nodes { snapshotDays(last: 3, timeZone: "Pacific/Apia") { date count } } } }',
    );
    expect(data.clusters.nodes[0].snapshotDays).toEqual([
      { date: '2011-12-29', count: 1 },
      { date: '2011-12-31', count: 1 },
      { date: '2012-01-01', count: 0 },
    ]);
  });
});

describe('conditions on snapshots', () => {
  it('share one read with each other and with the requests of the same day', async () => {
    const now = '2026-03-10T06:00:00Z';
    await load(now, { sales: ['2026-03-09T06:00:00Z'], orders: ['2026-03-08T07:00:00Z'] });
    await gateway.calls();
    const fresh = { 'cache-control': 'no-cache' };
    const found = await list({ withoutSnapshotForHours: 24, gapWithinDays: 2, services: ['REDSHIFT'] }, fresh);
    expect(found.nodes).toEqual([{ identifier: 'orders' }]);
    vi.setSystemTime(new Date('2026-03-10T23:59:59Z'));
    for (const filter of [{ withoutSnapshotForHours: 48 }, { gapWithinDays: 2 }, { gapWithinDays: 2, timeZone: 'UTC' }])
      await list({ ...filter, services: ['REDSHIFT'] });
    const described = (await gateway.calls()).filter(({ action }) => action === 'DescribeClusterSnapshots');
    expect(described.map(({ parameters }) => parameters)).toEqual([
      { StartTime: '2026-03-07T10:00:00.000Z', MaxRecords: 100 },
    ]);
  });

  it('can be combined with withoutSnapshotSince', async () => {
    await load('2026-03-10T06:00:00Z', { sales: ['2026-03-08T06:00:00Z'], orders: ['2026-03-09T06:00:00Z'] });
    expect(await names({ withoutSnapshotSince: '2026-03-09T00:00:00Z', gapWithinDays: 1 })).toEqual(both('sales'));
    expect(await names({ withoutSnapshotSince: '2026-03-09T07:00:00Z', gapWithinDays: 1 })).toEqual(both('sales'));
  });

  it.each([{ withoutSnapshotForHours: 24 }, { gapWithinDays: 2 }, { withoutSnapshotForHours: 24, gapWithinDays: 2 }])(
    'do not match clusters whose snapshots cannot be read: %j',
    async (filter) => {
      await load('2026-03-10T06:00:00Z', { sales: [], orders: [] });
      await gateway.disturb({ action: 'DescribeClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 });
      const { isComplete, nodes, totalCount, sources } = await list(filter, { 'cache-control': 'no-cache' });
      expect({ isComplete, totalCount }).toEqual({
        isComplete: false,
        totalCount: { value: 2, precision: 'AT_LEAST' },
      });
      expect(nodes).toEqual([{ identifier: 'orders' }, { identifier: 'sales' }]);
      expect(sources).toMatchObject([
        { status: 'PARTIAL', error: { code: 'FORBIDDEN' } },
        { status: 'COMPLETE', error: null },
      ]);
    },
  );

  it('report a source as failed if the snapshots of many of its clusters cannot be read', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`c-${index}`, []]));
    await load('2026-03-10T06:00:00Z', many);
    await gateway.disturb({ action: 'DescribeClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 });
    const { nodes, sources } = await list({ gapWithinDays: 2 }, { 'cache-control': 'no-cache' });
    expect(nodes).toHaveLength(12);
    expect(sources[0]).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it.each([
    [{ withoutSnapshotForHours: 0 }, /^filter\.withoutSnapshotForHours is 0; it must be 1 to 8784\.$/],
    [{ withoutSnapshotForHours: -1 }, /^filter\.withoutSnapshotForHours is -1/],
    [{ withoutSnapshotForHours: 8785 }, /^filter\.withoutSnapshotForHours is 8785/],
    [{ withoutSnapshotForHours: 1, withoutSnapshotSince: longAgo }, /^filter\.withoutSnapshotForHours and filter\.w/],
    [{ gapWithinDays: 0 }, /^filter\.gapWithinDays is 0; it must be 1 to 366\.$/],
    [{ gapWithinDays: 367 }, /^filter\.gapWithinDays is 367/],
    [{ timeZone: 'UTC' }, /^filter\.timeZone applies only to filter\.gapWithinDays\./],
    [{ withoutSnapshotForHours: 1, timeZone: 'UTC' }, /^filter\.timeZone applies only to filter\.gapWithinDays\./],
    [{ gapWithinDays: 1, timeZone: 'Mars/Olympus' }, /^filter\.timeZone is "Mars\/Olympus"; it must be an IANA/],
    [{ gapWithinDays: 1, timeZone: '' }, /^filter\.timeZone is ""/],
  ])('reject %j', async (filter, message) => {
    const { errors } = await gateway.query(page, { filter });
    expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code: 'INVALID_INPUT' } }]);
  });
});

describe('clusters of which AWS does not report every time', () => {
  const fixed = useStaticUpstream();
  const answerWith = (cluster: Record<string, string>, snapshots: string) =>
    fixed.upstream.answer({
      DescribeClusters: members({ Clusters: element('Cluster', { ClusterIdentifier: 'sales', ...cluster }) }),
      DescribeClusterSnapshots: members({ Snapshots: snapshots }),
    });
  const ask = async (filter: object) => {
    const { data } = await fixed.gateway.query(page, { filter: { services: ['REDSHIFT'], ...filter } });
    const { nodes, isComplete, sources } = data.clusters;
    return { count: nodes.length, isComplete, error: sources[0].error };
  };
  const snapshot = (name: string, createdAt?: string) =>
    listedSnapshot('REDSHIFT', name, { ClusterIdentifier: 'sales', SnapshotCreateTime: createdAt });
  const created = { ClusterCreateTime: longAgo };
  const none = { count: 0, isComplete: true, error: null };
  const one = { ...none, count: 1 };
  const unknown = (field: string) => ({
    count: 0,
    isComplete: false,
    error: { code: 'UPSTREAM', message: expect.stringContaining(`filter.${field}`) },
  });
  beforeEach(() => void vi.setSystemTime(new Date('2026-03-10T06:00:00Z')));

  it('do not match because of a gap, and make their source PARTIAL, if their creation time is unknown', async () => {
    answerWith({}, snapshot('s', '2026-03-09T06:00:00Z'));
    expect(await ask({ gapWithinDays: 1 })).toEqual(none);
    expect(await ask({ gapWithinDays: 2 })).toEqual(unknown('gapWithinDays'));
    answerWith(created, snapshot('s', '2026-03-09T06:00:00Z'));
    expect(await ask({ gapWithinDays: 2 })).toEqual(one);
  });

  it('do not match if a snapshot without a creation time can be the one that is missing', async () => {
    answerWith(created, snapshot('s') + snapshot('t', '2026-03-09T06:00:00Z'));
    expect(await ask({ gapWithinDays: 1 })).toEqual(none);
    expect(await ask({ gapWithinDays: 2 })).toEqual(unknown('gapWithinDays'));
    expect(await ask({ withoutSnapshotForHours: 24 })).toEqual(none);
    expect(await ask({ withoutSnapshotForHours: 23 })).toEqual(unknown('withoutSnapshotForHours'));
    expect(await ask({ withoutSnapshotSince: '2026-03-10T00:00:00Z' })).toEqual(unknown('withoutSnapshotSince'));
  });
});
