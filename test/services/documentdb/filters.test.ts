import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../../support/gateway.ts';

const list = `query ($filter: SnapshotFilter) { snapshots(filter: $filter, first: 100) { nodes { arn } } }`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe('the filters of Amazon DocumentDB', () => {
  it('are sent to AWS in lowercase', async () => {
    await gateway.load({});
    await gateway.calls();
    await gateway.query(list, {
      filter: { services: ['DOCUMENTDB'], accounts: [account], clusterIdentifiers: ['Alpha'], types: ['AUTOMATED'] },
    });
    expect((await gateway.calls()).map((call) => call.parameters)).toEqual([
      {
        MaxRecords: 100,
        SnapshotType: 'automated',
        Filters: [
          { Name: 'engine', Values: ['docdb'] },
          { Name: 'db-cluster-id', Values: ['alpha'] },
        ],
      },
    ]);
  });
});
