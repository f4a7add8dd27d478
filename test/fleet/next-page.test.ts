import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import type { SnapshotParts } from '../support/services.ts';
import { at, makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const stranger = '555566667777';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const docdb = (name: string, parts: SnapshotParts = {}) => makeSnapshot('DOCUMENTDB', name, parts);

/** The first page, whether another is said to follow, and the AWS calls that this cost. */
async function firstPage(first: number, filter: object = {}) {
  const answer = await gateway.query(
    `query ($first: Int, $filter: SnapshotFilter) { snapshots(first: $first, filter: $filter) {
      isComplete pageInfo { hasNextPage } nodes { identifier }
    } }`,
    { first, filter: { services: ['DOCUMENTDB'], ...filter } },
  );
  expect(answer.errors).toBeUndefined();
  expect(answer.data.snapshots.isComplete).toBe(true);
  const { nodes, pageInfo } = answer.data.snapshots;
  return {
    names: nodes.map(({ identifier }: { identifier: string }) => identifier),
    hasNextPage: pageInfo.hasNextPage,
    calls: answer.extensions.aws.calls,
  };
}

describe('no page follows', () => {
  it('where AWS lists the account’s own public snapshots among those of others', async () => {
    const shares = ['all'];
    await gateway.load({
      snapshots: [docdb('theirs', { account: stranger, shares }), docdb('zz-mine', { shares })],
    });
    expect(await firstPage(1, { types: ['PUBLIC'] })).toEqual({ names: ['theirs'], hasNextPage: false, calls: 1 });
  });

  it('where AWS has no list of the types asked for alone', async () => {
    await gateway.load({ snapshots: [docdb('by-hand'), docdb('rds:daily', { type: 'automated' })] });
    expect(await firstPage(1, { types: ['MANUAL', 'UNKNOWN'] })).toEqual({
      names: ['by-hand'],
      hasNextPage: false,
      calls: 1,
    });
  });

  it('where only snapshots of other engines follow, and AWS does not leave them out', async () => {
    await gateway.load({
      assumptions: { rdsFiltersSnapshotsByEngine: false },
      snapshots: [
        ...makeSnapshots('DOCUMENTDB', 1, { cluster: 'docdb' }),
        ...makeSnapshots('DOCUMENTDB', 30, { isForeign: true }),
      ],
    });
    expect(await firstPage(1)).toEqual({ names: ['docdb-0000'], hasNextPage: false, calls: 2 });
  });
});

describe('what Amazon Redshift lists without being asked', () => {
  it.each([
    { types: undefined, arns: ['mine'] },
    { types: ['MANUAL', 'SHARED'], ownerAccounts: [account, stranger], arns: ['mine', 'theirs'] },
  ])('is in no list twice, and in none that is not of others: $types', async ({ arns, ...filter }) => {
    await gateway.load({
      assumptions: { redshiftListsSharedUnasked: true },
      snapshots: [
        makeSnapshot('REDSHIFT', 'mine'),
        makeSnapshot('REDSHIFT', 'theirs', { account: stranger, shares: [account] }),
      ],
    });
    const page = await firstPage(10, { services: ['REDSHIFT'], ...filter });
    expect(page).toMatchObject({ names: arns, hasNextPage: false });
  });
});

describe('conditions that are tested with calls', () => {
  it.each([
    { first: 1, calls: 1 + 7 },
    { first: 100, calls: 1 + 1 },
  ])('are tested for more and more records while none matches: $first', async ({ first, calls }) => {
    const names = Array.from({ length: 80 }, (_, index) => `c${index}`);
    await gateway.load({
      clusters: names.map((name) => makeCluster('DOCUMENTDB', name)),
      snapshots: names.map((name) => docdb(`of-${name}`, { cluster: name })),
    });
    expect(await firstPage(first, { orphaned: true })).toEqual({ names: [], hasNextPage: false, calls });
  });

  it('are tested for no more records than the page needs while some match', async () => {
    await gateway.load({
      snapshots: Array.from({ length: 60 }, (_, index) =>
        docdb(`s-${String(index).padStart(2, '0')}`, {
          createdAt: at(index),
          tags: index % 2 === 0 ? { team: 'bi' } : {},
        }),
      ),
    });
    const { names, calls } = await firstPage(8, { untagged: false });
    expect(names).toHaveLength(8);
    // One list, the fifteen records that hold eight matches, and a page of them to see whether another follows.
    expect(calls).toBe(1 + 15 + 8);
  });

  it('do not read the snapshots of one cluster after the other', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
    await gateway.load({
      clusters: names.map((name) => makeCluster('REDSHIFT', name)),
      snapshots: names.map((name) => makeSnapshot('REDSHIFT', `of-${name}`, { cluster: name, createdAt: at(60) })),
    });
    const answer = await gateway.query(
      `query ($filter: ClusterFilter) { clusters(first: 1, filter: $filter) { isComplete nodes { identifier } } }`,
      { filter: { services: ['REDSHIFT'], withoutSnapshotSince: at(30) } },
    );
    expect(answer.data.clusters).toEqual({ isComplete: true, nodes: [] });
    // The clusters, the snapshots of the first of them, and those of all.
    expect(answer.extensions.aws.calls).toBe(3);
  });
});
