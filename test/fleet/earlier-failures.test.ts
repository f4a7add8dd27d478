import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { runs } from '../support/runs.ts';
import { makeSnapshots } from '../support/worlds.ts';

const ids = ['100000000001', '100000000002', '100000000003'];
const sources = ids.flatMap((account) => (['redshift', 'rds'] as const).map((service) => ({ account, service })));
const page = /* GraphQL */ `
  query ($first: Int!, $after: String, $filter: SnapshotFilter) {
    snapshots(first: $first, after: $after, filter: $filter) {
      isComplete
      totalCount {
        value
        precision
      }
      nodes {
        arn
      }
      pageInfo {
        hasNextPage
        endCursor
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
/** The maximum length of a cursor. */
const limit = 2048;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts(ids) });
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;

/** The query without its count, which makes the calls of a full read. */
const uncounted = page.replace(/totalCount \{[^}]*\}/, '');

async function read(first: number, after: string | null, filter: object = {}, text = page) {
  const { data, errors } = await gateway.query(text, { first, after, filter });
  expect(errors).toBeUndefined();
  return data.snapshots;
}

/** Reads all pages. */
async function readAll(first: number, filter: object = {}, text = page) {
  const pages = [await read(first, null, filter, text)];
  while (pages.at(-1).pageInfo.hasNextPage) {
    // oxlint-disable-next-line no-await-in-loop -- a page needs the cursor of the previous page
    pages.push(await read(first, pages.at(-1).pageInfo.endCursor, filter, text));
    expect(pages.length).toBeLessThan(100);
  }
  return pages;
}

describe('the pages after a source that failed', () => {
  beforeEach(() => gateway.load({ snapshots: ids.flatMap((account) => makeSnapshots('DOCUMENTDB', 4, { account })) }));

  it('report its failure and are incomplete; sources that were read are PASSED', async () => {
    await gateway.disturb({ ...denied, account: ids[0], service: 'rds' });
    const pages = await readAll(1);
    expect(pages).toHaveLength(8);
    for (const each of pages) expect(each.isComplete).toBe(false);
    for (const each of pages) expect(each.totalCount).toEqual({ value: 8, precision: 'AT_LEAST' });
    expect(pages.map((each) => each.sources.map(({ status }: any) => status)).slice(0, 6)).toEqual([
      ['COMPLETE', 'DENIED', 'COMPLETE', 'COMPLETE', 'NOT_REACHED', 'NOT_REACHED'],
      ['PASSED', 'DENIED', 'PASSED', 'COMPLETE', 'NOT_REACHED', 'NOT_REACHED'],
      ['PASSED', 'DENIED', 'PASSED', 'COMPLETE', 'NOT_REACHED', 'NOT_REACHED'],
      ['PASSED', 'DENIED', 'PASSED', 'COMPLETE', 'COMPLETE', 'COMPLETE'],
      ['PASSED', 'DENIED', 'PASSED', 'PASSED', 'COMPLETE', 'COMPLETE'],
      ['PASSED', 'DENIED', 'PASSED', 'PASSED', 'PASSED', 'COMPLETE'],
    ]);
    expect(pages[1].sources[1].error).toEqual({
      code: 'FORBIDDEN',
      message: expect.stringContaining('failed on an earlier page'),
    });
  });

  it('keep the failure after the source has recovered, because its records are missing', async () => {
    await gateway.disturb({ ...denied, account: ids[0], service: 'rds' });
    const first = await read(2, null);
    await gateway.disturb();
    const second = await read(2, first.pageInfo.endCursor);
    expect(second.sources[1]).toMatchObject({ status: 'DENIED', error: { code: 'FORBIDDEN' } });
    expect(second.isComplete).toBe(false);
    // The list was not read in full, so its count is a lower bound, too.
    expect(second.totalCount).toEqual({ value: 12, precision: 'AT_LEAST' });
    expect((await read(2, null)).isComplete).toBe(true);
  });

  it('keep that a record was left out', async () => {
    await gateway.disturb({ ...denied, action: 'DescribeDBClusterSnapshotAttributes', account: ids[0], nth: 2 });
    const pages = await readAll(2, { services: ['DOCUMENTDB'], exposure: 'PRIVATE' }, uncounted);
    expect(pages.flatMap(({ nodes }) => nodes)).toHaveLength(11);
    for (const { isComplete, sources: reports } of pages) {
      expect(isComplete).toBe(false);
      expect(reports[0]).toMatchObject({ status: 'PARTIAL', error: { code: 'FORBIDDEN' } });
    }
    expect(pages.at(-1).sources).toMatchObject([{ status: 'PARTIAL' }, { status: 'PASSED' }, { status: 'COMPLETE' }]);
  });

  it('keep that a source failed after its first records', async () => {
    await gateway.load({
      snapshots: [
        ...makeSnapshots('REDSHIFT', 120, { account: ids[0] }),
        ...makeSnapshots('REDSHIFT', 70, { account: ids[1] }),
      ],
    });
    await gateway.disturb({ ...denied, action: 'DescribeClusterSnapshots', account: ids[0], nth: [3, 4, 5, 6] });
    const pages = await readAll(50, { services: ['REDSHIFT'], encrypted: false }, uncounted);
    expect(pages.map(({ nodes }) => nodes.length)).toEqual([50, 50, 50, 20]);
    expect(pages.map((each) => each.sources.map(({ status }: any) => status))).toEqual([
      ['COMPLETE', 'NOT_REACHED', 'NOT_REACHED'],
      // The source fails while hasNextPage is determined, and is read again for the next page.
      ['PARTIAL', 'COMPLETE', 'NOT_REACHED'],
      ['PARTIAL', 'COMPLETE', 'NOT_REACHED'],
      ['PARTIAL', 'COMPLETE', 'COMPLETE'],
    ]);
  });

  it('keep that Amazon Redshift cannot list all shared snapshots, and name the condition that can', async () => {
    const filter = { types: ['MANUAL', 'SHARED'], services: ['REDSHIFT', 'DOCUMENTDB'], accounts: [ids[0]] };
    const pages = await readAll(1, filter);
    expect(pages).toHaveLength(4);
    for (const each of pages) {
      expect(each.isComplete).toBe(false);
      expect(each.sources).toMatchObject([
        { status: 'PARTIAL', error: { code: 'NOT_SUPPORTED' } },
        { status: 'COMPLETE', error: null },
      ]);
    }
    expect(pages[0].sources[0].error.message).toContain('filter.ownerAccounts');
    const named = await readAll(1, { ...filter, ownerAccounts: ids });
    expect(named.map(({ isComplete, totalCount }) => [isComplete, totalCount])).toEqual(
      named.map(() => [true, { value: 4, precision: 'EXACT' }]),
    );
  });
});

describe('a cursor', () => {
  it.each([
    { change: 'added before its source', now: ['000000000009', ...ids], isRefused: true },
    { change: 'removed before its source', now: ids.slice(1), isRefused: true },
    { change: 'added after its source', now: [...ids, '900000000000'], isRefused: false },
  ])('is rejected if the pages before it have not read the sources before it: $change', async ({ now, isRefused }) => {
    await gateway.load({ snapshots: ids.flatMap((account) => makeSnapshots('DOCUMENTDB', 2, { account })) });
    const { pageInfo } = await read(3, null);
    const changed = await startGateway({ accounts: accounts(now) });
    try {
      const { data, errors } = await changed.query(uncounted, { first: 3, after: pageInfo.endCursor });
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(isRefused ? ['INVALID_INPUT'] : undefined);
      if (!isRefused) expect(data.snapshots.sources[0].status).toBe('PASSED');
    } finally {
      await changed.close();
    }
  });
});

const anyFaults = fc.record({
  sizes: fc.array(fc.integer({ min: 0, max: 45 }), { minLength: sources.length, maxLength: sources.length }),
  failing: fc.array(fc.boolean(), { minLength: sources.length, maxLength: sources.length }),
  first: fc.integer({ min: 7, max: 40 }),
});

describe('all pages of a list', () => {
  it('report each failed source, once it was read, and list every other record once', async () => {
    await fc.assert(
      fc.asyncProperty(anyFaults, async ({ sizes, failing, first }) => {
        const snapshots = sources.flatMap(({ account, service }, index) =>
          makeSnapshots(service === 'rds' ? 'DOCUMENTDB' : 'REDSHIFT', sizes[index] ?? 0, { account }),
        );
        await gateway.load({ snapshots });
        await gateway.disturb();
        const whole = (await readAll(100)).flatMap(({ nodes }) => nodes.map(({ arn }: any) => arn));
        expect(new Set(whole).size).toBe(snapshots.length);
        await gateway.disturb(...sources.filter((_, index) => failing[index]).map((each) => ({ ...denied, ...each })));
        const pages = await readAll(first);
        const read = whole.filter((arn) =>
          sources.some(
            ({ account, service }, index) =>
              !failing[index] && arn.startsWith(`arn:aws:${service}:us-east-1:${account}:`),
          ),
        );
        expect(pages.flatMap(({ nodes }) => nodes.map(({ arn }: any) => arn))).toEqual(read);
        expect(pages.at(-1).sources.map(({ status }: any) => /COMPLETE|PASSED/.test(status))).toEqual(
          failing.map((isFailing) => !isFailing),
        );
        const states = pages.map((each) => each.sources.map(({ status }: any) => status as string));
        for (const [index, statuses] of states.entries()) {
          for (const [position, status] of (states[index - 1] ?? []).entries())
            expectToFollow(statuses[position], status);
          const isFailed = statuses.some((status: string) => !/COMPLETE|PASSED|NOT_REACHED/.test(status));
          const { isComplete, pageInfo, totalCount } = pages[index];
          expect(isComplete).toBe(!isFailed);
          expect(pageInfo.endCursor?.length ?? 0).toBeLessThanOrEqual(limit);
          expect(totalCount.value).toBe(read.length);
          if (isFailed) expect(totalCount.precision).toBe('AT_LEAST');
        }
      }),
      { numRuns: runs(8, 300) },
    );
  });

  it('remain incomplete if more sources failed than a cursor can carry', async () => {
    const many = Array.from({ length: 120 }, (_, index) => String(200_000_000_000 + index));
    const fleet = await startGateway({ accounts: accounts(many) });
    try {
      await fleet.load({ snapshots: makeSnapshots('DOCUMENTDB', 99, { account: many.at(-1) }) });
      await fleet.disturb(
        { ...denied, action: 'DescribeClusterSnapshots' },
        ...many.slice(0, 60).map((account) => ({ ...denied, account })),
      );
      let after: string | null = null;
      for (let index = 0; index < 3; index += 1) {
        // oxlint-disable-next-line no-await-in-loop -- a page needs the cursor of the previous page
        const { data }: any = await fleet.query(uncounted, { first: 1, after });
        const { nodes, sources: reports, isComplete, pageInfo } = data.snapshots;
        expect(nodes).toHaveLength(1);
        expect(isComplete).toBe(false);
        expect(pageInfo.endCursor.length).toBeLessThanOrEqual(limit);
        expect(reports.slice(0, 120).every(({ status }: any) => status === 'DENIED')).toBe(true);
        // A source whose status is not in the cursor is never reported as read.
        const tail = reports.slice(180, -1).map(({ status }: any) => status);
        expect(new Set(tail)).toEqual(new Set(index === 0 ? ['COMPLETE', 'DENIED'] : ['PARTIAL']));
        after = pageInfo.endCursor;
      }
      // A cursor after many records of an AWS page has less room for failures.
      const last = { first: 17, after: null, filter: { search: '9' } };
      const { endCursor } = (await fleet.query(uncounted, last)).data.snapshots.pageInfo;
      expect(endCursor.length).toBeLessThanOrEqual(limit);
      const { data } = await fleet.query(uncounted, { ...last, after: endCursor });
      expect(data.snapshots).toMatchObject({ isComplete: false, nodes: [{}] });
    } finally {
      await fleet.close();
    }
  });
});

/** A status can change from one page to the next only when the source is read or passed. */
function expectToFollow(status: string, previous: string): void {
  if (previous === 'NOT_REACHED') return;
  if (previous === 'COMPLETE') expect(status).toMatch(/COMPLETE|PASSED/);
  else expect(status).toBe(previous);
}
