import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { at, makeCluster, makeSnapshot } from '../support/worlds.ts';

const ids = ['123456789012', '210987654321'];
const regions = ['us-east-1', 'eu-west-1'];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts(ids, regions), aws: { cache: { ageSeconds: 3600 } } });
  const places = ids.flatMap((account) => regions.map((region) => ({ account, region })));
  await gateway.load({
    clusters: places.flatMap((place) =>
      serviceNames.flatMap((service) =>
        ['sales', 'stock'].map((cluster) => makeCluster(service, cluster, { ...place, createdAt: at(0) })),
      ),
    ),
    snapshots: places.flatMap((place) =>
      serviceNames.flatMap((service) =>
        Array.from({ length: 25 }, (_, index) =>
          makeSnapshot(service, `saved-${index}`, {
            ...place,
            cluster: ['sales', 'stock', 'gone'][index % 3] ?? '',
            clusterCreatedAt: at(0),
            createdAt: at(index),
            type: index % 4 === 0 ? 'automated' : 'manual',
            tags: index % 2 === 0 ? { team: 'data' } : {},
          }),
        ),
      ),
    ),
  });
});
afterAll(() => gateway.close());

const list = /* GraphQL */ `
  query ($first: Int, $after: String, $filter: SnapshotFilter) {
    snapshots(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          id
          tags {
            key
            value
          }
          sharing {
            public
            accounts
          }
          cluster {
            id
            snapshots(first: 2) {
              nodes {
                id
              }
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        startCursor
        endCursor
      }
      sources {
        status
        error {
          code
        }
        source {
          id
        }
      }
      isComplete
    }
  }
`;

const clusters = ['sales', 'stock', 'gone'];

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const filters = fc.record({
  services: optional(fc.subarray([...serviceNames], { minLength: 1 })),
  accounts: optional(fc.subarray(ids, { minLength: 1 })),
  types: optional(fc.subarray(['MANUAL', 'AUTOMATED', 'SHARED'], { minLength: 1 })),
  clusterIdentifiers: optional(fc.subarray(clusters, { minLength: 1 })),
  tags: optional(fc.constant([{ key: 'team' }])),
  orphaned: optional(fc.boolean()),
  exposure: optional(fc.constant('PRIVATE')),
});

/** The responses that a request used, from AWS or from the cache. */
const responses = ({ extensions: { aws } }: Answer) => aws.calls + aws.cached + aws.coalesced;

it('return the same from the cache as from AWS, page by page', { timeout: 120_000 }, async () => {
  const pages = async (filter: object, first: number, after?: string): Promise<void> => {
    const variables = { filter, first, after };
    const fromAws = await gateway.query(list, variables, { 'cache-control': 'no-cache' });
    const fromCache = await gateway.query(list, variables);
    const again = await gateway.query(list, variables);
    expect({ data: fromCache.data, errors: fromCache.errors }).toEqual({ data: fromAws.data, errors: fromAws.errors });
    expect(again.data).toEqual(fromAws.data);
    // AWS reports a cluster that does not exist as an error, which is not cached.
    expect(fromCache.extensions.aws.calls).toBeLessThanOrEqual(fromAws.extensions.aws.calls);
    // AWS is asked for the snapshots of the clusters together, and the cache for those of each.
    expect(responses(fromCache)).toBeLessThanOrEqual(responses(fromAws) + clusters.length);
    expect(again.extensions.aws.calls).toBeLessThanOrEqual(fromCache.extensions.aws.calls);
    const { pageInfo } = fromAws.data.snapshots;
    if (pageInfo.hasNextPage) await pages(filter, first, pageInfo.endCursor);
  };
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 7, max: 100 }), (filter, first) => pages(filter, first)),
    { numRuns: 12, endOnFailure: true },
  );
});

it('have the same records, tags and clusters as lookups of the same records', async () => {
  const variables = { first: 100, filter: { clusterIdentifiers: ['sales', 'stock'] } };
  await gateway.query(list, variables);
  const { data, extensions } = await gateway.query(list, variables);
  expect(extensions.aws.calls).toBe(0);
  const nodes = data.snapshots.edges.map(({ node: { id, tags } }: any) => ({ id, tags }));
  const lookups = /* GraphQL */ `
    query ($ids: [ID!]!) {
      nodes(ids: $ids) {
        id
        ... on Snapshot {
          tags {
            key
            value
          }
        }
      }
    }
  `;
  const all = await gateway.query(lookups, { ids: nodes.map(({ id }: any) => id) });
  expect(all.data.nodes).toEqual(nodes);
  const alone = await gateway.query(lookups, { ids: [nodes[0].id] });
  expect(alone.data.nodes).toEqual([nodes[0]]);
  expect((await gateway.query(lookups, { ids: [nodes[0].id] })).extensions.aws.calls).toBe(0);
});
