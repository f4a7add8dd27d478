import { DeleteDBClusterSnapshotCommand } from '@aws-sdk/client-docdb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUsage } from '../../src/aws/usage.ts';
import type { Listing } from '../../src/fleet/backend.ts';
import { createFullReads } from '../../src/fleet/full-reads/full-reads.ts';
import { createLengths } from '../../src/fleet/full-reads/lengths.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { documentDBClusterKind } from '../../src/services/documentdb/cluster-kind.ts';
import type { ClusterKind, ClusterRecord } from '../../src/snapshots/cluster.ts';
import { account, accounts, type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { snapshotsPage } from '../support/listed-snapshots.ts';
import { serviceNames } from '../support/services.ts';
import { useStaticUpstream } from '../support/static-upstream.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { at, clusterId, makeCluster, makeSnapshots } from '../support/worlds.ts';

useStallFreeClock();

const other = '012345678901';
const ordered = /* GraphQL */ `
  query Ordered($after: String) {
    snapshots(first: 2, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      isComplete
      totalCount {
        value
        precision
      }
      pageInfo {
        endCursor
      }
      nodes {
        identifier
      }
      sources {
        status
        fetchedAt
        awsCalls
        error {
          code
        }
      }
    }
  }
`;

describe('sources read in full', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ accounts: accounts([account, other]), fullReads: { ageSeconds: 600 } });
    await gateway.load({
      snapshots: [
        ...makeSnapshots('REDSHIFT', 250),
        ...makeSnapshots('DOCUMENTDB', 130),
        ...makeSnapshots('DOCUMENTDB', 150, { isForeign: true }),
        ...makeSnapshots('REDSHIFT', 10, { account: other, region: 'us-east-1' }),
      ],
    });
  });
  afterAll(() => gateway.close());

  it('are read once for concurrent requests, and reused by later requests', async () => {
    await gateway.disturb({ kind: 'delay', milliseconds: 300 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => gateway.query(ordered)));
    // 250 and 130 snapshots in AWS pages of 100, and one page for each source of the other account.
    expect(await gateway.calls()).toHaveLength(3 + 2 + 1 + 1);
    const spent = answers.map(({ extensions }) => extensions.aws);
    expect(spent.reduce((sum, { calls }) => sum + calls, 0)).toBe(7);
    expect(spent.reduce((sum, { coalesced }) => sum + coalesced, 0)).toBe(4 * 4);
    expect(answers[0]?.data.snapshots).toMatchObject({
      isComplete: true,
      totalCount: { value: 390, precision: 'EXACT' },
      nodes: [{ identifier: 'sales-0249' }, { identifier: 'sales-0248' }],
    });

    const later = await gateway.query(ordered, { after: answers[0]?.data.snapshots.pageInfo.endCursor });
    expect(later.extensions.aws).toEqual({ calls: 0, coalesced: 0, cached: 4 });
    expect(later.data.snapshots.nodes).toEqual([{ identifier: 'sales-0247' }, { identifier: 'sales-0246' }]);
    const times = ({ data }: typeof later) => data.snapshots.sources.map(({ fetchedAt }: any) => fetchedAt);
    expect(times(later)).toEqual(times(answers[0]!));
    expect(later.data.snapshots.sources.map(({ awsCalls }: any) => awsCalls)).toEqual([0, 0, 0, 0]);
  });
});

