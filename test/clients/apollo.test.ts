import { type ApolloClient, gql, type ObservableQuery, type OperationVariables } from '@apollo/client';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApollo, forgetLists, removeSnapshot } from './generated/snapgate/apollo.ts';
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

const list = gql(listSnapshots);
let client: ApolloClient;

beforeAll(() => control('reset', 'POST'));
beforeEach(() => {
  client = createApollo(gateway);
});
afterEach(async () => {
  client.stop();
  await control('faults', 'DELETE');
});

async function ask(text: string, variables: OperationVariables): Promise<any> {
  const { data } = await client.query<any>({ query: gql(text), variables, fetchPolicy: 'network-only' });
  return data;
}

async function change(text: string, input: object): Promise<any> {
  const { data } = await client.mutate<any>({ mutation: gql(text), variables: { input } });
  return data;
}

/** Returns what the cache has for an operation, without a request. */
const cached = (text: string, variables: OperationVariables): any => client.readQuery({ query: gql(text), variables });

/** Reads a list to its end, page by page, and returns it with the number of pages. */
async function readAll(variables: OperationVariables, onPage?: (page: number) => Promise<void>) {
  const query = client.watchQuery<any>({ query: list, variables });
  const subscription = query.subscribe(() => {});
  await expect.poll(() => query.getCurrentResult().dataState).toBe('complete');
  let pages = 1;
  for (; current(query).pageInfo.hasNextPage; pages += 1) {
    await onPage?.(pages);
    const after = current(query).pageInfo.endCursor;
    await query.fetchMore({ variables: { after } });
    await expect.poll(() => current(query).pageInfo.endCursor).not.toBe(after);
  }
  subscription.unsubscribe();
  return { pages, list: current(query) };
}

const current = (query: ObservableQuery<any>) => query.getCurrentResult().data.snapshots;

const idsOf = (snapshots: { nodes: { id: string }[] }) => snapshots.nodes.map(({ id }) => id);

