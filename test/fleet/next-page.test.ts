import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import type { SnapshotParts } from '../support/services.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { at, makeCluster, makeSnapshot, makeSnapshots } from '../support/worlds.ts';

const stranger = '555566667777';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.calls());
afterAll(() => gateway.close());

const docdb = (name: string, parts: SnapshotParts = {}) => makeSnapshot('DOCUMENTDB', name, parts);

/** Returns the identifiers of the first page, `hasNextPage`, and the number of AWS calls. */
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

describe('hasNextPage is false', () => {
  it('if AWS lists the account’s own public snapshots after those of other accounts', async () => {
    const shares = ['all'];
    await gateway.load({
      snapshots: [docdb('theirs', { account: stranger, shares }), docdb('zz-mine', { shares })],
    });
    expect(await firstPage(1, { types: ['PUBLIC'] })).toEqual({ names: ['theirs'], hasNextPage: false, calls: 1 });
  });

  it('if AWS cannot list only the requested types', async () => {
    await gateway.load({ snapshots: [docdb('by-hand'), docdb('rds:daily', { type: 'automated' })] });
    expect(await firstPage(1, { types: ['MANUAL', 'UNKNOWN'] })).toEqual({
      names: ['by-hand'],
      hasNextPage: false,
      calls: 1,
    });
  });

  it('if only snapshots of other engines follow, and AWS does not exclude them', async () => {
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

describe('a shared snapshot that Amazon Redshift lists without being requested', () => {
  it.each([
    { types: undefined, arns: ['mine'] },
    { types: ['MANUAL', 'SHARED'], ownerAccounts: [account, stranger], arns: ['mine', 'theirs'] },
  ])('is listed at most once, and only if the filter includes it: $types', async ({ arns, ...filter }) => {
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

describe('conditions that are tested with AWS calls', () => {
  it.each([1, 100])('are tested with one list of the clusters while no record matches: %i', async (first) => {
    const names = Array.from({ length: 80 }, (_, index) => `c${index}`);
    await gateway.load({
      clusters: names.map((name) => makeCluster('DOCUMENTDB', name)),
      snapshots: names.map((name) => docdb(`of-${name}`, { cluster: name })),
    });
    expect(await firstPage(first, { orphaned: true })).toEqual({ names: [], hasNextPage: false, calls: 2 });
  });

  it('are tested only for as many records as the page needs while some match', async () => {
    await gateway.load({
      assumptions: { rdsAnswersTagList: false },
      snapshots: Array.from({ length: 60 }, (_, index) =>
        docdb(`s-${String(index).padStart(2, '0')}`, {
          createdAt: at(index),
          tags: index % 2 === 0 ? { team: 'bi' } : {},
        }),
      ),
    });
    const { names, calls } = await firstPage(8, { untagged: false });
    expect(names).toHaveLength(8);
    // 1 list, 15 records for the 8 matches of the page, and 8 records to determine hasNextPage.
    expect(calls).toBe(1 + 15 + 8);
  });

  it('do not read the snapshots of each cluster separately', async () => {
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
    // The list of clusters, the snapshots of the first cluster, and the snapshots of all clusters.
    expect(answer.extensions.aws.calls).toBe(3);
  });
});

describe('hasNextPage', () => {
  useStallFreeClock();

  const [near, far] = ['ap-south-1', 'eu-west-1'];
  let fleet: Gateway;
  beforeAll(async () => {
    fleet = await startGateway({
      accounts: [{ id: account, regions: [near, far], services: ['DOCUMENTDB'] }],
      aws: { timeouts: { requestSeconds: 2, callSeconds: 1 } },
    });
    const cluster = 'orders';
    await fleet.load({
      clusters: [makeCluster('DOCUMENTDB', cluster, { region: near })],
      snapshots: [near, far].flatMap((region) => makeSnapshots('DOCUMENTDB', 3, { cluster, region })),
    });
  });
  afterAll(() => fleet.close());

  it('is determined concurrently with the records, which a source that hangs does not delay', async () => {
    await fleet.disturb({ kind: 'hang', action: 'DescribeDBClusterSnapshots', region: far });
    const { data, errors } = await fleet.query(`{
      snapshots(first: 3) {
        nodes { tags { key } cluster { identifier } }
        pageInfo { hasNextPage }
        sources { source { region } status }
      }
    }`);
    expect(errors).toBeUndefined();
    const node = { tags: [], cluster: { identifier: 'orders' } };
    expect(data.snapshots).toEqual({
      nodes: [node, node, node],
      pageInfo: { hasNextPage: true },
      sources: [
        { source: { region: near }, status: 'COMPLETE' },
        { source: { region: far }, status: 'TIMED_OUT' },
      ],
    });
  });

  it.each([
    [
      'in a fragment',
      '{ snapshots(first: 3) { ...Page } } fragment Page on SnapshotConnection { pageInfo { hasNextPage } }',
    ],
    ['with an alias', '{ snapshots(first: 3) { pageInfo { more: hasNextPage } } }'],
    [
      'with @include(if: true)',
      'query ($b: Boolean = true) { snapshots(first: 3) { pageInfo { hasNextPage @include(if: $b) } } }',
    ],
    ['with @skip(if: false)', '{ snapshots(first: 3) { ... @skip(if: false) { pageInfo { hasNextPage } } } }'],
  ])('is included in the reports on the sources if it is selected %s', async (_name, document) => {
    await fleet.disturb({ kind: 'error', code: 'AccessDenied', status: 403, region: far });
    const { data } = await fleet.query(
      document.replace('{ snapshots(first: 3) {', '{ snapshots(first: 3) { isComplete'),
    );
    expect(data.snapshots.isComplete).toBe(false);
  });

  it.each([
    ['not selected', '{ snapshots(first: 3) { isComplete pageInfo { endCursor } } }'],
    ['skipped', '{ snapshots(first: 3) { isComplete pageInfo { endCursor hasNextPage @skip(if: true) } } }'],
    ['selected on another list', '{ snapshots(first: 3) { isComplete } other: clusters { pageInfo { hasNextPage } } }'],
  ])('makes no AWS call if it is %s', async (_name, document) => {
    await fleet.disturb({
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      region: far,
      action: 'DescribeDBClusterSnapshots',
    });
    const { data } = await fleet.query(document);
    expect(data.snapshots.isComplete).toBe(true);
  });

  it('is an error of that field alone if the condition of @skip is null', async () => {
    await fleet.disturb();
    const document = 'query ($b: Boolean = false) { snapshots(first: 3) { pageInfo { hasNextPage @skip(if: $b) } } }';
    const { errors } = await fleet.query(document, { b: null });
    expect(errors?.map(({ path }) => path)).toEqual([['snapshots', 'pageInfo']]);
  });
});
