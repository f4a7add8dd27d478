import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { clusterId, makeCluster, makeSnapshot, snapshotArn, snapshotId } from '../../support/worlds.ts';

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

it('does not look up each missing id after a list that was read to the end', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
  const clusterOf = (name: string) => ({ cluster: /[02468]$/.test(name) ? 'orders' : 'sales' });
  await gateway.load({ snapshots: names.map((name) => makeSnapshot('REDSHIFT', name, clusterOf(name))) });
  await gateway.calls();
  const ids = [...names, 'gone', 'gone-too', 'left'].map((name) => snapshotId('REDSHIFT', name, clusterOf(name)));
  const { data, errors } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([...ids.slice(0, 12).map((id) => ({ id })), null, null, null]);
  expect(await gateway.calls()).toHaveLength(1);
});

describe.each([true, false])('an Amazon Redshift that converts names to lowercase: %s', (fold) => {
  const list = `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { nodes { identifier } } }`;
  const load = (...names: string[]) =>
    gateway.load({
      assumptions: { redshiftFoldsIdentifiers: fold },
      clusters: [makeCluster('REDSHIFT')],
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', name)),
    });

  it('finds a name with capitals as given or in lowercase, with any number of names', async () => {
    await load('by-hand', 'other');
    const more = Array.from({ length: 8 }, (_, index) => `Nowhere-${index}`);
    for (const identifiers of [['By-Hand'], ['BY-HAND', 'Other'], ['BY-HAND', 'Other', ...more]]) {
      const { data, errors } = await gateway.query(list, { filter: { services: ['REDSHIFT'], identifiers } });
      expect(errors).toBeUndefined();
      const expected = identifiers.length === 1 ? ['by-hand'] : ['by-hand', 'other'];
      expect(data.snapshots.nodes.map(({ identifier }: { identifier: string }) => identifier).toSorted()).toEqual(
        expected,
      );
    }
  });

  it('rejects a name that is taken in another case', async () => {
    await load('by-hand');
    const { data } = await gateway.query(
      `mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { __typename } }`,
      { input: { clusterId: clusterId('REDSHIFT'), identifier: 'By-Hand', dryRun: true } },
    );
    expect(data.createSnapshot).toEqual({ __typename: 'AlreadyExistsError' });
  });

  it('finds ids and ARNs in any case', async () => {
    await load('by-hand');
    const arn = snapshotArn('REDSHIFT', 'By-Hand', { cluster: 'SALES' });
    const { data } = await gateway.query(
      'query ($arn: String!, $id: ID!) { snapshot(arn: $arn) { identifier } node(id: $id) { id } }',
      { arn, id: snapshotId('REDSHIFT', 'BY-HAND') },
    );
    expect(data).toEqual({ snapshot: { identifier: 'by-hand' }, node: { id: snapshotId('REDSHIFT', 'by-hand') } });
  });
});

it('does not find a snapshot by an ARN with another cluster', async () => {
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales-final')] });
  const arn = snapshotArn('REDSHIFT', 'sales-final', { cluster: 'another' });
  const answer = await gateway.query('query ($arn: String!) { snapshot(arn: $arn) { arn } }', { arn });
  expect(answer).toMatchObject({ data: { snapshot: null } });
  expect(answer.errors).toBeUndefined();
});