describe('cached full reads', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ fullReads: { ageSeconds: 600 }, aws: { timeouts: { requestSeconds: 2 } } });
  });
  beforeEach(async () => {
    await gateway.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: [...makeSnapshots('REDSHIFT', 3), ...makeSnapshots('DOCUMENTDB', 3)],
    });
    await gateway.query(ordered, {}, { 'cache-control': 'no-cache' });
    await gateway.calls();
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());

  it('are discarded only for the source that is changed', async () => {
    await gateway.query(
      `mutation ($id: ID!) { createSnapshot(input: { clusterId: $id, identifier: "made-now" }) { __typename } }`,
      { id: clusterId('REDSHIFT') },
    );
    await gateway.calls();
    const { data, extensions } = await gateway.query(ordered);
    expect(data.snapshots.nodes[0]).toEqual({ identifier: 'made-now' });
    expect(extensions.aws).toEqual({ calls: 1, coalesced: 0, cached: 1 });
    expect((await gateway.calls()).map(({ action }) => action)).toEqual(['DescribeClusterSnapshots']);
  });

  it('are bypassed by a no-cache request, which reads each source once', async () => {
    const twice = ordered.replace('snapshots(', 'again: snapshotSummary { total { value } } snapshots(');
    const { data, extensions } = await gateway.query(twice, {}, { 'cache-control': 'no-cache' });
    expect(data.again.total.value).toBe(6);
    expect(extensions.aws.calls).toBe(2);
    expect((await gateway.query(ordered)).extensions.aws.calls).toBe(0);
  });

  it.each(['tags: [{ key: "team" }]', 'untagged: false', 'exposure: PRIVATE'])(
    'do not fail for a snapshot that was deleted since: %s',
    async (condition) => {
      await gateway.load({
        snapshots: makeSnapshots('DOCUMENTDB', 120, { cluster: 'docdb', tags: { team: 'bi' } }),
        assumptions: { rdsAnswersTagList: false },
      });
      const summary = (filter: string) =>
        `{ snapshotSummary(filter: { services: [DOCUMENTDB], ${filter} }) { isComplete total { value precision } } }`;
      for (const read of ['types: [MANUAL, AUTOMATED]', 'encrypted: false'])
        await gateway.query(summary(read), {}, { 'cache-control': 'no-cache' });
      const gone = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'docdb-0001' });
      await gateway.emulator.docdb().send(gone);
      const { data } = await gateway.query(summary(condition));
      expect(data.snapshotSummary).toEqual({ isComplete: true, total: { value: 119, precision: 'EXACT' } });
    },
  );

  it('are finished after the request times out, for the next request', async () => {
    await gateway.disturb({ action: 'DescribeDBClusterSnapshots', kind: 'delay', milliseconds: 3000 });
    const { data } = await gateway.query(ordered, {}, { 'cache-control': 'no-cache' });
    expect(data.snapshots).toMatchObject({
      isComplete: false,
      totalCount: { value: 3, precision: 'AT_LEAST' },
      sources: [{ status: 'COMPLETE' }, { status: 'TIMED_OUT', error: { code: 'TIMED_OUT' } }],
    });
    const again = await gateway.query(ordered, {}, { 'cache-control': 'no-cache' });
    expect(again.data.snapshots).toMatchObject({ isComplete: true, totalCount: { value: 6, precision: 'EXACT' } });
    expect(again.extensions.aws).toEqual({ calls: 0, coalesced: 1, cached: 1 });
  });
});

describe('a list whose pages repeat a record', () => {
  const fixed = useStaticUpstream();

  it.each(serviceNames)('has each record once, and an exact count: %s', async (service) => {
    fixed.upstream.answer(({ Marker }) =>
      Marker === undefined ? snapshotsPage(service, ['a', 'b'], 'm') : snapshotsPage(service, ['b', 'c']),
    );
    const { data } = await fixed.gateway.query(
      `query ($services: [Service!]) {
        snapshots(first: 10, filter: { services: $services }, orderBy: { field: IDENTIFIER, direction: ASC }) {
          isComplete totalCount { value precision } nodes { identifier }
        }
        sources { service manualSnapshots { count { value } } }
      }`,
      { services: [service] },
    );
    expect(data.snapshots).toEqual({
      isComplete: true,
      totalCount: { value: 3, precision: 'EXACT' },
      nodes: [{ identifier: 'a' }, { identifier: 'b' }, { identifier: 'c' }],
    });
    expect(data.sources).toContainEqual({ service, manualSnapshots: { count: { value: 3 } } });
  });
});

