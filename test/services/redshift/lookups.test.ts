import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { makeCluster, makeSnapshot, snapshotArn } from '../../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe('the clusters of a page of Amazon Redshift snapshots', () => {
  async function lookUps(first: number): Promise<number> {
    await gateway.calls();
    const answer = await gateway.query(
      `query ($filter: SnapshotFilter, $first: Int) { snapshots(first: $first, filter: $filter) { nodes { clusterIdentifier cluster { identifier } } } }`,
      { filter: { services: ['REDSHIFT'] }, first },
    );
    for (const { clusterIdentifier, cluster } of answer.data.snapshots.nodes) {
      expect(cluster.identifier).toBe(clusterIdentifier);
    }
    return (await gateway.calls()).filter(({ action }) => action === 'DescribeClusters').length;
  }

  it('are read in as few calls as possible once the length of the list is known', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `c${String(index).padStart(4, '0')}`);
    await gateway.load({
      clusters: names.map((name) => makeCluster('REDSHIFT', name)),
      snapshots: names.slice(-90).map((name) => makeSnapshot('REDSHIFT', `s-${name}`, { cluster: name })),
    });
    await lookUps(100);
    expect(await lookUps(2)).toBe(2);
    expect(await lookUps(1)).toBe(1);
  });
});

it('does not find a snapshot by an ARN with another cluster', async () => {
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales-final')] });
  const arn = snapshotArn('REDSHIFT', 'sales-final', { cluster: 'another' });
  const answer = await gateway.query('query ($arn: String!) { snapshot(arn: $arn) { arn } }', { arn });
  expect(answer).toMatchObject({ data: { snapshot: null } });
  expect(answer.errors).toBeUndefined();
});
