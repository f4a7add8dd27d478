import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { makeSnapshot, snapshotArn } from '../support/worlds.ts';

const other = '012345678901';
const stranger = '555566667777';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ accounts: accounts([account, other]) });
  await gateway.load({
    snapshots: [
      ...serviceNames.flatMap((service) => [
        makeSnapshot(service, 'to-other', { shares: [other] }),
        makeSnapshot(service, 'from-stranger', { account: stranger, shares: [account] }),
        makeSnapshot(service, 'hidden', { account: stranger }),
      ]),
      makeSnapshot('DOCUMENTDB', 'for-all', { account: stranger, shares: ['all'] }),
    ],
  });
});
beforeEach(() => gateway.calls());
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const redshiftArn = (owner: string, name: string) => snapshotArn('REDSHIFT', name, { account: owner });
const docdbArn = (owner: string, name: string) => snapshotArn('DOCUMENTDB', name, { account: owner });

/** Returns the snapshots that match, and checks the statuses of the sources of each service. */
async function list(filter: object, statuses: readonly string[] = ['COMPLETE']): Promise<unknown[]> {
  const answer = await gateway.query(
    `query ($filter: SnapshotFilter) { snapshots(filter: $filter) {
      isComplete sources { status source { service } } totalCount { precision }
      nodes { arn ownerAccountId type source { account } }
    } }`,
    { filter },
  );
  expect(answer.errors).toBeUndefined();
  const { isComplete, sources, totalCount, nodes } = answer.data.snapshots;
  const found: readonly string[] = sources.map(({ status }: { status: string }) => status);
  expect([...new Set(found)].sort()).toEqual([...statuses].sort());
  expect(isComplete).toBe(!statuses.includes('PARTIAL'));
  expect(totalCount.precision).toBe(isComplete ? 'EXACT' : 'AT_LEAST');
  return nodes;
}

describe('snapshots that other accounts share', () => {
  it('are listed with their owners; for Amazon Redshift, only those of configured accounts', async () => {
    const owned = { ownerAccountId: account, type: 'SHARED', source: { account: other } };
    expect(await list({ types: ['SHARED'], accounts: [other] }, ['PARTIAL', 'COMPLETE'])).toEqual([
      { ...owned, arn: redshiftArn(account, 'to-other') },
      { ...owned, arn: docdbArn(account, 'to-other') },
    ]);
  });

  it('are listed for any other account in ownerAccounts', async () => {
    const owned = { ownerAccountId: stranger, type: 'SHARED', source: { account } };
    expect(await list({ types: ['SHARED'], accounts: [account], ownerAccounts: [stranger] })).toEqual([
      { ...owned, arn: redshiftArn(stranger, 'from-stranger') },
      { ...owned, arn: docdbArn(stranger, 'from-stranger') },
    ]);
    expect(await list({ types: ['PUBLIC'], accounts: [other] }, ['PARTIAL', 'COMPLETE'])).toEqual([
      { ...owned, type: 'PUBLIC', source: { account: other }, arn: docdbArn(stranger, 'for-all') },
    ]);
  });

  it('are found by identifier, alone and together with the account’s own', async () => {
    const found = async (filter: object, statuses?: readonly string[]) =>
      (await list({ accounts: [other], identifiers: ['to-other'], ...filter }, statuses)).map(
        (each) => (each as { arn: string }).arn,
      );
    const both = [redshiftArn(account, 'to-other'), docdbArn(account, 'to-other')];
    expect(await found({ types: ['SHARED'] }, ['PARTIAL', 'COMPLETE'])).toEqual(both);
    expect(await found({ ownerAccounts: [account, other] })).toEqual(both);
    expect(await found({})).toEqual([]);
  });

  it.each([redshiftArn(stranger, 'from-stranger'), docdbArn(stranger, 'from-stranger'), docdbArn(stranger, 'for-all')])(
    '%s is found by its ARN through an account that can see it, and then by its id',
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
    '%s, which no configured account can see, is null',
    async (arn) => {
      const answer = await gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { id } }`, { arn });
      expect(answer.errors).toBeUndefined();
      expect(answer.data).toEqual({ snapshot: null });
    },
  );

  it('are found through other accounts while their owner fails, and are an error if all fail', async () => {
    const arn = redshiftArn(account, 'to-other');
    const ask = () => gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { source { account } } }`, { arn });
    const denied = { action: 'DescribeClusterSnapshots', kind: 'error', code: 'AccessDenied', status: 403 } as const;
    await gateway.disturb({ ...denied, account });
    expect((await ask()).data.snapshot).toEqual({ source: { account: other } });
    await gateway.disturb(denied);
    expect((await ask()).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('have no retention, which only their owner can see', async () => {
    expect(await list({ types: ['SHARED'], accounts: [other], keptForever: true })).toEqual([]);
    expect(await gateway.calls()).toEqual([]);
  });

  it('are found with one lookup if their owner responds', async () => {
    const arn = docdbArn(account, 'gone');
    const answer = await gateway.query(`query ($arn: String!) { snapshot(arn: $arn) { id } }`, { arn });
    expect(answer.data).toEqual({ snapshot: null });
    expect((await gateway.calls()).every((call) => call.account === account)).toBe(true);
  });
});
