import { type Client, type OperationContext } from '@urql/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createUrql } from './generated/snapgate/urql.ts';
import {
  clusterHistory,
  createSnapshot,
  deleteSnapshot,
  deleteSnapshots,
  listSnapshots,
  oneSnapshot,
  snapshotProgress,
  snapshotSize,
} from './operations.ts';
import { failureOf } from './generated/snapgate/results.ts';
import { failedReports } from './generated/snapgate/reports.ts';
import {
  control,
  deny,
  everyId,
  expectDenied,
  firstAccount,
  fresh,
  gateway,
  manual,
  newName,
  salesWarehouse,
} from './world.ts';

let client: Client;

beforeAll(() => control('reset', 'POST'));
beforeEach(() => {
  client = createUrql(gateway);
});
afterEach(() => control('faults', 'DELETE'));

async function ask(text: string, variables: object, context?: Partial<OperationContext>): Promise<any> {
  const { data, error } = await client.query(text, variables, context);
  if (error) throw error;
  return data;
}

/** Returns what the cache has for an operation, without a request; null if something is missing. */
const cached = async (text: string, variables: object): Promise<any> =>
  (await client.query(text, variables, { requestPolicy: 'cache-only' })).data ?? null;

async function change(text: string, input: object): Promise<any> {
  const { data, error } = await client.mutation(text, { input });
  if (error) throw error;
  return data;
}

/** Reads a list to its end, page by page, and returns it with the number of pages. */
async function readAll(variables: object, onPage?: (page: number) => Promise<void>) {
  let { snapshots } = await ask(listSnapshots, variables);
  let pages = 1;
  for (; snapshots.pageInfo.hasNextPage; pages += 1) {
    await onPage?.(pages);
    ({ snapshots } = await ask(listSnapshots, { ...variables, after: snapshots.pageInfo.endCursor }));
  }
  return { pages, list: snapshots };
}

const idsOf = (snapshots: { nodes: { id: string }[] }) => snapshots.nodes.map(({ id }) => id);

