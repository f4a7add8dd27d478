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

it('reports a list that reaches the maximum number of AWS pages, and continues from there', async () => {
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
      code: 'ALLOWANCE_EXCEEDED',
      message:
        'Stopped at the maximum number of AWS pages (2) without filling this page. Continue with endCursor, or narrow the filter.',
    },
  });
  expect(rest.data.snapshots).toMatchObject({ isComplete: true, pageInfo: { hasNextPage: false } });
  expect(order + rest.data.snapshots.nodes.length).toBe(1);
});

it('reads past the end of a source only if hasNextPage is selected', async () => {
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 20) });
  await gateway.calls();
  await gateway.query(`{ snapshots(first: 20) { nodes { id } } }`);
  expect(await gateway.calls()).toHaveLength(1);
});

it('applies the maximum number of AWS pages to pages read ahead', async () => {
  const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'];
  const many = await startGateway({ accounts: [{ id: account, regions, services: ['REDSHIFT'] }], maximumPages: 3 });
  try {
    const filter = { identifiers: ['a', 'b', 'c', 'd', 'e'] };
    const ask = `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { isComplete nodes { id } } }`;
    expect((await many.query(ask, { filter })).data.snapshots).toEqual({ isComplete: false, nodes: [] });
    // Three AWS pages, plus one for each source after the first.
    expect(await many.calls()).toHaveLength(6);
    // With more identifiers, the lists of the sources are read instead of one lookup per identifier.
    filter.identifiers.push('f');
    expect((await many.query(ask, { filter })).data.snapshots).toEqual({ isComplete: true, nodes: [] });
    expect(await many.calls()).toHaveLength(4);
  } finally {
    await many.close();
  }
});
