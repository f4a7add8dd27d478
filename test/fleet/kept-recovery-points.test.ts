import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { at, makeCluster, makeSnapshot, snapshotArn, snapshotId } from '../support/worlds.ts';

const clusters = ['alpha', 'beta', 'gamma', 'reborn'];
const rebornAt = 500;

/** More snapshots of each cluster than a computation handles in one step. */
const world = serviceNames.flatMap((service) =>
  Array.from({ length: 1400 }, (_, index) => {
    const mixed = (index * 7919) % 1409;
    const cluster = clusters[index % clusters.length] ?? '';
    const status = mixed % 5 === 0 ? 'creating' : 'available';
    return { service, cluster, name: `${cluster}-${index}`, minute: mixed, status };
  }),
);
type Made = (typeof world)[number];

const arnOf = ({ service, name, cluster }: Made) => snapshotArn(service, name, { cluster });

/** The time of a cluster in minutes, before that of every snapshot, except for the cluster that was recreated. */
const createdAtOf = (cluster: string) => at(cluster === 'reborn' ? rebornAt : -1);

function newestOf(all: readonly Made[], service: string, cluster: string): string | null {
  const [newest] = all
    .filter((each) => each.service === service && each.cluster === cluster && each.status === 'available')
    .filter(({ minute }) => cluster !== 'reborn' || minute >= rebornAt)
    .toSorted((one, other) => other.minute - one.minute);
  return newest ? arnOf(newest) : null;
}

const expected = (all: readonly Made[]) =>
  serviceNames.flatMap((service) =>
    clusters.map((cluster) => ({ identifier: cluster, arn: newestOf(all, service, cluster) })),
  );

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ fullReads: { ageSeconds: 3600 } });
});
beforeEach(async () => {
  await gateway.load({
    clusters: serviceNames.flatMap((service) =>
      clusters.map((name) => makeCluster(service, name, { createdAt: createdAtOf(name) })),
    ),
    snapshots: world.map(({ service, name, minute, ...parts }) =>
      makeSnapshot(service, name, { ...parts, createdAt: at(minute), clusterCreatedAt: at(-1) }),
    ),
  });
  await gateway.query('{ snapshotSummary { isComplete } }', {}, { 'cache-control': 'no-cache' });
  await gateway.calls();
});
afterAll(() => gateway.close());

async function latest() {
  const { data, errors } = await gateway.query(
    '{ clusters(first: 20) { nodes { source { service } identifier latestSnapshot { arn } } } }',
  );
  expect(errors).toBeUndefined();
  const nodes: { source: { service: string }; identifier: string; latestSnapshot: { arn: string } | null }[] =
    data.clusters.nodes;
  return serviceNames.flatMap((service) =>
    nodes
      .filter(({ source }) => source.service === service)
      .map(({ identifier, latestSnapshot }) => ({ identifier, arn: latestSnapshot?.arn ?? null }))
      .toSorted((one, other) => clusters.indexOf(one.identifier) - clusters.indexOf(other.identifier)),
  );
}

async function remove({ service, name, cluster }: Made) {
  const { data } = await gateway.query(
    'mutation ($id: ID!) { deleteSnapshot(input: { snapshotId: $id }) { __typename } }',
    { id: snapshotId(service, name, { cluster }) },
  );
  return data.deleteSnapshot.__typename;
}

const newestMade = (all: readonly Made[], cluster: string) =>
  all.find((each) => arnOf(each) === newestOf(all, 'REDSHIFT', cluster))!;

describe('the recovery points in full reads that are reused', () => {
  it('are those of a naive search, also again and after a deletion', async () => {
    expect(await latest()).toEqual(expected(world));
    expect(await latest()).toEqual(expected(world));
    const gone = newestMade(world, 'beta');
    expect(await remove(gone)).toBe('DeleteSnapshotPayload');
    const rest = world.filter((each) => each !== gone);
    expect(await latest()).toEqual(expected(rest));
  });

  it('are never older than a deletion that has ended, while other questions are answered', async () => {
    let rest: readonly Made[] = world;
    for (const cluster of ['alpha', 'beta', 'gamma']) {
      const gone = newestMade(rest, cluster);
      const before = expected(rest);
      rest = rest.filter((each) => each !== gone);
      const after = expected(rest);
      // oxlint-disable-next-line no-await-in-loop -- each deletion follows the one before
      const [during, deleted] = await Promise.all([Promise.all([latest(), latest()]), remove(gone)]);
      expect(deleted).toBe('DeleteSnapshotPayload');
      for (const each of during.flat()) expect([...before, ...after]).toContainEqual(each);
      // oxlint-disable-next-line no-await-in-loop -- see above
      expect(await latest()).toEqual(after);
    }
  });
});