describe('a list in urql', () => {
  it('grows by pages, and reports on all of them', async () => {
    const { pages, list } = await readAll({ first: 7, filter: manual });
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(idsOf(list)).toEqual(await everyId(manual));
    expect(list.edges.map(({ node }: any) => node.id)).toEqual(idsOf(list));
    expect(list.isComplete).toBe(true);
    expect(list.sources.map(({ status }: any) => status)).toEqual(Array(6).fill('COMPLETE'));
    expect(list.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    // Each page returns the list that it is a part of.
    expect((await cached(listSnapshots, { first: 7, filter: manual })).snapshots).toEqual(list);
  });

  it('shows on every page that a source of the first page was denied', async () => {
    client = createUrql(fresh);
    await deny(firstAccount);
    const { pages, list } = await readAll({ first: 5, filter: manual }, () => control('faults', 'DELETE'));
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(list.isComplete).toBe(false);
    expectDenied(list.sources, firstAccount);
    const failed = failedReports<any>(list.sources).map(({ source }) => source.account);
    expect(failed).toEqual([firstAccount, firstAccount]);
  });

  it('read from its end grows backwards, as a list of its own', async () => {
    const orderBy = { field: 'CREATED_AT', direction: 'DESC' };
    const start = await ask(listSnapshots, { first: 5, filter: manual, orderBy });
    const variables = { last: 5, filter: manual, orderBy };
    const end = await ask(listSnapshots, variables);
    const { snapshots } = await ask(listSnapshots, { ...variables, before: end.snapshots.pageInfo.startCursor });
    const ids = idsOf(snapshots);
    expect(ids).toHaveLength(10);
    expect(ids.slice(5)).toEqual(idsOf(end.snapshots));
    expect(snapshots.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const again = await cached(listSnapshots, { first: 5, filter: manual, orderBy });
    expect(idsOf(again.snapshots)).toEqual(idsOf(start.snapshots));
  });

  it('does not mix with lists of other filters, orders and clusters', async () => {
    const filters = [
      { ...manual, services: ['REDSHIFT'] },
      { ...manual, services: ['DOCUMENTDB'] },
    ];
    for (const filter of filters) await readAll({ first: 5, filter });
    for (const filter of filters) {
      expect(idsOf((await cached(listSnapshots, { first: 5, filter })).snapshots)).toEqual(await everyId(filter));
    }
    const orderBy = { field: 'IDENTIFIER', direction: 'ASC' };
    expect(await cached(listSnapshots, { first: 5, filter: filters[0], orderBy })).toBeNull();
  });

  it('is complete again when the page that met a failure is read again', async () => {
    client = createUrql(fresh);
    const variables = { first: 5, filter: manual };
    const { endCursor: after } = (await ask(listSnapshots, variables)).snapshots.pageInfo;
    await deny(firstAccount);
    expect((await ask(listSnapshots, { ...variables, after })).snapshots.isComplete).toBe(false);
    await control('faults', 'DELETE');
    await ask(listSnapshots, { ...variables, after }, { requestPolicy: 'network-only' });
    const { snapshots } = await cached(listSnapshots, variables);
    expect([snapshots.isComplete, failedReports(snapshots.sources)]).toEqual([true, []]);
    expect(idsOf(snapshots)).toEqual((await everyId(manual)).slice(0, 10));
  });

  it('of a cluster grows by pages, too', async () => {
    const variables = { arn: salesWarehouse, first: 4 };
    let { cluster } = await ask(clusterHistory, variables);
    for (let page = 1; page < 3; page += 1) {
      const after = cluster.snapshots.pageInfo.endCursor;
      ({ cluster } = await ask(clusterHistory, { ...variables, after }));
    }
    expect(new Set(idsOf(cluster.snapshots)).size).toBe(12);
    expect(cluster.snapshots.isComplete).toBe(true);
  });

  it('has the reports of the page read last, if the query does not identify the sources', async () => {
    const text = `query ($after: String, $filter: SnapshotFilter) {
      snapshots(first: 5, after: $after, filter: $filter) {
        isComplete sources { status } pageInfo { endCursor }
      }
    }`;
    const { snapshots } = await ask(text, { filter: manual });
    expect(snapshots.sources.map(({ status }: any) => status)).toContain('NOT_REACHED');
    const next = await ask(text, { filter: manual, after: snapshots.pageInfo.endCursor });
    expect(next.snapshots.sources).toHaveLength(6);
    expect(next.snapshots.isComplete).toBe(true);
  });
});

describe('the cache of urql', () => {
  it('has one record of a snapshot, wherever it was read', async () => {
    const { cluster } = await ask(clusterHistory, { arn: salesWarehouse, first: 1 });
    const { id, identifier } = cluster.latestSnapshot;
    const variables = { first: 20, filter: { identifiers: [identifier], regions: ['us-east-1'] } };
    await ask(listSnapshots, variables);
    await ask(oneSnapshot, { id });
    await change(
      `mutation ($input: TagSnapshotInput!) {
        tagSnapshot(input: $input) { ... on TagSnapshotPayload { snapshot { id tags { key value } } } }
      }`,
      { snapshotId: id, tags: [{ key: 'reader', value: 'urql' }] },
    );
    const tag = { key: 'reader', value: 'urql' };
    const read = [
      (await cached(clusterHistory, { arn: salesWarehouse, first: 1 })).cluster.latestSnapshot,
      (await cached(listSnapshots, variables)).snapshots.nodes[0],
      (await cached(oneSnapshot, { id })).node,
    ];
    for (const snapshot of read) {
      expect(snapshot).toMatchObject({ id, __typename: 'RedshiftSnapshot', nodeType: expect.any(String) });
      expect(snapshot.tags).toContainEqual(expect.objectContaining(tag));
    }
  });

  it('resolves interfaces, and fragments on both services', async () => {
    await ask(listSnapshots, { first: 100, filter: manual });
    const { nodes } = (await cached(listSnapshots, { first: 100, filter: manual })).snapshots;
    for (const node of nodes) {
      const own = node.__typename === 'RedshiftSnapshot' ? 'nodeType' : 'engine';
      expect(node).toMatchObject({ identifier: expect.any(String), [own]: expect.any(String) });
    }
    expect(new Set(nodes.map((node: any) => node.__typename)).size).toBe(2);
  });

  it('keeps value types within their snapshot, and merges their fields', async () => {
    const variables = { first: 20, filter: { services: ['REDSHIFT'] } };
    const { snapshots } = await ask(listSnapshots, variables);
    const [one, other] = snapshots.nodes;
    await ask(snapshotSize, { id: one.id });
    expect((await cached(snapshotSize, { id: one.id })).node.size.incrementalMegabytes).toBeGreaterThan(0);
    const after = (await cached(listSnapshots, variables)).snapshots.nodes;
    expect(after[0]).toEqual(one);
    expect(after[1]).toEqual(other);
  });
});

describe('a change in urql', () => {
  it('creates a snapshot, which appears, is followed to its end, and disappears when it is deleted', async () => {
    const identifier = newName();
    const variables = { first: 5, filter: { identifiers: [identifier], regions: ['us-east-1'] } };
    let shown: any;
    const watch = client.query(listSnapshots, variables).subscribe(({ data }) => (shown = data?.snapshots));
    await expect.poll(() => shown?.nodes).toEqual([]);
    const created = await change(createSnapshot, { clusterId: salesWarehouse, identifier });
    const { snapshot } = created.createSnapshot;
    expect(snapshot).toMatchObject({ identifier, status: 'CREATING', __typename: 'RedshiftSnapshot' });
    // The update of the mutation makes the list be read again.
    await expect.poll(() => idsOf(shown)).toEqual([snapshot.id]);

    const statuses: string[] = [];
    await new Promise<void>((resolve, reject) => {
      client.subscription<any>(snapshotProgress, { id: snapshot.id }).subscribe(({ data, error, hasNext }) => {
        if (error) return reject(error);
        if (hasNext === false) return resolve();
        statuses.push(data.snapshotProgress.status);
        if (statuses.length === 1) control('clock', 'POST', { advanceSeconds: 86_400 }).catch(reject);
      });
    });
    expect([statuses[0], statuses.at(-1)]).toEqual(['CREATING', 'AVAILABLE']);
    // The events of the subscription have updated the record that the list shows.
    await expect.poll(() => shown.nodes[0].status).toBe('AVAILABLE');

    const planned = await change(deleteSnapshot, { snapshotId: snapshot.id, dryRun: true });
    expect(planned.deleteSnapshot.snapshot.status).toBe('AVAILABLE');
    expect(idsOf(shown)).toEqual([snapshot.id]);
    const deleted = await change(deleteSnapshot, { snapshotId: snapshot.id });
    expect(deleted.deleteSnapshot.snapshot).toMatchObject({ id: snapshot.id, status: 'DELETED' });
    await expect.poll(() => shown.nodes).toEqual([]);
    watch.unsubscribe();
  });

  it('returns expected errors as typed data', async () => {
    const { createSnapshot: result } = await change(createSnapshot, {
      clusterId: salesWarehouse,
      identifier: 'no spaces allowed',
    });
    expect(result).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      field: ['input', 'identifier'],
    });
    expect(failureOf(result)).toMatch(/^input\.identifier: .*no spaces allowed/);
  });

  it('of several snapshots keeps each result apart from its snapshot', async () => {
    const [id] = await everyId({ types: ['AUTOMATED'], clusterIdentifiers: ['sales-warehouse'] });
    const before = await ask(oneSnapshot, { id });
    const { deleteSnapshots: payload } = await change(deleteSnapshots, { snapshotIds: [id] });
    expect(payload.results).toMatchObject([{ __typename: 'ItemResult', id, error: { code: 'INVALID_STATE' } }]);
    expect(await cached(oneSnapshot, { id })).toEqual(before);
  });
});
