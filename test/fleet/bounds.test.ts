import { afterAll, beforeAll, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots } from '../support/worlds.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: [{ id: account, regions: ['us-east-1'], services: ['REDSHIFT'] }],
    maximumPages: 2,
  });
});
afterAll(() => gateway.close());

const list = /* GraphQL */ `
  query ($after: String, $search: String) {
    snapshots(first: 5, after: $after, filter: { search: $search }) {
      sources {
        status
        awsCalls
        error {
          code
          message
        }
      }
      isComplete
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        identifier
      }
    }
  }
`;

it('a search that finds nothing in the pages it may read says so, and goes on from there', async () => {
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 250) });
  const stopped = await gateway.query(list, { search: '0000' });
  const [newest] = stopped.data.snapshots.sources;
  const order = stopped.data.snapshots.nodes.length;
  const rest = await gateway.query(list, { search: '0000', after: stopped.data.snapshots.pageInfo.endCursor });
  expect(stopped.data.snapshots).toMatchObject({ isComplete: false, pageInfo: { hasNextPage: true } });
  expect(newest).toEqual({
    status: 'PARTIAL',
    awsCalls: 2,
    error: {
      code: 'QUOTA_EXCEEDED',
      message: 'Stopped after 2 AWS pages without filling this page. Continue with endCursor, or narrow the filter.',
    },
  });
  expect(rest.data.snapshots).toMatchObject({ isComplete: true, pageInfo: { hasNextPage: false } });
  expect(order + rest.data.snapshots.nodes.length).toBe(1);
});

it('a page that ends with its source looks ahead only when asked whether more follows', async () => {
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 20) });
  await gateway.calls();
  await gateway.query(`{ snapshots(first: 20) { nodes { id } } }`);
  expect(await gateway.calls()).toHaveLength(1);
});

it('what is read ahead keeps to the bound on pages too', async () => {
  const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'];
  const many = await startGateway({ accounts: [{ id: account, regions, services: ['REDSHIFT'] }], maximumPages: 3 });
  try {
    const filter = { identifiers: ['a', 'b', 'c', 'd', 'e'] };
    const ask = `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { isComplete nodes { id } } }`;
    expect((await many.query(ask, { filter })).data.snapshots).toEqual({ isComplete: false, nodes: [] });
    // Three pages, and one more for each source after the first.
    expect(await many.calls()).toHaveLength(6);
    // More names are looked for in the lists of their sources.
    filter.identifiers.push('f');
    expect((await many.query(ask, { filter })).data.snapshots).toEqual({ isComplete: true, nodes: [] });
    expect(await many.calls()).toHaveLength(4);
  } finally {
    await many.close();
  }
});
