import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../../support/gateway.ts';
import { at, makeCluster, makeSnapshot, snapshotArn } from '../../support/worlds.ts';

const other = '012345678901';

const list = `query ($filter: SnapshotFilter) { snapshots(filter: $filter, first: 100) { nodes { arn } } }`;
const everything = `query ($filter: SnapshotFilter) {
  snapshots(filter: $filter, first: 100, orderBy: { field: IDENTIFIER, direction: ASC }) { nodes { arn } }
}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
});
afterAll(() => gateway.close());

describe('the filters of Amazon Redshift', () => {
  const one = (filter: object) => ({ services: ['REDSHIFT'], accounts: [account], ...filter });

  it.each([
    [one({ types: ['MANUAL'] }), { MaxRecords: 100, SnapshotType: 'manual' }],
    [one({ orphaned: true }), { MaxRecords: 100 }],
    [one({ clusterIdentifiers: ['alpha', 'Alpha'] }), { MaxRecords: 100, ClusterIdentifier: 'alpha' }],
    [one({ identifiers: ['alpha-1'] }), { MaxRecords: 100, SnapshotIdentifier: 'alpha-1' }],
    [one({ createdAfter: at(1) }), { MaxRecords: 100, StartTime: at(1) }],
    [one({ tags: [{ key: 'team', values: ['a'] }] }), { MaxRecords: 100, TagKeys: ['team'], TagValues: ['a'] }],
    [one({ ownerAccounts: [other] }), { MaxRecords: 100, OwnerAccount: other }],
  ])('send %j to Amazon Redshift in one call', async (filter, parameters) => {
    await gateway.load({});
    await gateway.calls();
    await gateway.query(list, { filter });
    expect((await gateway.calls()).map((call) => call.parameters)).toEqual([parameters]);
  });

  it.each([true, false])(
    'match identifiers that differ only in case once, if Amazon Redshift converts them to lowercase: %s',
    async (fold) => {
      await gateway.load({
        assumptions: { redshiftFoldsIdentifiers: fold },
        snapshots: [makeSnapshot('REDSHIFT', 'by-hand', { cluster: 'alpha' })],
      });
      const arn = snapshotArn('REDSHIFT', 'by-hand', { cluster: 'alpha' });
      const filter = one({ identifiers: ['By-Hand', 'by-hand'] });
      expect((await gateway.query(list, { filter })).data.snapshots.nodes).toEqual([{ arn }]);
      expect((await gateway.query(everything, { filter })).data.snapshots.nodes).toEqual([{ arn }]);
    },
  );

  it('search several clusters in one list', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    await gateway.load({
      clusters: [...names, 'other'].map((name) => makeCluster('REDSHIFT', name)),
    });
    await gateway.calls();
    const answer = await gateway.query(
      `query ($filter: ClusterFilter) { clusters(first: 100, filter: $filter) { isComplete nodes { identifier } } }`,
      { filter: one({ identifiers: [...names, 'nowhere'] }) },
    );
    expect(answer.data.clusters.isComplete).toBe(true);
    expect(answer.data.clusters.nodes.map(({ identifier }: { identifier: string }) => identifier).sort()).toEqual(
      names.toSorted(),
    );
    expect((await gateway.calls()).map((call) => call.parameters)).toEqual([{ MaxRecords: 100 }]);
  });

  it('look up a cluster only once, in lowercase', async () => {
    await gateway.load({ clusters: [makeCluster('REDSHIFT', 'alpha')] });
    await gateway.calls();
    const filter = one({ identifiers: ['ALPHA', 'alpha'] });
    const { data } = await gateway.query(
      `query ($filter: ClusterFilter) { clusters(filter: $filter) { nodes { identifier } } }`,
      { filter },
    );
    expect(data.clusters.nodes).toEqual([{ identifier: 'alpha' }]);
    expect(await gateway.calls()).toHaveLength(1);
  });
});
