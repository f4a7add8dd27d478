import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeCluster, makeSnapshot } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: oneAccount });
});
afterAll(() => gateway.close());

/** A world of `total` clusters of each service; each of the first `used`, from the end, has one snapshot. */
async function load(total: number, used: number): Promise<void> {
  const names = Array.from({ length: total }, (_, index) => `c${String(index).padStart(4, '0')}`);
  await gateway.load({
    clusters: names.flatMap((name) => serviceNames.map((service) => makeCluster(service, name))),
    snapshots: names
      .slice(-used)
      .flatMap((name) => serviceNames.map((service) => makeSnapshot(service, `s-${name}`, { cluster: name }))),
  });
}

async function lookUps(service: 'REDSHIFT' | 'DOCUMENTDB', first = 100): Promise<number> {
  await gateway.calls();
  const answer = await gateway.query(
    `query ($filter: SnapshotFilter, $first: Int) { snapshots(first: $first, filter: $filter) { nodes { clusterIdentifier cluster { identifier } } } }`,
    { filter: { services: [service] }, first },
  );
  for (const { clusterIdentifier, cluster } of answer.data.snapshots.nodes) {
    expect(cluster.identifier).toBe(clusterIdentifier);
  }
  return (await gateway.calls()).filter(({ action }) => action?.endsWith('Clusters')).length;
}

describe('the clusters of a page of snapshots', () => {
  it.each([
    { service: 'REDSHIFT', total: 5, used: 1, calls: 1 },
    { service: 'REDSHIFT', total: 50, used: 40, calls: 1 },
    { service: 'REDSHIFT', total: 250, used: 90, calls: 3 },
    { service: 'DOCUMENTDB', total: 5, used: 1, calls: 1 },
    { service: 'DOCUMENTDB', total: 250, used: 100, calls: 1 },
  ] as const)('$used of $total of $service are read in $calls calls', async ({ service, total, used, calls }) => {
    await load(total, used);
    expect(await lookUps(service)).toBe(calls);
  });

  it('once the length of the list is known, Amazon Redshift is asked in the fewest calls', async () => {
    await load(250, 90);
    await lookUps('REDSHIFT');
    expect(await lookUps('REDSHIFT', 2)).toBe(2);
    expect(await lookUps('REDSHIFT', 1)).toBe(1);
  });

  it('is null where the cluster is gone', async () => {
    await gateway.load({
      snapshots: [
        makeSnapshot('REDSHIFT', 'left', { cluster: 'gone' }),
        makeSnapshot('REDSHIFT', 'also-left', { cluster: 'gone-too' }),
        makeSnapshot('DOCUMENTDB', 'left', { cluster: 'gone' }),
      ],
    });
    const answer = await gateway.query(`{ snapshots { nodes { cluster { id } } } }`);
    expect(answer.errors).toBeUndefined();
    expect(answer.data.snapshots.nodes).toEqual([{ cluster: null }, { cluster: null }, { cluster: null }]);
  });
});
