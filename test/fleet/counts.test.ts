import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
const atLeast = (value: number) => ({ value, precision: 'AT_LEAST' });

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ fullReads: { ageSeconds: 600 } });
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

async function ask(text: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await gateway.query(text, variables, { 'cache-control': 'no-cache' });
  expect(errors).toBeUndefined();
  return data;
}

describe.each([
  { service: 'REDSHIFT', action: 'DescribeClusterSnapshots' },
  { service: 'DOCUMENTDB', action: 'DescribeDBClusterSnapshots' },
] as const)('the count of the snapshots of $service', ({ service, action }) => {
  beforeEach(() => gateway.load({ snapshots: makeSnapshots(service, 250) }));
  const filter = `filter: { services: [${service}] }`;

  it('includes the pages that were read before a page failed', async () => {
    await gateway.disturb({ ...denied, action, nth: 2 });
    const { snapshots } = await ask(
      `{ snapshots(first: 100, ${filter}, orderBy: { field: IDENTIFIER, direction: ASC }) {
        isComplete totalCount { value precision } nodes { id } sources { status error { code } }
      } }`,
    );
    expect(snapshots.nodes).toHaveLength(100);
    expect(snapshots).toMatchObject({
      isComplete: false,
      totalCount: atLeast(100),
      sources: [{ status: 'PARTIAL', error: { code: 'FORBIDDEN' } }],
    });

    await gateway.disturb({ ...denied, action, nth: 3 });
    const { snapshotSummary } = await ask(
      `{ snapshotSummary(${filter}) { isComplete total { value precision } groups { count } } }`,
    );
    expect(snapshotSummary).toEqual({ isComplete: false, total: atLeast(200), groups: [{ count: 200 }] });

    await gateway.disturb({ ...denied, action, nth: 2 });
    const { sources } = await ask(`{ sources { service manualSnapshots { count { value precision } } } }`);
    expect(sources.find((source: any) => source.service === service).manualSnapshots).toEqual({ count: atLeast(100) });
  });

  it('is not kept for later requests if a page failed', async () => {
    const whole = `{ snapshotSummary(${filter}) { isComplete total { value precision } } }`;
    await gateway.disturb({ ...denied, action, nth: 2 });
    expect((await ask(whole)).snapshotSummary.total).toEqual(atLeast(100));
    await gateway.disturb();
    const { data } = await gateway.query(whole);
    expect(data.snapshotSummary).toEqual({ isComplete: true, total: { value: 250, precision: 'EXACT' } });
  });

  it('is never lower than the number of records on the page', async () => {
    // The page is read in the first call, which the count uses too, and the calls after it all fail.
    await gateway.disturb({ ...denied, action, nth: [2, 3, 4, 5] });
    const { snapshots } = await ask(
      `{ snapshots(first: 50, ${filter}) { totalCount { value precision } nodes { id } } }`,
    );
    expect(snapshots.nodes).toHaveLength(50);
    expect(snapshots.totalCount).toEqual(atLeast(100));
  });

  it('is not exact if the page is not complete', async () => {
    await gateway.disturb({ ...denied, action, nth: 1 });
    const { snapshots } = await ask(
      `{ snapshots(first: 50, ${filter}) { isComplete totalCount { value precision } } }`,
    );
    expect(snapshots).toEqual({ isComplete: false, totalCount: atLeast(250) });
  });
});

it('counts what the page shows if the list of a deleted cluster is gone before it is counted', async () => {
  await gateway.load({
    clusters: [makeCluster('REDSHIFT')],
    snapshots: makeSnapshots('REDSHIFT', 150),
  });
  const gone = { kind: 'error', code: 'ClusterNotFound', status: 404, action: 'DescribeClusterSnapshots' } as const;
  await gateway.disturb({ ...gone, nth: [2, 3] });
  const { snapshots } = await ask(
    `{ snapshots(first: 5, filter: { services: [REDSHIFT], clusterIdentifiers: ["sales"] }) {
      totalCount { value precision }
    } }`,
  );
  expect(snapshots).toEqual({ totalCount: atLeast(100) });
});

it('is a lower bound for clusters, too', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `c${index}`);
  await gateway.load({ clusters: names.map((name) => makeCluster('REDSHIFT', name)) });
  await gateway.disturb({ ...denied, action: 'DescribeClusters', nth: 2 });
  const { clusters } = await ask(
    `{ clusters(first: 5, filter: { services: [REDSHIFT] }) { isComplete nodes { id } totalCount { value precision } } }`,
  );
  expect(clusters.totalCount).toEqual(atLeast(100));
});
