import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../support/gateway.ts';
import { runs } from '../../support/runs.ts';
import { serviceNames } from '../../support/services.ts';
import { makeCluster, makeSnapshots, serviceOf } from '../../support/worlds.ts';
import { differences } from './differences.ts';
import { list, startContract } from './support.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startContract();
});
afterAll(() => gateway.close());

type Field = 'snapshots' | 'clusters';
const fields: readonly Field[] = ['snapshots', 'clusters'];
const nameOf = (index: number) => `c-${String(index).padStart(4, '0')}`;

describe.each(serviceNames)('a list of %s', (service) => {
  const { typePrefix, foreignCluster } = serviceOf(service);

  /** Loads a world with `count` records and, if the control plane is shared, `foreign` records of another engine. */
  async function load(count: number, foreign = 0, assumptions = {}): Promise<void> {
    const isForeign = true;
    await gateway.load({
      assumptions,
      clusters: [
        ...Array.from({ length: count }, (_, index) => makeCluster(service, nameOf(index))),
        ...Array.from({ length: foreign }, (_, index) => makeCluster(service, `${nameOf(index)}-x`, { isForeign })),
      ],
      snapshots: [
        ...makeSnapshots(service, count, { cluster: 'mixed' }),
        ...makeSnapshots(service, foreign, { cluster: 'mixed-x', isForeign }),
      ],
    });
  }

  /** Reads all pages by endCursor, and checks hasNextPage on each page. */
  async function readAll(field: Field, first: number) {
    const edges: any[] = [];
    const calls: { action: string | null; parameters: any }[][] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
      const page: any = await list(gateway, field, service, { first, after }, 'id identifier');
      expect(page.errors).toBeUndefined();
      expect(page).toMatchObject({ isComplete: true, sources: [{ status: 'COMPLETE', error: null }] });
      expect(page.counted).toBe(page.calls.length);
      ({ hasNextPage, endCursor: after } = page.pageInfo);
      if (hasNextPage) expect(page.edges).toHaveLength(first);
      edges.push(...page.edges);
      calls.push(page.calls);
    }
    expect(new Set(edges.map(({ node }) => node.id)).size).toBe(edges.length);
    return { edges, calls };
  }

  describe.each(fields)('%s', (field) => {
    it.each([
      { count: 100, first: 100, calls: 1 },
      { count: 350, first: 100, calls: 4 },
      { count: 350, first: 20, calls: 18 },
      { count: 300, first: 50, calls: 6 },
      { count: 0, first: 20, calls: 1 },
    ])('reads $count records in pages of $first with $calls calls', async ({ count, first, calls }) => {
      await load(count);
      const read = await readAll(field, first);
      expect(read.edges).toHaveLength(count);
      expect(read.calls.flat().map(({ action }) => action)).toEqual(
        Array.from({ length: calls }, () => differences[service].reads[field]),
      );
    });

    it('continues with the Marker that AWS returns', async () => {
      await load(60);
      const { calls } = await readAll(field, 25);
      const parameters = calls.flat().map((call) => call.parameters);
      expect(parameters.map(({ MaxRecords }) => MaxRecords)).toEqual([25, 25, 25]);
      expect(parameters.map(({ Marker }) => Marker)).toEqual([undefined, expect.any(String), expect.any(String)]);
    });

    it('resumes after any record, also with another page size', async () => {
      await load(70);
      const { edges } = await readAll(field, 30);
      for (const [index, first] of [
        [0, 20],
        [28, 100],
        [29, 20],
        [30, 33],
        [68, 20],
        [69, 20],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- the calls of each page are counted separately
        const page = await list(gateway, field, service, { first, after: edges[index].cursor }, 'id');
        const expected = edges.slice(index + 1, index + 1 + first).map(({ node }) => node.id);
        expect(page.edges.map(({ node }: any) => node.id)).toEqual(expected);
        expect(page.pageInfo.hasNextPage).toBe(index + 1 + first < edges.length);
        expect(page.calls.length).toBeLessThanOrEqual(2);
      }
    });

    it('rejects the cursor of another list without an AWS call', async () => {
      await load(25);
      const { pageInfo } = await list(gateway, field, service, { first: 20 });
      const filter = { identifiers: ['another'] };
      const page = await list(gateway, field, service, { first: 20, after: pageInfo.endCursor, filter });
      expect(page.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
      expect(page.calls).toEqual([]);
    });

    const crowds = [
      { foreign: 3, first: 20, pages: 1 },
      { foreign: 150, first: 2, pages: 5 },
      { foreign: 250, first: 100, pages: 1 },
    ];
    it.each(foreignCluster === undefined ? [] : crowds)(
      'omits records of another engine: $foreign of them, with pages of $first',
      async ({ foreign, first, pages }) => {
        for (const rdsFiltersSnapshotsByEngine of [true, false]) {
          // oxlint-disable-next-line no-await-in-loop -- sequential, one world at a time
          await load(9, foreign, { rdsFiltersSnapshotsByEngine });
          // oxlint-disable-next-line no-await-in-loop -- sequential, one world at a time
          const { edges, calls } = await readAll(field, first);
          const typename = `${typePrefix}${field === 'snapshots' ? 'Snapshot' : 'Cluster'}`;
          expect(edges.map(({ node }) => node.__typename)).toEqual(Array.from({ length: 9 }, () => typename));
          if (rdsFiltersSnapshotsByEngine) expect(calls.map(({ length }) => length)).toEqual(Array(pages).fill(1));
        }
      },
    );
  });

  it('makes one AWS call per page for any page size, and returns each snapshot once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 350 }), async (first, wish) => {
        const count = Math.min(wish, first * 25);
        await gateway.load({ snapshots: makeSnapshots(service, count) });
        const { edges, calls } = await readAll('snapshots', first);
        expect(edges).toHaveLength(count);
        expect(calls.map(({ length }) => length)).toEqual(
          Array.from({ length: Math.max(1, Math.ceil(count / first)) }, () => 1),
        );
      }),
      { numRuns: runs(4, 500) },
    );
  });
});
