import {
  commitMutation,
  type ConcreteRequest,
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getSingularSelector,
  type GraphQLTaggedNode,
  type ReaderFragment,
  requestSubscription,
} from 'relay-runtime';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRelay, removeSnapshot } from './generated/snapgate/relay.ts';
import clusterQuery from './generated/relay/fleetClusterQuery.graphql.ts';
import createMutation from './generated/relay/fleetCreateMutation.graphql.ts';
import deleteMutation from './generated/relay/fleetDeleteMutation.graphql.ts';
import deleteSeveralMutation from './generated/relay/fleetDeleteSeveralMutation.graphql.ts';
import historyPageQuery from './generated/relay/fleetHistoryPageQuery.graphql.ts';
import lastQuery from './generated/relay/fleetLastQuery.graphql.ts';
import listPageQuery from './generated/relay/fleetListPageQuery.graphql.ts';
import listQuery from './generated/relay/fleetListQuery.graphql.ts';
import progressSubscription from './generated/relay/fleetProgressSubscription.graphql.ts';
import recoveryPageQuery from './generated/relay/fleetRecoveryPageQuery.graphql.ts';
import recoveryQuery from './generated/relay/fleetRecoveryQuery.graphql.ts';
import sizeQuery from './generated/relay/fleetSizeQuery.graphql.ts';
import refetchQuery from './generated/relay/fleetSnapshotRefetchQuery.graphql.ts';
import historyFragment from './generated/relay/fleet_history.graphql.ts';
import listFragment from './generated/relay/fleet_list.graphql.ts';
import recoveryFragment from './generated/relay/fleet_recovery.graphql.ts';
import snapshotFragment from './generated/relay/fleet_snapshot.graphql.ts';
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

let relay: Environment;

beforeAll(() => control('reset', 'POST'));
beforeEach(() => {
  relay = createRelay(gateway);
});
afterEach(() => control('faults', 'DELETE'));

const ask = (query: ConcreteRequest, variables: object): Promise<any> =>
  fetchQuery(relay, query as GraphQLTaggedNode, variables as never, {
    networkCacheConfig: { force: true },
  }).toPromise();

/** Returns what the store has for an operation, without a request. */
const cached = (query: ConcreteRequest, variables: object): any =>
  relay.lookup(createOperationDescriptor(query, variables as never).fragment).data;

/** Reads a fragment as a component does that was given a reference to it. */
const read = (fragment: ReaderFragment, reference: unknown): any =>
  relay.lookup(getSingularSelector(fragment, reference) as never).data;

const listOf = (variables: object, query = listQuery) => read(listFragment, cached(query, variables)).snapshots;
const recordsOf = () => relay.getStore().getSource().toJSON() as Record<string, Record<string, unknown>>;
const idsOf = (snapshots: any) => snapshots.edges.map(({ node }: any) => node.id);

const change = (mutation: ConcreteRequest, variables: object, updater?: (store: any) => void): Promise<any> =>
  new Promise((resolve, reject) => {
    commitMutation(relay, {
      mutation: mutation as GraphQLTaggedNode,
      variables: variables as never,
      updater,
      onCompleted: (data: unknown, errors: unknown) => (errors ? reject(errors) : resolve(data)),
      onError: reject,
    } as never);
  });

/** Reads a list to its end, page by page, and returns it with the number of pages. */
async function readAll({ first, ...variables }: any, onPage?: (page: number) => Promise<void>) {
  await ask(listQuery, { first, ...variables });
  let pages = 1;
  let list = listOf({ first, ...variables });
  for (; list.pageInfo.hasNextPage; pages += 1) {
    await onPage?.(pages);
    await ask(listPageQuery, { first, after: list.pageInfo.endCursor, ...variables });
    list = listOf({ first, ...variables });
  }
  return { pages, list };
}