describe('a list whose Marker AWS no longer accepts', () => {
  const fixed = useStaticUpstream({}, { fullReads: { ageSeconds: 600 } });

  it('keeps the pages that were read, and is read again from its first page after a minute', async () => {
    const failure = { status: 500, body: '<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>' };
    let state: 'EXPIRED' | 'DOWN' | 'CHANGED' = 'EXPIRED';
    fixed.upstream.answer(({ Marker = '' }) => {
      if (state === 'DOWN' || Marker === 'second') return failure;
      if (Marker === '') return snapshotsPage('REDSHIFT', ['a', 'b'], 'first');
      return state === 'CHANGED' ? snapshotsPage('REDSHIFT', ['c', 'd']) : snapshotsPage('REDSHIFT', ['c'], 'second');
    });
    const ask = async () => {
      const { data } = await fixed.gateway.query(
        '{ snapshotSummary(filter: { services: [REDSHIFT] }) { isComplete total { value precision } } }',
      );
      return data.snapshotSummary;
    };
    const incomplete = { isComplete: false, total: { value: 3, precision: 'AT_LEAST' } };
    expect([await ask(), await ask()]).toEqual([incomplete, incomplete]);
    vi.advanceTimersByTime(61_000);
    state = 'DOWN';
    expect(await ask()).toEqual(incomplete);
    state = 'CHANGED';
    expect(await ask()).toEqual({ isComplete: true, total: { value: 4, precision: 'EXACT' } });
  });
});

describe('a list with totalCount', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ aws: { cache: { ageSeconds: 600 } } });
    await gateway.load({ snapshots: [...makeSnapshots('REDSHIFT', 3), ...makeSnapshots('DOCUMENTDB', 3)] });
  });
  afterAll(() => gateway.close());

  it('does not read the same AWS pages twice', async () => {
    const { data, extensions } = await gateway.query(
      `{ snapshots(filter: { encrypted: false }) { totalCount { value precision } nodes { arn } } }`,
    );
    expect(data.snapshots.nodes).toHaveLength(6);
    expect(data.snapshots.totalCount).toEqual({ value: 6, precision: 'EXACT' });
    expect(extensions.aws).toEqual({ calls: 2, coalesced: 0, cached: 2 });
  });
});

describe('a source that cannot be read in full', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ fullReads: { maximumPages: 2 } });
  });
  afterEach(() => gateway.disturb());
  afterAll(() => gateway.close());

  it('is reported, and does not affect the other sources', async () => {
    await gateway.load({ snapshots: [...makeSnapshots('REDSHIFT', 3), ...makeSnapshots('DOCUMENTDB', 120)] });
    await gateway.disturb({ action: 'DescribeDBClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 });
    const { data, errors } = await gateway.query(ordered);
    expect(errors).toBeUndefined();
    expect(data.snapshots).toMatchObject({
      isComplete: false,
      totalCount: { value: 3, precision: 'AT_LEAST' },
      nodes: [{ identifier: 'sales-0002' }, { identifier: 'sales-0001' }],
      sources: [
        { status: 'COMPLETE', error: null },
        { status: 'DENIED', error: { code: 'FORBIDDEN' }, fetchedAt: null },
      ],
    });
    const summary = await gateway.query(
      `{ snapshotSummary(groupBy: [SERVICE]) { isComplete total { value precision } groups { count } } }`,
    );
    expect(summary.data.snapshotSummary).toEqual({
      isComplete: false,
      total: { value: 3, precision: 'AT_LEAST' },
      groups: [{ count: 3 }],
    });
  });

  it('is read again by the next request', async () => {
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 3) });
    await gateway.disturb({
      action: 'DescribeClusterSnapshots',
      nth: 1,
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
    });
    expect((await gateway.query(ordered)).data.snapshots.isComplete).toBe(false);
    expect((await gateway.query(ordered)).data.snapshots).toMatchObject({
      isComplete: true,
      totalCount: { value: 3, precision: 'EXACT' },
    });
  });

  it('leaves out only the record whose test failed, and stops if the tests of a group all fail', async () => {
    await gateway.load({ snapshots: makeSnapshots('DOCUMENTDB', 200), assumptions: { rdsAnswersTagList: false } });
    await gateway.disturb({
      action: 'ListTagsForResource',
      nth: 150,
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
    });
    await gateway.calls();
    const { data } = await gateway.query(
      `{ snapshotSummary(filter: { untagged: true, services: [DOCUMENTDB] }) { total { value precision } sources { status } } }`,
    );
    expect(data.snapshotSummary).toEqual({
      total: { value: 199, precision: 'AT_LEAST' },
      sources: [{ status: 'PARTIAL' }],
    });
    await gateway.disturb({ action: 'ListTagsForResource', kind: 'error', code: 'AccessDenied', status: 403 });
    await gateway.calls();
    await gateway.query(`{ snapshotSummary(filter: { untagged: true, services: [DOCUMENTDB] }) { isComplete } }`);
    const asked = (await gateway.calls()).filter(({ action }) => action === 'ListTagsForResource');
    expect(asked).toHaveLength(100);
  });

  it('is reported PARTIAL if it has more AWS pages than the maximum', async () => {
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 250) });
    const { data } = await gateway.query(ordered);
    expect(data.snapshots).toMatchObject({
      isComplete: false,
      totalCount: { value: 200, precision: 'AT_LEAST' },
      sources: [{ status: 'PARTIAL', error: { code: 'ALLOWANCE_EXCEEDED' } }, { status: 'COMPLETE' }],
    });
  });

  it('fails snapshotDays with ALLOWANCE_EXCEEDED if it has more AWS pages than the maximum', async () => {
    await gateway.load({ clusters: [makeCluster('DOCUMENTDB')], snapshots: makeSnapshots('DOCUMENTDB', 250) });
    const { data, errors } = await gateway.query('{ clusters { nodes { snapshotDays(last: 2) { count } } } }');
    expect(data.clusters.nodes).toEqual([{ snapshotDays: null }]);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('maximum number of AWS pages (2)'),
        extensions: { code: 'ALLOWANCE_EXCEEDED', retryAfterSeconds: null },
      },
    ]);
  });
});

