import { describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
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

/** Worlds with several pages of snapshots, for what is read before the length of the list is known, and after it. */
const longWorlds: readonly World[] = [
  { clusters: 3, each: 50 },
  { clusters: 3, each: 150 },
  { clusters: 9, each: 50 },
  { clusters: 120, each: 4 },
  { clusters: 450, each: 1 },
  { clusters: 1000, each: 1 },
];

const fresh = { 'cache-control': 'no-cache' };

const name = (prefix: string, index: number) => `${prefix}${String(index).padStart(4, '0')}`;

function startWith(service: ServiceName, { clusters, each }: World, ageSeconds = 300) {
  const createdAt = at(0);
  return startGateway({
    accounts: [{ id: account, regions: [region], services: [service] }],
    aws: { cache: { ageSeconds } },
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

/** Returns the ids of all snapshots of a source, in the order of AWS. */
async function idsOf(gateway: Gateway, after?: string): Promise<string[]> {
  const { data } = await gateway.query(
    'query ($after: String) { snapshots(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
    { after },
  );
  const { nodes, pageInfo } = data.snapshots;
  const ids = nodes.map(({ id }: { id: string }) => id);
  return pageInfo.hasNextPage ? [...ids, ...(await idsOf(gateway, pageInfo.endCursor))] : ids;
}

describe.each(serviceNames)('%s', (service) => {
  describe.each(worlds)('$clusters clusters with $each snapshots', (world) => {
    it.each(Object.entries(shapes))('%s', async (_name, { query, least }) => {
      const gateway = await startWith(service, world);
      try {
        // A query that bypasses the cache makes no more calls, because it reuses its own responses.
        for (const headers of [{}, fresh]) {
          const { data, errors, extensions } = await gateway.query(query, {}, headers);
          expect(errors).toBeUndefined();
          expect(data).toBeTruthy();
          expect(extensions.aws.calls).toBe(least(world, service));
          expect(extensions.cost?.announced).toBeGreaterThanOrEqual(extensions.aws.calls);
        }
      } finally {
        await gateway.close();
      }
    });

    it.each(Object.entries(shapes))('%s, without a cache', async (_name, { query, least }) => {
      const gateway = await startWith(service, world, 0);
      try {
        const { extensions } = await gateway.query(query);
        expect(extensions.aws.calls).toBe(least(world, service));
      } finally {
        await gateway.close();
      }
    });
  });

  describe.each(longWorlds)('$clusters clusters with $each snapshots, before and after the list was read', (world) => {
    const { clusters, each } = world;
    const all = pages(clusters * each);

    it.each([
      [
        'spread over the list',
        (ids: string[]) => [0, 1, 2, 3, 4].map((part) => ids[Math.floor((part * ids.length) / 5)]),
      ],
      ['at its start', (ids: string[]) => ids.slice(0, 5)],
      ['at its end', (ids: string[]) => ids.slice(-5)],
      ['three at its end', (ids: string[]) => ids.slice(-3)],
      ['one at each end', (ids: string[]) => [ids[0], ids.at(-1)]],
    ])('nodes %s', async (_where, choose) => {
      const gateway = await startWith(service, world);
      try {
        const reader = await startWith(service, world);
        const ids = choose(await idsOf(reader)) as string[];
        await reader.close();
        const calls = async () => {
          const { data, extensions } = await gateway.query(
            'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
            { ids },
            fresh,
          );
          expect(data.nodes).toEqual(ids.map((id) => ({ id })));
          return extensions.aws.calls;
        };
        const least = service === 'REDSHIFT' ? Math.min(ids.length, all) : 1;
        // The length of a list that was not read is unknown, so a page of it can be read in vain.
        expect(await calls()).toBeLessThanOrEqual(least === 1 ? 1 : least + 1);
        await gateway.query('{ snapshots { totalCount { value } } }');
        expect(await calls()).toBeLessThanOrEqual(least);
      } finally {
        await gateway.close();
      }
    });

    it.each([
      ['the latest snapshots', '{ clusters(first: 3) { nodes { latestSnapshot { id } } } }'],
      ['the snapshots', '{ clusters(first: 3) { nodes { snapshots(first: 5) { nodes { id } } } } }'],
    ])('%s of three clusters', async (what, query) => {
      const gateway = await startWith(service, world);
      try {
        const calls = async () => {
          const { errors, extensions } = await gateway.query(query, {}, fresh);
          expect(errors).toBeUndefined();
          return extensions.aws.calls;
        };
        // Amazon DocumentDB lists the snapshots of some clusters, and cannot return the latest of them.
        const listed = pages(service === 'REDSHIFT' ? clusters * each : 3 * each);
        const isListed = service === 'DOCUMENTDB' && what === 'the latest snapshots';
        const least = 1 + (isListed ? listed : Math.min(3, listed));
        expect(await calls()).toBeLessThanOrEqual(listed > 2 && !isListed ? least + 1 : least);
        await gateway.query('{ snapshots { totalCount { value } } }', {}, fresh);
        expect(await calls()).toBe(least);
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