describe('a list in Relay', () => {
  it('grows by pages, and reports on all of them', async () => {
    const { pages, list } = await readAll({ first: 7, filter: manual });
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(idsOf(list)).toEqual(await everyId(manual));
    expect(list.isComplete).toBe(true);
    expect(list.sources.map(({ status }: any) => status)).toEqual(Array(6).fill('COMPLETE'));
  });

  it('shows on every page that a source of the first page was denied', async () => {
    relay = createRelay(fresh);
    await deny(firstAccount);
    const { pages, list } = await readAll({ first: 5, filter: manual }, () => control('faults', 'DELETE'));
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(list.isComplete).toBe(false);
    expectDenied(list.sources, firstAccount);
    const failed = failedReports<any>(list.sources).map(({ source }) => source.account);
    expect(failed).toEqual([firstAccount, firstAccount]);
    // Read again from its first page, nothing of the earlier reports is left.
    await ask(listQuery, { first: 5, filter: manual });
    const again = listOf({ first: 5, filter: manual });
    expect([again.isComplete, again.edges.length]).toEqual([true, 5]);
    expect(again.sources.filter(({ error }: any) => error)).toEqual([]);
  });

  it('ignores a page that does not continue it', async () => {
    relay = createRelay(fresh);
    const variables = { first: 5, filter: manual };
    await ask(listQuery, variables);
    const { pageInfo } = listOf(variables);
    for (let page = 1; page < 3; page += 1) {
      await ask(listPageQuery, { ...variables, after: listOf(variables).pageInfo.endCursor });
    }
    const list = listOf(variables);
    expect(list.isComplete).toBe(true);
    await deny(firstAccount);
    await ask(listPageQuery, { ...variables, after: pageInfo.endCursor });
    expect(listOf(variables)).toEqual(list);
  });

  it('read from its end grows backwards', async () => {
    const variables = { filter: manual, orderBy: { field: 'CREATED_AT', direction: 'DESC' } };
    await ask(lastQuery, { last: 5, ...variables });
    const end = listOf({ last: 5, ...variables }, lastQuery);
    await ask(listPageQuery, { last: 5, before: end.pageInfo.startCursor, ...variables });
    const list = listOf({ last: 5, ...variables }, lastQuery);
    expect(list.edges).toHaveLength(10);
    expect(idsOf(list).slice(5)).toEqual(idsOf(end));
    expect(list.isComplete).toBe(true);
  });

  it('does not mix with lists of other filters, orders and clusters', async () => {
    const filters = [
      { ...manual, services: ['REDSHIFT'] },
      { ...manual, services: ['DOCUMENTDB'] },
    ];
    for (const filter of filters) await readAll({ first: 5, filter });
    for (const filter of filters) expect(idsOf(listOf({ first: 5, filter }))).toEqual(await everyId(filter));
    const orderBy = { field: 'IDENTIFIER', direction: 'ASC' };
    expect(listOf({ first: 5, filter: filters[0], orderBy })).toBeUndefined();
  });

  it('of a cluster grows by pages, too', async () => {
    await ask(clusterQuery, { arn: salesWarehouse });
    const history = () => {
      const { cluster } = cached(clusterQuery, { arn: salesWarehouse });
      return { id: cluster.id, ...read(historyFragment, cluster).snapshots };
    };
    for (let page = 1; page < 3; page += 1) {
      await ask(historyPageQuery, { id: history().id, first: 4, after: history().pageInfo.endCursor });
    }
    expect(new Set(idsOf(history())).size).toBe(12);
    expect(history().isComplete).toBe(true);
  });

  it('can have records without an id', async () => {
    await ask(recoveryQuery, {});
    const report = () => read(recoveryFragment, cached(recoveryQuery, {})).recoveryReport;
    for (let page = 1; page < 3; page += 1) {
      await ask(recoveryPageQuery, { first: 2, after: report().pageInfo.endCursor });
    }
    const clusters = report().edges.map(({ node }: any) => node.cluster.id);
    expect([clusters.length, new Set(clusters).size]).toEqual([6, 6]);
  });
});

