import { describe, expect, it } from 'vitest';
import { account, region, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { at, makeCluster, makeSnapshot } from '../support/worlds.ts';

/** The clusters of a source, and the snapshots of each of them. */
interface World {
  readonly clusters: number;
  readonly each: number;
}

const pages = (records: number) => Math.max(1, Math.ceil(records / 100));

/** The queries, and the number of AWS calls that no gateway can do without, with an empty cache. */
const shapes: Record<string, { query: string; least: (world: World, service: ServiceName) => number }> = {
  'totalCount next to nodes': {
    query: '{ snapshots(first: 5) { totalCount { value } nodes { id } } }',
    least: ({ clusters, each }) => pages(clusters * each),
  },
  'totalCount alone': {
    query: '{ snapshots { totalCount { value } } }',
    least: ({ clusters, each }) => pages(clusters * each),
  },
  'totalCount of clusters next to nodes': {
    query: '{ clusters(first: 5) { totalCount { value } nodes { id } } }',
    least: ({ clusters }) => pages(clusters),
  },
  'totalCount next to nodes with a tag': {
    query:
      '{ snapshots(first: 5, filter: { tags: [{ key: "team", values: ["a"] }] }) { totalCount { value } nodes { id tags { key } } } }',
    // Only Amazon Redshift selects by tags.
    least: ({ clusters, each }, service) => pages(service === 'REDSHIFT' ? (clusters * each) / 2 : clusters * each),
  },
  'snapshots of clusters': {
    query: '{ clusters(first: 20) { nodes { id snapshots(first: 5) { nodes { id } pageInfo { hasNextPage } } } } }',
    least: ({ clusters, each }, service) => {
      const shown = Math.min(clusters, 20);
      // Only Amazon DocumentDB lists the snapshots of some clusters.
      return 1 + Math.min(shown, pages(each * (service === 'REDSHIFT' ? clusters : shown)));
    },
  },
  'orphaned with cluster': {
    query: '{ snapshots(first: 100, filter: { orphaned: true }) { nodes { id cluster { id } } } }',
    least: ({ clusters, each }) => pages(clusters * each) + pages(clusters),
  },
  'not orphaned, in an order, with cluster': {
    query:
      '{ snapshots(first: 5, filter: { orphaned: false }, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id cluster { id } } } }',
    least: ({ clusters, each }) => pages(clusters * each) + pages(clusters),
  },
  'clusters of snapshots': {
    query: '{ snapshots(first: 100) { nodes { id cluster { id } } } }',
    least: ({ clusters, each }, service) => {
      const asked = Math.min(clusters, Math.ceil(100 / each));
      return 1 + (service === 'REDSHIFT' ? Math.min(asked, pages(clusters)) : 1);
    },
  },
};

const worlds: readonly World[] = [
  { clusters: 1, each: 3 },
  { clusters: 3, each: 1 },
  { clusters: 3, each: 50 },
  { clusters: 120, each: 3 },
];

const name = (prefix: string, index: number) => `${prefix}${String(index).padStart(4, '0')}`;

function startWith(service: ServiceName, { clusters, each }: World) {
  const createdAt = at(0);
  return startGateway({
    accounts: [{ id: account, regions: [region], services: [service] }],
    aws: { cache: { ageSeconds: 300 } },
    world: {
      clusters: Array.from({ length: clusters }, (_, index) => makeCluster(service, name('c', index), { createdAt })),
      snapshots: Array.from({ length: clusters * each }, (_, index) =>
        makeSnapshot(service, name('s', index), {
          cluster: name('c', Math.floor(index / each)),
          clusterCreatedAt: createdAt,
          createdAt: at(10 + index),
          tags: { team: index % 2 === 0 ? 'a' : 'b' },
        }),
      ),
    },
  });
}

describe.each(serviceNames)('%s', (service) => {
  describe.each(worlds)('$clusters clusters with $each snapshots', (world) => {
    it.each(Object.entries(shapes))('%s', async (_name, { query, least }) => {
      const gateway = await startWith(service, world);
      try {
        const { data, errors, extensions } = await gateway.query(query);
        expect(errors).toBeUndefined();
        expect(data).toBeTruthy();
        expect(extensions.aws.calls).toBe(least(world, service));
        expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
      } finally {
        await gateway.close();
      }
    });

    it('nodes of five', async () => {
      const gateway = await startWith(service, world);
      try {
        const { data } = await gateway.query('{ snapshots(first: 100) { nodes { id } } }');
        const ids = (data.snapshots.nodes as { id: string }[]).map(({ id }) => id);
        const fresh = { 'cache-control': 'no-cache' };
        const asked = Array.from({ length: 5 }, (_, index) => ids[Math.floor((index * ids.length) / 5)]);
        const { extensions } = await gateway.query(
          'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
          { ids: asked },
          fresh,
        );
        expect(extensions.aws.calls).toBe(1);
      } finally {
        await gateway.close();
      }
    });
  });
});

describe.each(serviceNames)('the snapshots of several clusters of %s', (service) => {
  it.each([3, 600])('continue in the list of their cluster, with %i snapshots of others', async (others) => {
    const counts = { few: 5, none: 0, many: 130, other: others };
    const gateway = await startGateway({
      accounts: [{ id: account, regions: [region], services: [service] }],
      world: {
        clusters: Object.keys(counts).map((cluster) => makeCluster(service, cluster, { createdAt: at(0) })),
        snapshots: Object.entries(counts).flatMap(([cluster, count]) =>
          Array.from({ length: count }, (_, index) =>
            makeSnapshot(service, name(`${cluster}-`, index), {
              cluster,
              clusterCreatedAt: at(0),
              createdAt: at(10 + index),
            }),
          ),
        ),
      },
    });
    try {
      const page = 'nodes { identifier } pageInfo { hasNextPage endCursor }';
      const { data } = await gateway.query(`{ clusters { nodes { id identifier snapshots(first: 4) { ${page} } } } }`);
      const next = `query ($id: ID!, $after: String) {
        node(id: $id) { ... on Cluster { snapshots(first: 45, after: $after) { ${page} } } }
      }`;
      const follow = async (id: string, shown: any): Promise<string[]> => {
        const names = shown.nodes.map((node: { identifier: string }) => node.identifier);
        if (!shown.pageInfo.hasNextPage) return names;
        const answer = await gateway.query(next, { id, after: shown.pageInfo.endCursor });
        expect(answer.errors).toBeUndefined();
        return [...names, ...(await follow(id, answer.data.node.snapshots))];
      };
      for (const { id, identifier, snapshots } of data.clusters.nodes) {
        const length = counts[identifier as keyof typeof counts];
        const all = Array.from({ length }, (_, index) => name(`${identifier}-`, index));
        expect((await follow(id, snapshots)).toSorted()).toEqual(all);
      }
    } finally {
      await gateway.close();
    }
  });
});
