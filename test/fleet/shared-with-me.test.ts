import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';

const other = '012345678901';
const stranger = '555566667777';
const region = 'us-east-1';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
  const redshift = (owner: string, name: string, ...shared: string[]) => ({
    service: 'redshift' as const,
    account: owner,
    region,
    SnapshotIdentifier: name,
    ClusterIdentifier: 'sales',
    AccountsWithRestoreAccess: shared.map((AccountId) => ({ AccountId })),
  });
  const docdb = (owner: string, name: string, ...RestoreAccounts: string[]) => ({
    service: 'rds' as const,
    account: owner,
    region,
    Engine: 'docdb',
    DBClusterSnapshotIdentifier: name,
    DBClusterIdentifier: 'orders',
    RestoreAccounts,
  });
  await gateway.load({
    snapshots: [
      redshift(account, 'to-other', other),
      redshift(stranger, 'from-stranger', account),
      redshift(stranger, 'hidden'),
      docdb(account, 'to-other', other),
      docdb(stranger, 'from-stranger', account),
      docdb(stranger, 'for-all', 'all'),
      docdb(stranger, 'hidden'),
    ],
  });
});
beforeEach(() => gateway.calls());
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const redshiftArn = (owner: string, name: string) => `arn:aws:redshift:${region}:${owner}:snapshot:sales/${name}`;
const docdbArn = (owner: string, name: string) => `arn:aws:rds:${region}:${owner}:cluster-snapshot:${name}`;

async function list(filter: object): Promise<unknown[]> {
  const answer = await gateway.query(
    `query ($filter: SnapshotFilter) { snapshots(filter: $filter) { isComplete nodes { arn ownerAccountId type source { account } } } }`,
    { filter },
  );
  expect(answer.errors).toBeUndefined();
  expect(answer.data.snapshots.isComplete).toBe(true);
  return answer.data.snapshots.nodes;
}

describe('snapshots that others share', () => {
  it('are listed with their owners: for Amazon Redshift those of the configured accounts', async () => {
    const owned = { ownerAccountId: account, type: 'SHARED', source: { account: other } };
    expect(await list({ types: ['SHARED'], accounts: [other] })).toEqual([
      { ...owned, arn: redshiftArn(account, 'to-other') },
      { ...owned, arn: docdbArn(account, 'to-other') },
    ]);
  });

  it('and of any other account that is named', async () => {
    const owned = { ownerAccountId: stranger, type: 'SHARED', source: { account } };
    expect(await list({ types: ['SHARED'], accounts: [account], ownerAccounts: [stranger] })).toEqual([
      { ...owned, arn: redshiftArn(stranger, 'from-stranger') },
      { ...owned, arn: docdbArn(stranger, 'from-stranger') },
    ]);
    expect(await list({ types: ['PUBLIC'], accounts: [other] })).toEqual([
      { ...owned, type: 'PUBLIC', source: { account: other }, arn: docdbArn(stranger, 'for-all') },
    ]);
  });

  it('are found by their names, alone and beside the account’s own', async () => {
    const found = async (filter: object) =>
      (await list({ accounts: [other], identifiers: ['to-other'], ...filter })).map(
        (each) => (each as { arn: string }).arn,
      );
    const both = [redshiftArn(account, 'to-other'), docdbArn(account, 'to-other')];
    expect(await found({ types: ['SHARED'] })).toEqual(both);
    expect(await found({ ownerAccounts: [account, other] })).toEqual(both);
    expect(await found({})).toEqual([]);
  });

  it.each([redshiftArn(stranger, 'from-stranger'), docdbArn(stranger, 'from-stranger'), docdbArn(stranger, 'for-all')])(
    '%s is found by its ARN through an account that may see it, and again by its id',
    async (arn) => {
      const found = await gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { id arn source { account } } }`, {
        arn,
      });
      expect(found.data.snapshot).toMatchObject({ arn, source: { account: expect.any(String) } });
      const again = await gateway.query(`query ($id: ID!) { node(id: $id) { id ... on Snapshot { arn } } }`, {
        id: found.data.snapshot.id,
      });
      expect(again.data.node).toEqual({ id: found.data.snapshot.id, arn });
    },
  );

  it.each([redshiftArn(stranger, 'hidden'), docdbArn(stranger, 'hidden')])(
    '%s, which nobody may see, is null',
    async (arn) => {
      const answer = await gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { id } }`, { arn });
      expect(answer.errors).toBeUndefined();
      expect(answer.data).toEqual({ snapshot: null });
    },
  );

  it('are found through others while their owner does not answer, and are unknown when nobody does', async () => {
    const arn = redshiftArn(account, 'to-other');
    const ask = () => gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { source { account } } }`, { arn });
    const denied = { action: 'DescribeClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 } as const;
    await gateway.disturb({ ...denied, account });
    expect((await ask()).data.snapshot).toEqual({ source: { account: other } });
    await gateway.disturb(denied);
    expect((await ask()).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('have no retention that this account could tell', async () => {
    expect(await list({ types: ['SHARED'], accounts: [other], keptForever: true })).toEqual([]);
    expect(await gateway.calls()).toEqual([]);
  });

  it('cost their owner one look-up, and others nothing, where the owner answers', async () => {
    const arn = docdbArn(account, 'gone');
    const answer = await gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { id } }`, { arn });
    expect(answer.data).toEqual({ snapshot: null });
    expect((await gateway.calls()).every((call) => call.account === account)).toBe(true);
  });
});