describe('the store of Relay', () => {
  it('has one record of a snapshot, wherever it was read', async () => {
    const { cluster } = await ask(clusterQuery, { arn: salesWarehouse });
    const { id } = cluster.latestSnapshot;
    const { identifier } = read(snapshotFragment, cluster.latestSnapshot);
    await ask(listQuery, { first: 5, filter: { identifiers: [identifier], regions: ['us-east-1'] } });
    await ask(refetchQuery, { id });
    const records = Object.values(recordsOf()).filter((record) => record['id'] === id);
    expect(records).toEqual([expect.objectContaining({ __id: id, __typename: 'RedshiftSnapshot', identifier })]);
    expect(read(snapshotFragment, cached(refetchQuery, { id }).node)).toMatchObject({ id, identifier });
  });

  it('resolves interfaces, and fragments on both services', async () => {
    await ask(listQuery, { first: 100, filter: manual });
    const nodes = listOf({ first: 100, filter: manual }).edges.map(({ node }: any) => read(snapshotFragment, node));
    for (const node of nodes) {
      const own = node.__typename === 'RedshiftSnapshot' ? 'nodeType' : 'engine';
      expect(node).toMatchObject({ identifier: expect.any(String), [own]: expect.any(String) });
    }
    expect(new Set(nodes.map((node: any) => node.__typename)).size).toBe(2);
  });

  it('keeps value types within their snapshot, and merges their fields', async () => {
    const variables = { first: 20, filter: { services: ['REDSHIFT'] } };
    await ask(listQuery, variables);
    const shown = () => listOf(variables).edges.map(({ node }: any) => read(snapshotFragment, node));
    const before = shown();
    await ask(sizeQuery, { id: before[0].id });
    expect(cached(sizeQuery, { id: before[0].id }).node.size.incrementalMegabytes).toBeGreaterThan(0);
    expect(shown()).toEqual(before);
  });
});

describe('a change in Relay', () => {
  it('creates a snapshot, which appears, is followed to its end, and disappears when it is deleted', async () => {
    const identifier = newName();
    const variables = { first: 5, filter: { identifiers: [identifier], regions: ['us-east-1'] } };
    await ask(listQuery, variables);
    expect(listOf(variables).edges).toEqual([]);
    const connections = [listOf(variables).__id];
    const input = { clusterId: salesWarehouse, identifier };
    await change(createMutation, { input: { ...input, dryRun: true }, connections });
    expect(listOf(variables).edges).toEqual([]);
    const { createSnapshot } = await change(createMutation, { input, connections });
    const { id } = createSnapshot.snapshot;
    expect(idsOf(listOf(variables))).toEqual([id]);
    const shown = () => read(snapshotFragment, listOf(variables).edges[0].node);
    expect(shown()).toMatchObject({ id, identifier, status: 'CREATING', __typename: 'RedshiftSnapshot' });

    const statuses: string[] = [];
    await new Promise<void>((resolve, reject) => {
      requestSubscription(relay, {
        subscription: progressSubscription as GraphQLTaggedNode,
        variables: { id },
        onNext: (data: any) => {
          statuses.push(data.snapshotProgress.status);
          if (statuses.length === 1) control('clock', 'POST', { advanceSeconds: 86_400 }).catch(reject);
        },
        onError: reject,
        onCompleted: resolve,
      });
    });
    expect([statuses[0], statuses.at(-1)]).toEqual(['CREATING', 'AVAILABLE']);
    // The events of the subscription have updated the record that the list shows.
    expect(shown().status).toBe('AVAILABLE');

    const remove = (dryRun: boolean) =>
      change(deleteMutation, { input: { snapshotId: id, dryRun } }, (store) => removeSnapshot(store, connections));
    expect((await remove(true)).deleteSnapshot.snapshot.status).toBe('AVAILABLE');
    expect(idsOf(listOf(variables))).toEqual([id]);
    expect((await remove(false)).deleteSnapshot.snapshot).toEqual({ id, status: 'DELETED' });
    expect(listOf(variables).edges).toEqual([]);
  });

  it('returns expected errors as typed data', async () => {
    const input = { clusterId: salesWarehouse, identifier: 'no spaces allowed' };
    const { createSnapshot } = await change(createMutation, { input, connections: [] });
    expect(createSnapshot).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      field: ['input', 'identifier'],
    });
    expect(failureOf(createSnapshot)).toMatch(/^input\.identifier: .*no spaces allowed/);
  });

  it('of several snapshots keeps each result apart from its snapshot', async () => {
    const [id] = await everyId({ types: ['AUTOMATED'], clusterIdentifiers: ['sales-warehouse'] });
    await ask(refetchQuery, { id });
    const before = recordsOf()[id!];
    const { deleteSnapshots } = await change(deleteSeveralMutation, { input: { snapshotIds: [id] } });
    expect(deleteSnapshots.results).toMatchObject([{ __typename: 'ItemResult', id, error: { code: 'INVALID_STATE' } }]);
    expect(recordsOf()[id!]).toEqual(before);
  });
});