describe('the cache of full reads', () => {
  const [source] = createSources(oneAccount).all;

  function ask(fullReads: ReturnType<typeof createFullReads>, input: object = {}, text = 'a') {
    let reads = 0;
    const listing: Listing<ClusterRecord, object> = {
      queries: () => [],
      callsPerTest: 0,
      record: () => {
        throw new Error('No read is shared.');
      },
      read: () => {
        reads += 1;
        const rows = Array.from({ length: 100 }, (_, index) => ({
          __typename: 'DocumentDBCluster',
          source: source!,
          kind: documentDBClusterKind as ClusterKind<unknown>,
          aws: { DBClusterArn: `arn:aws:rds:us-east-1:123456789012:cluster:${text}${index}`, at: at(index) },
        }));
        return Promise.resolve({ rows, marker: undefined, fetchedAt: new Date() });
      },
    };
    const read = () =>
      fullReads.read(
        { what: 'snapshots', listing, source: source!, query: { input, pushed: new Set<never>() } },
        createUsage(undefined, { signal: undefined, isFresh: false }),
      );
    return { read, reads: () => reads };
  }

  it('discards the reads of a changed source, including a read in progress', async () => {
    const fullReads = createFullReads({ ageSeconds: 600, megabytes: 1, maximumPages: 1 });
    const { read, reads } = ask(fullReads);
    await Promise.all([read(), read()]);
    await read();
    expect(reads()).toBe(1);
    fullReads.forget(source!);
    const underWay = read();
    fullReads.forget(source!);
    await underWay;
    await read();
    expect(reads()).toBe(3);
  });

  it('keeps the most recent reads within its maximum size', async () => {
    const fullReads = createFullReads({ ageSeconds: 600, megabytes: 1, maximumPages: 1 });
    const long = 'x'.repeat(4000);
    const [first, second, third] = [
      ask(fullReads, { a: 1 }, long),
      ask(fullReads, { a: 2 }, long),
      ask(fullReads, { a: 3 }, long),
    ];
    for (const each of [first, second, third, third, second, first]) await each.read();
    expect([first, second, third].map(({ reads }) => reads())).toEqual([2, 1, 1]);
  });
});

it('the known sizes of lists do not keep what was read', () => {
  const lengths = createLengths();
  const reading = { pages: 3, records: 250, untagged: 0, rows: ['a'], isEnded: true };
  lengths.learn('list', 'source', reading);
  expect(lengths.known('list')).toEqual({ pages: 3, isExact: true });
  expect(lengths.estimate('other list', 'source')).toEqual({ pages: 3, records: 250, untagged: 0 });
});
