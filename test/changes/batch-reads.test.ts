import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { makeCluster, makeSnapshot, makeSnapshots, snapshotId } from '../support/worlds.ts';
import { actionsOf } from './support.ts';

const friend = '210987654321';

let gateway: Gateway;
afterEach(() => gateway.close());

async function start(counts: Partial<Record<ServiceName, number>>, options: GatewayOptions = {}, parts = {}) {
  gateway = await startGateway({ limits: { cost: 1e5 }, ...options });
  await gateway.load({
    clusters: serviceNames.map((service) => makeCluster(service)),
    snapshots: serviceNames.flatMap((service) => makeSnapshots(service, counts[service] ?? 0, parts)),
  });
  await gateway.calls();
}

const nameOf = (service: ServiceName, index: number) =>
  `${service === 'REDSHIFT' ? 'sales' : 'orders'}-${String(index).padStart(4, '0')}`;
const idsOf = (service: ServiceName, indexes: readonly number[]) =>
  indexes.map((index) => snapshotId(service, nameOf(service, index)));
const range = (count: number, start = 0) => Array.from({ length: count }, (_, index) => start + index);

/** Changes several snapshots, and returns how many calls of each AWS operation that took. */
async function callsOf(mutation: string, input: object): Promise<Record<string, number>> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) { ... on Error { message } ... on ${type}Payload { results { error { message } } } }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  expect(data[mutation].results.filter(({ error }: any) => error !== null)).toEqual([]);
  const actions = (await actionsOf(gateway)).map(String);
  return Object.fromEntries([...Map.groupBy(actions, String)].map(([action, all]) => [action, all.length]));
}

describe('10 snapshots of a source are read in one call', () => {
  beforeEach(() => start({ REDSHIFT: 90, DOCUMENTDB: 90 }, {}, { shares: [friend] }));

  it.each([
    ['REDSHIFT', 'deleteSnapshots', { revokeAccess: true }, { RevokeSnapshotAccess: 10, DeleteClusterSnapshot: 10 }],
    ['REDSHIFT', 'unshareSnapshots', { everyone: true }, { RevokeSnapshotAccess: 10 }],
    ['REDSHIFT', 'updateSnapshotRetention', { days: 3000 }, { BatchModifyClusterSnapshots: 1 }],
    [
      'DOCUMENTDB',
      'deleteSnapshots',
      { revokeAccess: true },
      { DescribeDBClusterSnapshotAttributes: 10, ModifyDBClusterSnapshotAttribute: 10, DeleteDBClusterSnapshot: 10 },
    ],
    [
      'DOCUMENTDB',
      'unshareSnapshots',
      { everyone: true },
      { DescribeDBClusterSnapshotAttributes: 10, ModifyDBClusterSnapshotAttribute: 10 },
    ],
  ] as const)('%s %s', async (service, mutation, input, others) => {
    const read = service === 'REDSHIFT' ? 'DescribeClusterSnapshots' : 'DescribeDBClusterSnapshots';
    const snapshotIds = idsOf(service, range(10, 40));
    expect(await callsOf(mutation, { snapshotIds, ...input })).toEqual({ [read]: 1, ...others });
  });
});

describe('10 private snapshots of a source', () => {
  it('are deleted with one read: REDSHIFT', async () => {
    await start({ REDSHIFT: 90 });
    expect(await callsOf('deleteSnapshots', { snapshotIds: idsOf('REDSHIFT', range(10)) })).toEqual({
      DescribeClusterSnapshots: 1,
      BatchDeleteClusterSnapshots: 1,
    });
  });

  it.each([true, false])(
    'are deleted without reading their tags, unless a hold tag is configured: %s',
    async (held) => {
      const deletion = deletionSettings.parse(held ? [{ holdTags: ['hold'] }] : []);
      await start({ DOCUMENTDB: 90 }, { policy: { deletion } });
      await gateway.load({
        assumptions: { rdsAnswersTagList: false },
        snapshots: makeSnapshots('DOCUMENTDB', 90),
      });
      expect(await callsOf('deleteSnapshots', { snapshotIds: idsOf('DOCUMENTDB', range(10)) })).toEqual({
        DescribeDBClusterSnapshots: 1,
        DescribeDBClusterSnapshotAttributes: 10,
        DeleteDBClusterSnapshot: 10,
        ...(held && { ListTagsForResource: 10 }),
      });
    },
  );

  it('of 3 clusters are deleted with one read of the clusters if keepLast is set', async () => {
    gateway = await startGateway({ policy: { deletion: deletionSettings.parse([{ keepLast: true }]) } });
    const clusters = ['a', 'b', 'c'];
    await gateway.load({
      clusters: clusters.map((name) => makeCluster('REDSHIFT', name)),
      snapshots: clusters.flatMap((cluster) =>
        range(5).map((index) => makeSnapshot('REDSHIFT', `${cluster}-${index}`, { cluster })),
      ),
    });
    await gateway.calls();
    const snapshotIds = range(9).map((index) =>
      snapshotId('REDSHIFT', `${clusters[index % 3]}-${index % 4}`, { cluster: clusters[index % 3]! }),
    );
    const calls = await callsOf('deleteSnapshots', { snapshotIds });
    expect(calls).toMatchObject({ DescribeClusters: 1, BatchDeleteClusterSnapshots: 1 });
  });
});

/** AWS lists the newest snapshots, which have the highest numbers, first. */
describe('a long list of Amazon Redshift snapshots', () => {
  const reads = async (indexes: readonly number[]) => {
    const snapshotIds = idsOf('REDSHIFT', indexes);
    const { DescribeClusterSnapshots } = await callsOf('updateSnapshotRetention', { snapshotIds, days: 3000 });
    return DescribeClusterSnapshots;
  };

  it('is read only as far as the snapshots of a batch are found', async () => {
    await start({ REDSHIFT: 1500 });
    expect(await reads(range(500, 1000))).toBe(5);
  });

  it('is read to its end for 500 snapshots that are distributed over it', async () => {
    await start({ REDSHIFT: 1500 });
    expect(await reads(range(500).map((index) => 3 * index))).toBe(15);
  });

  it('is not read for 10 snapshots once it is known to be longer than 10 pages', async () => {
    await start({ REDSHIFT: 2500 });
    expect(await reads(range(10))).toBeLessThan(20);
    expect(await reads(range(10))).toBe(10);
    expect(await reads(range(10, 2000))).toBe(10);
  });
});