describe('a list in Apollo Client', () => {
  it('grows by pages, and reports on all of them', async () => {
    const { pages, list } = await readAll({ first: 7, filter: manual });
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(idsOf(list)).toEqual(await everyId(manual));
    expect(list.edges.map(({ node }: any) => node.id)).toEqual(idsOf(list));
    expect(list.isComplete).toBe(true);
    expect(list.sources.map(({ status }: any) => status)).toEqual(Array(6).fill('COMPLETE'));
    expect(list.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  it('shows on every page that a source of the first page was denied', async () => {
    client = createApollo(fresh);
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
    const query = client.watchQuery<any>({ query: list, variables });
    const subscription = query.subscribe(() => {});
    await query.fetchMore({ variables: { before: end.snapshots.pageInfo.startCursor } });
    await expect.poll(() => current(query).nodes.length).toBe(10);
    const snapshots = current(query);
    subscription.unsubscribe();
    const ids = idsOf(snapshots);
    expect(ids.slice(5)).toEqual(idsOf(end.snapshots));
    expect(snapshots.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(idsOf(cached(listSnapshots, { first: 5, filter: manual, orderBy }).snapshots)).toEqual(
      idsOf(start.snapshots),
    );
  });

  it('does not mix with lists of other filters, orders and clusters', async () => {
    const filters = [
      { ...manual, services: ['REDSHIFT'] },
      { ...manual, services: ['DOCUMENTDB'] },
    ];
    const read = [];
    for (const filter of filters) read.push((await readAll({ first: 5, filter })).list);
    for (const [index, filter] of filters.entries()) {
      expect(idsOf(cached(listSnapshots, { first: 5, filter }).snapshots)).toEqual(await everyId(filter));
      expect(idsOf(read[index])).toEqual(await everyId(filter));
    }
    const orderBy = { field: 'IDENTIFIER', direction: 'ASC' };
    expect(cached(listSnapshots, { first: 5, filter: filters[0], orderBy })).toBeNull();
  });

  it('begins again when its first page is read again', async () => {
    const filter = manual;
    await readAll({ first: 7, filter });
    const { snapshots } = await ask(listSnapshots, { first: 7, filter });
    expect(idsOf(snapshots)).toEqual((await everyId(filter)).slice(0, 7));
    expect(snapshots.pageInfo.hasNextPage).toBe(true);
  });

  it('is complete again when the page that met a failure is read again', async () => {
    client = createApollo(fresh);
    const variables = { first: 5, filter: manual };
    const { endCursor: after } = (await ask(listSnapshots, variables)).snapshots.pageInfo;
    await deny(firstAccount);
    await ask(listSnapshots, { ...variables, after });
    expect(cached(listSnapshots, variables).snapshots.isComplete).toBe(false);
    await control('faults', 'DELETE');
    await ask(listSnapshots, { ...variables, after });
    const { snapshots } = cached(listSnapshots, variables);
    expect([snapshots.isComplete, failedReports(snapshots.sources)]).toEqual([true, []]);
    expect(idsOf(snapshots)).toEqual((await everyId(manual)).slice(0, 10));
  });

  it('of a cluster grows by pages, too', async () => {
    const variables = { arn: salesWarehouse, first: 4 };
    await ask(clusterHistory, variables);
    for (let page = 1; page < 3; page += 1) {
      const after = cached(clusterHistory, variables).cluster.snapshots.pageInfo.endCursor;
      await ask(clusterHistory, { ...variables, after });
    }
    const { cluster } = cached(clusterHistory, variables);
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

describe('the cache of Apollo Client', () => {
  it('has one record of a snapshot, wherever it was read', async () => {
    const { cluster } = await ask(clusterHistory, { arn: salesWarehouse, first: 1 });
    const { id } = cluster.latestSnapshot;
    await ask(listSnapshots, { first: 20, filter: { clusterIdentifiers: ['sales-warehouse'] } });
    await ask(oneSnapshot, { id });
    const key = client.cache.identify({ __typename: 'RedshiftSnapshot', id });
    const { [key!]: record, ...others } = client.cache.extract() as Record<string, any>;
    expect(record).toMatchObject({ id, __typename: 'RedshiftSnapshot', nodeType: expect.any(String) });
    expect(Object.values(others).filter((other) => other.id === id)).toEqual([]);
    expect(others.ROOT_QUERY[`node({"id":"${id}"})`]).toEqual({ __ref: key });
    client.cache.modify({ id: key!, fields: { status: () => 'DELETING' } });
    expect(cached(clusterHistory, { arn: salesWarehouse, first: 1 }).cluster.latestSnapshot.status).toBe('DELETING');
    expect(cached(oneSnapshot, { id }).node.status).toBe('DELETING');
  });

  it('resolves interfaces, and fragments on both services', async () => {
    await ask(listSnapshots, { first: 100, filter: manual });
    const { nodes } = cached(listSnapshots, { first: 100, filter: manual }).snapshots;
    for (const node of nodes) {
      const own = node.__typename === 'RedshiftSnapshot' ? 'nodeType' : 'engine';
      expect(node).toMatchObject({ identifier: expect.any(String), [own]: expect.any(String) });
    }
    expect(new Set(nodes.map((node: any) => node.__typename)).size).toBe(2);
    expect(
      client.cache.readFragment({ fragment: gql('fragment F on Snapshot { identifier }'), from: nodes[0] }),
    ).toEqual(expect.objectContaining({ identifier: nodes[0].identifier }));
  });

  it('keeps value types within their snapshot, and merges their fields', async () => {
    const { snapshots } = await ask(listSnapshots, { first: 20, filter: { services: ['REDSHIFT'] } });
    const [one, other] = snapshots.nodes;
    await ask(snapshotSize, { id: one.id });
    expect(cached(snapshotSize, { id: one.id }).node.size.incrementalMegabytes).toBeGreaterThan(0);
    const after = cached(listSnapshots, { first: 20, filter: { services: ['REDSHIFT'] } }).snapshots.nodes;
    expect(after[0]).toEqual(one);
    expect(after[1]).toEqual(other);
    expect(
      Object.keys(client.cache.extract() as object).filter((key) => /^(SnapshotSize|Tag|SourceReport)/.test(key)),
    ).toEqual([]);
  });
});

describe('a change in Apollo Client', () => {
  it('creates a snapshot, which appears, is followed to its end, and disappears when it is deleted', async () => {
    const identifier = newName();
    const filter = { identifiers: [identifier], regions: ['us-east-1'] };
    const variables = { first: 5, filter };
    expect((await ask(listSnapshots, variables)).snapshots.nodes).toEqual([]);
    const query = client.watchQuery<any>({ query: list, variables });
    const subscription = query.subscribe(() => {});
    const created = await change(createSnapshot, { clusterId: salesWarehouse, identifier });
    const { snapshot } = created.createSnapshot;
    expect(snapshot).toMatchObject({ identifier, status: 'CREATING', __typename: 'RedshiftSnapshot' });
    forgetLists(client.cache, snapshot.cluster);
    await expect.poll(() => idsOf(query.getCurrentResult().data?.snapshots ?? { nodes: [] })).toEqual([snapshot.id]);

    const statuses: string[] = [];
    const progress = client.subscribe<any>({ query: gql(snapshotProgress), variables: { id: snapshot.id } });
    await new Promise<void>((resolve, reject) => {
      progress.subscribe({
        next: ({ data, error }) => {
          if (error) return reject(error);
          statuses.push(data.snapshotProgress.status);
          if (statuses.length === 1) control('clock', 'POST', { advanceSeconds: 86_400 }).catch(reject);
        },
        error: reject,
        complete: resolve,
      });
    });
    expect([statuses[0], statuses.at(-1)]).toEqual(['CREATING', 'AVAILABLE']);
    // The events of the subscription have updated the record that the list shows.
    await expect.poll(() => current(query).nodes[0].status).toBe('AVAILABLE');

    const planned = await change(deleteSnapshot, { snapshotId: snapshot.id, dryRun: true });
    expect(planned.deleteSnapshot.snapshot.status).toBe('AVAILABLE');
    const deleted = await change(deleteSnapshot, { snapshotId: snapshot.id });
    expect(deleted.deleteSnapshot.snapshot).toMatchObject({ id: snapshot.id, status: 'DELETED' });
    removeSnapshot(client.cache, deleted.deleteSnapshot.snapshot);
    await expect.poll(() => idsOf(current(query))).toEqual([]);
    subscription.unsubscribe();
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
    await ask(oneSnapshot, { id });
    const before = cached(oneSnapshot, { id });
    const { deleteSnapshots: payload } = await change(deleteSnapshots, { snapshotIds: [id] });
    expect(payload.results).toMatchObject([{ __typename: 'ItemResult', id, error: { code: 'INVALID_STATE' } }]);
    expect(Object.keys(client.cache.extract() as object).filter((key) => key.startsWith('ItemResult'))).toEqual([]);
    expect(cached(oneSnapshot, { id })).toEqual(before);
  });
});
