import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots } from '../support/worlds.ts';
import { runs } from '../support/runs.ts';

const page = /* GraphQL */ `
  query Page($first: Int!, $after: String, $filter: SnapshotFilter) {
    snapshots(first: $first, after: $after, filter: $filter) {
      isComplete
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          id
          __typename
        }
      }
    }
  }
`;

interface Edge {
  readonly cursor: string;
  readonly node: { readonly id: string; readonly __typename: string };
}

interface Listed {
  readonly edges: readonly Edge[];
  readonly calls: readonly number[];
}

/** Follows endCursor to the end of a list, and checks hasNextPage on every page. */
async function listAll(gateway: Gateway, first: number, filter: object = {}): Promise<Listed> {
  const edges: Edge[] = [];
  const calls: number[] = [];
  for (let after: string | null = null, more = true; more;) {
    const answer = await gateway.query(page, { first, after, filter });
    expect(answer.errors).toBeUndefined();
    const { pageInfo, ...connection } = answer.data.snapshots;
    expect(connection.isComplete).toBe(true);
    expect(connection.edges.length).toBe(pageInfo.hasNextPage ? first : connection.edges.length);
    edges.push(...connection.edges);
    calls.push(answer.extensions.aws.calls);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
    if (more) expect(connection.edges.length).toBeGreaterThan(0);
  }
  return { edges, calls };
}

describe('paging through many sources', () => {
  let gateway: Gateway;
  const ids = [account, '012345678901'];
  beforeAll(async () => {
    gateway = await startGateway({ accounts: accounts(ids) });
  });
  afterAll(() => gateway.close());

  const size = fc.oneof(
    fc.constantFrom(0, 1, 19, 20, 21, 40, 99, 100, 101, 200),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 350 }),
  );
  const world = fc.record({
    redshift: fc.tuple(size, size),
    docdb: fc.tuple(size, size),
    neptune: fc.tuple(size, size),
  });

  async function load(sizes: { redshift: number[]; docdb: number[]; neptune: number[] }) {
    await gateway.load({
      snapshots: ids.flatMap((id, index) => [
        ...makeSnapshots('REDSHIFT', sizes.redshift[index] ?? 0, { account: id }),
        ...makeSnapshots('DOCUMENTDB', sizes.docdb[index] ?? 0, { account: id }),
        ...makeSnapshots('DOCUMENTDB', sizes.neptune[index] ?? 0, { account: id, isForeign: true }),
      ]),
    });
    return [...sizes.redshift, ...sizes.docdb].reduce((sum, each) => sum + each, 0);
  }

  it('lists each snapshot once, in a stable order, with few AWS calls, and resumes after any edge', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.integer({ min: 10, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        async (sizes, first, otherFirst, picks) => {
          const count = await load(sizes);
          const { edges, calls } = await listAll(gateway, first);
          expect(new Set(edges.map(({ node }) => node.id)).size).toBe(count);
          expect(edges.length).toBe(count);
          // One AWS call per page, and for each of the four sources at most one to enter and one to leave it mid-page.
          expect(calls.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(calls.length + 2 * 4);
          for (const pick of count === 0 ? [] : picks) {
            const index = pick % count;
            const answer = await gateway.query(page, { first: otherFirst, after: edges[index]?.cursor });
            const expected = edges.slice(index + 1, index + 1 + otherFirst).map(({ node }) => node.id);
            expect(answer.data.snapshots.edges.map(({ node }: Edge) => node.id)).toEqual(expected);
            expect(answer.data.snapshots.pageInfo.hasNextPage).toBe(index + 1 + otherFirst < count);
          }
        },
      ),
      { numRuns: runs(8, 500) },
    );
  });
});
