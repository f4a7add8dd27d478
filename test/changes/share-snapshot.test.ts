import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { clusterId, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const [friend, partner, stranger] = ['210987654321', '012345678901', '555566667777'] as const;
const twenty = Array.from({ length: 20 }, (_, index) => String(100_000_000_000 + index));
const key = `arn:aws:kms:us-east-1:${account}:key/12345678-1234-4000-8000-123456789012`;
const defaultKey = `arn:aws:kms:us-east-1:${account}:key/00000000-0000-4000-8000-${account}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    keys: [{ service: 'kms', account, region: 'us-east-1', KeyId: defaultKey.slice(-36), Aliases: ['alias/aws/rds'] }],
    clusters,
    snapshots: [
      makeSnapshot('REDSHIFT', 'private'),
      makeSnapshot('REDSHIFT', 'shared', { shares: [friend, partner] }),
      makeSnapshot('REDSHIFT', 'supported', { shares: ['amazon-redshift-support'] }),
      makeSnapshot('REDSHIFT', 'full', { shares: twenty }),
      makeSnapshot('REDSHIFT', 'creating', { readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('REDSHIFT', 'rs:sales-2026-01-01-00-00-00', { type: 'automated' }),
      makeSnapshot('REDSHIFT', 'foreign', { account: stranger, shares: [account] }),
      makeSnapshot('DOCUMENTDB', 'private'),
      makeSnapshot('DOCUMENTDB', 'shared', { shares: [friend, partner] }),
      makeSnapshot('DOCUMENTDB', 'public', { shares: ['all', friend] }),
      makeSnapshot('DOCUMENTDB', 'full', { shares: twenty }),
      makeSnapshot('DOCUMENTDB', 'encrypted', { isEncrypted: true, kmsKeyId: key }),
      makeSnapshot('DOCUMENTDB', 'default-key', { isEncrypted: true, kmsKeyId: defaultKey }),
      makeSnapshot('DOCUMENTDB', 'creating', { readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('DOCUMENTDB', 'rds:orders-2026-01-01-00-00', { type: 'automated' }),
      makeSnapshot('DOCUMENTDB', 'foreign', { account: stranger, shares: [account] }),
    ],
  });
  await gateway.calls();
});

async function change(name: 'share' | 'unshare', input: object) {
  const type = name === 'share' ? 'Share' : 'Unshare';
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}SnapshotInput!) {
      ${name}Snapshot(input: $input) {
        __typename
        ... on ${type}SnapshotPayload {
          snapshot { identifier sharing { public awsSupport accounts } }
          plannedCalls { source { service } action parameters }
        }
        ... on SharingRefusedError { reason }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data[`${name}Snapshot`];
}

const share = (input: object) => change('share', input);
const unshare = (input: object) => change('unshare', input);

async function sharingOf(id: string) {
  const { data } = await gateway.query(
    '{ node(id: $id) { ... on Snapshot { sharing { public awsSupport accounts } } } }'.replace(
      '$id',
      JSON.stringify(id),
    ),
  );
  return data.node.sharing;
}

const notShared = { public: false, awsSupport: false, accounts: [] };

describe('shareSnapshot', () => {
  it('shares an Amazon Redshift snapshot with one call per account and one for AWS Support', async () => {
    const answer = await share({
      snapshotId: snapshotId('REDSHIFT', 'private'),
      accounts: [friend, partner, friend],
      awsSupport: true,
    });
    expect(answer.snapshot.sharing).toEqual({ public: false, awsSupport: true, accounts: [friend, partner] });
    expect(answer.plannedCalls.map(({ parameters }: { parameters: string }) => JSON.parse(parameters))).toEqual(
      [friend, partner, 'amazon-redshift-support'].map((AccountWithRestoreAccess) => ({
        SnapshotIdentifier: 'private',
        SnapshotClusterIdentifier: 'sales',
        AccountWithRestoreAccess,
      })),
    );
    expect(await actionsOf(gateway)).toEqual([
      'DescribeClusterSnapshots',
      'AuthorizeSnapshotAccess',
      'AuthorizeSnapshotAccess',
      'AuthorizeSnapshotAccess',
      'DescribeClusterSnapshots',
    ]);
  });

  it('shares an Amazon DocumentDB snapshot with one call, and reads the sharing afterwards', async () => {
    const answer = await share({
      snapshotId: snapshotId('DOCUMENTDB', 'private'),
      accounts: [friend, partner],
      public: true,
    });
    expect(answer.snapshot.sharing).toEqual({ public: true, awsSupport: false, accounts: [friend, partner] });
    expect(answer.plannedCalls).toEqual([
      {
        source: { service: 'DOCUMENTDB' },
        action: 'ModifyDBClusterSnapshotAttribute',
        parameters: JSON.stringify({
          DBClusterSnapshotIdentifier: 'private',
          AttributeName: 'restore',
          ValuesToAdd: [friend, partner, 'all'],
        }),
      },
    ]);
    expect(await actionsOf(gateway)).toEqual([
      'DescribeDBClusterSnapshots',
      'DescribeDBClusterSnapshotAttributes',
      'ModifyDBClusterSnapshotAttribute',
      'DescribeDBClusterSnapshotAttributes',
    ]);
  });

  it.each(serviceNames)('skips accounts that already have access: %s', async (service) => {
    const id = snapshotId(service, 'shared');
    const first = await share({ snapshotId: id, accounts: [friend, stranger] });
    expect(first.plannedCalls).toHaveLength(1);
    expect(first.plannedCalls[0].parameters).not.toContain(friend);
    const again = await share({ snapshotId: id, accounts: [friend, stranger] });
    expect(again).toMatchObject({ plannedCalls: [], snapshot: { sharing: { accounts: [friend, partner, stranger] } } });
  });

  it.each(serviceNames)('accepts accounts that already have access at the account limit: %s', async (service) => {
    const answer = await share({ snapshotId: snapshotId(service, 'full'), accounts: [twenty[7]] });
    expect(answer.plannedCalls).toEqual([]);
  });

  it('tries every account, and reports which calls failed', async () => {
    await gateway.disturb({ kind: 'error', action: 'AuthorizeSnapshotAccess', code: 'LimitExceededFault', nth: 2 });
    const all = [friend, partner, stranger];
    const answer = await share({ snapshotId: snapshotId('REDSHIFT', 'private'), accounts: all });
    expect(answer).toMatchObject({ __typename: 'QuotaExceededError', fault: 'LimitExceededFault' });
    const { accounts: done } = await sharingOf(snapshotId('REDSHIFT', 'private'));
    expect(done).toHaveLength(2);
    const inOrder = all.filter((each) => done.includes(each)).join(', ');
    const [failed] = all.filter((each) => !done.includes(each));
    expect(answer.message).toContain(`Failed for: ${failed} (QUOTA_EXCEEDED). Completed for: ${inOrder}.`);
  });

  it('shares an encrypted Amazon DocumentDB snapshot if its key is not the default key', async () => {
    const answer = await share({ snapshotId: snapshotId('DOCUMENTDB', 'encrypted'), accounts: [friend] });
    expect(answer.snapshot.sharing.accounts).toEqual([friend]);
  });
});

describe('unshareSnapshot', () => {
  it.each(serviceNames)('revokes the access of one account and keeps the others: %s', async (service) => {
    const answer = await unshare({ snapshotId: snapshotId(service, 'shared'), accounts: [friend, stranger] });
    expect(answer.plannedCalls).toHaveLength(1);
    expect(answer.snapshot.sharing).toEqual({ ...notShared, accounts: [partner] });
  });

  it.each(serviceNames)('revokes all access with everyone: %s', async (service) => {
    const answer = await unshare({ snapshotId: snapshotId(service, 'shared'), everyone: true });
    expect(answer.plannedCalls).toHaveLength(service === 'REDSHIFT' ? 2 : 1);
    expect(answer.snapshot.sharing).toEqual(notShared);
  });

  it('returns the node types, which AWS omits from its response', async () => {
    const { data } = await gateway.query(
      `mutation ($input: UnshareSnapshotInput!) {
        unshareSnapshot(input: $input) {
          ... on UnshareSnapshotPayload { snapshot { ... on RedshiftSnapshot { restorableNodeTypes } } }
        }
      }`,
      { input: { snapshotId: snapshotId('REDSHIFT', 'shared'), everyone: true } },
    );
    expect(data.unshareSnapshot.snapshot.restorableNodeTypes).not.toHaveLength(0);
    expect(await actionsOf(gateway)).toHaveLength(4);
  });

  it('revokes the access of AWS Support', async () => {
    const answer = await unshare({ snapshotId: snapshotId('REDSHIFT', 'supported'), awsSupport: true });
    expect(answer.snapshot.sharing).toEqual(notShared);
  });

  it('revokes public access and keeps named accounts', async () => {
    const answer = await unshare({ snapshotId: snapshotId('DOCUMENTDB', 'public'), public: true });
    expect(answer.snapshot.sharing).toEqual({ ...notShared, accounts: [friend] });
  });

  it('revokes public access and named accounts in one call with everyone', async () => {
    const answer = await unshare({ snapshotId: snapshotId('DOCUMENTDB', 'public'), everyone: true });
    expect(answer.plannedCalls).toHaveLength(1);
    expect(answer.snapshot.sharing).toEqual(notShared);
  });

  it.each(serviceNames)('makes no call if the snapshot is not shared: %s', async (service) => {
    const answer = await unshare({ snapshotId: snapshotId(service, 'private'), accounts: [friend], everyone: true });
    expect(answer).toMatchObject({ plannedCalls: [], snapshot: { sharing: notShared } });
  });
});

describe('sharing that another caller changes in the meantime', () => {
  const rest = twenty.slice(0, 19);

  it.each([
    ['share', 'AuthorizeSnapshotAccess', 'AuthorizationAlreadyExists', 400],
    ['unshare', 'RevokeSnapshotAccess', 'AuthorizationNotFound', 404],
  ] as const)('does not stop an Amazon Redshift %s', async (name, action, code, status) => {
    const id = snapshotId('REDSHIFT', name === 'share' ? 'private' : 'full');
    await gateway.disturb({ kind: 'error', moment: 'after', action, code, status, nth: [1, 7] });
    const answer = await change(name, { snapshotId: id, accounts: rest });
    const sharing = { ...notShared, accounts: name === 'share' ? rest : [twenty[19]] };
    expect(answer.snapshot?.sharing).toEqual(sharing);
    expect((await sharingOf(id)).accounts.toSorted()).toEqual(sharing.accounts);
    const calls = (await actionsOf(gateway)).filter((each) => each === action);
    expect(calls).toHaveLength(rest.length);
  });

  it('does not stop a deletion that revokes access first', async () => {
    const code = 'AuthorizationNotFound';
    await gateway.disturb({
      kind: 'error',
      moment: 'after',
      action: 'RevokeSnapshotAccess',
      code,
      status: 404,
      nth: 1,
    });
    const { data } = await gateway.query(
      `mutation ($id: ID!) {
        deleteSnapshot(input: { snapshotId: $id, revokeAccess: true }) {
          ... on Error { message } ... on DeleteSnapshotPayload { snapshot { status } }
        }
      }`,
      { id: snapshotId('REDSHIFT', 'full') },
    );
    expect(data.deleteSnapshot).toEqual({ snapshot: { status: 'DELETED' } });
  });

  it('does not stop an Amazon DocumentDB change, although AWS refuses all of its accounts', async () => {
    const id = snapshotId('DOCUMENTDB', 'private');
    await gateway.load({
      clusters,
      snapshots: [makeSnapshot('DOCUMENTDB', 'private')],
      assumptions: { rdsRefusesRepeatedShares: true, rdsRefusesAbsentShares: true },
    });
    const bothAccounts = (name: 'share' | 'unshare') =>
      Promise.all([
        change(name, { snapshotId: id, accounts: [friend, partner] }),
        change(name, { snapshotId: id, accounts: [partner, stranger] }),
      ]);
    const payload = (name: string) => ({ __typename: `${name}SnapshotPayload` });
    expect(await bothAccounts('share')).toMatchObject([payload('Share'), payload('Share')]);
    expect((await sharingOf(id)).accounts.toSorted()).toEqual([friend, partner, stranger].toSorted());
    expect(await bothAccounts('unshare')).toMatchObject([payload('Unshare'), payload('Unshare')]);
    expect(await sharingOf(id)).toEqual(notShared);
  });

  it('repeats alone what AWS refuses because of another change of the same snapshot', async () => {
    const id = snapshotId('REDSHIFT', 'private');
    const action = 'AuthorizeSnapshotAccess';
    await gateway.disturb({ kind: 'error', action, code: 'InvalidClusterSnapshotState', nth: [2, 4] });
    const answer = await share({ snapshotId: id, accounts: [friend, partner, stranger, twenty[0]] });
    expect(answer.snapshot?.sharing.accounts).toEqual([friend, partner, stranger, twenty[0]]);
    expect((await actionsOf(gateway)).filter((each) => each === action)).toHaveLength(6);
  });

  it('is a failure if AWS refuses every account because of the state, and AWS is not asked for all of them again', async () => {
    const action = 'RevokeSnapshotAccess';
    await gateway.disturb({ kind: 'error', action, code: 'InvalidClusterSnapshotState' });
    const answer = await unshare({ snapshotId: snapshotId('REDSHIFT', 'full'), everyone: true });
    expect(answer).toMatchObject({ code: 'INVALID_STATE', message: expect.stringContaining('Completed for: none.') });
    expect((await actionsOf(gateway)).filter((each) => each === action)).toHaveLength(21);
  });
});

describe('20 accounts', () => {
  useStallFreeClock();

  it('are shared and unshared within the time limit of a request, although each call is slow', async () => {
    const slow = await startGateway({ aws: { timeouts: { requestSeconds: 4, callSeconds: 3 } } });
    await slow.load({ clusters, snapshots: [makeSnapshot('REDSHIFT', 'private')] });
    for (const [name, type] of [
      ['shareSnapshot', 'ShareSnapshot'],
      ['unshareSnapshot', 'UnshareSnapshot'],
    ] as const) {
      const action = name === 'shareSnapshot' ? 'AuthorizeSnapshotAccess' : 'RevokeSnapshotAccess';
      // oxlint-disable no-await-in-loop -- one after the other
      await slow.disturb({ kind: 'delay', action, milliseconds: 400 });
      const { data } = await slow.query(
        `mutation ($input: ${type}Input!) {
          ${name}(input: $input) { ... on Error { message } ... on ${type}Payload { snapshot { sharing { accounts } } } }
        }`,
        { input: { snapshotId: snapshotId('REDSHIFT', 'private'), accounts: twenty } },
      );
      // oxlint-enable no-await-in-loop
      expect(data[name]).toEqual({ snapshot: { sharing: { accounts: name === 'shareSnapshot' ? twenty : [] } } });
    }
    await slow.close();
  });
});

describe('a dry run', () => {
  it.each(serviceNames)(
    'of shareSnapshot and unshareSnapshot plans the same calls and changes nothing: %s',
    async (service) => {
      const id = snapshotId(service, 'shared');
      const input = { snapshotId: id, accounts: [friend, stranger] };
      for (const name of ['share', 'unshare'] as const) {
        const before = await sharingOf(id);
        const planned = await change(name, { ...input, dryRun: true });
        expect(planned.snapshot.sharing).toEqual(before);
        expect(await sharingOf(id)).toEqual(before);
        expect((await change(name, input)).plannedCalls).toEqual(planned.plannedCalls);
      }
    },
  );
});

describe('misuse of shareSnapshot and unshareSnapshot', () => {
  const named = { accounts: [friend] };
  const foreign = {
    REDSHIFT: sharedSnapshotId(account, 'REDSHIFT', 'foreign', { account: stranger }),
    DOCUMENTDB: sharedSnapshotId(account, 'DOCUMENTDB', 'foreign', { account: stranger }),
  };
  const automated = { REDSHIFT: 'rs:sales-2026-01-01-00-00-00', DOCUMENTDB: 'rds:orders-2026-01-01-00-00' };

  it.each([
    ['REDSHIFT', automated.REDSHIFT, named, 'NOT_MANUAL'],
    ['DOCUMENTDB', automated.DOCUMENTDB, named, 'NOT_MANUAL'],
    ['REDSHIFT', 'private', { public: true }, 'NOT_SUPPORTED'],
    ['DOCUMENTDB', 'private', { awsSupport: true }, 'NOT_SUPPORTED'],
    ['REDSHIFT', 'private', { accounts: [friend, account] }, 'TARGET_IS_OWNER'],
    ['DOCUMENTDB', 'private', { accounts: [account] }, 'TARGET_IS_OWNER'],
    ['REDSHIFT', 'full', named, 'ACCOUNT_LIMIT'],
    ['DOCUMENTDB', 'full', named, 'ACCOUNT_LIMIT'],
    ['REDSHIFT', 'shared', { accounts: twenty }, 'ACCOUNT_LIMIT'],
    ['DOCUMENTDB', 'encrypted', { public: true }, 'ENCRYPTED_PUBLIC'],
  ] as const)('%s: rejects sharing %s with %o: %s', async (service, name, whom, reason) => {
    const answer = await share({ snapshotId: snapshotId(service, name), ...whom });
    expect(answer).toMatchObject({ __typename: 'SharingRefusedError', code: 'SHARING_REFUSED', reason, fault: null });
    expect((await actionsOf(gateway)).filter((action) => !action?.startsWith('Describe'))).toEqual([]);
  });

  it.each(serviceNames)('rejects a snapshot of another account: %s', async (service) => {
    expect(await share({ snapshotId: foreign[service], ...named })).toMatchObject({ reason: 'NOT_OWNED' });
    expect(await unshare({ snapshotId: foreign[service], everyone: true })).toMatchObject({ reason: 'NOT_OWNED' });
  });

  it('reports the default key as the reason after AWS refuses the call', async () => {
    await gateway.disturb({ kind: 'error', service: 'kms', code: 'AccessDeniedException', status: 400 });
    const answer = await share({ snapshotId: snapshotId('DOCUMENTDB', 'default-key'), ...named });
    expect(answer).toMatchObject({ reason: 'DEFAULT_KMS_KEY', fault: 'InvalidDBClusterSnapshotStateFault' });
    expect(answer.requestId).toBeTruthy();
  });

  it.each(serviceNames)('rejects a snapshot that is not available yet: %s', async (service) => {
    const answer = await share({ snapshotId: snapshotId(service, 'creating'), ...named });
    expect(answer).toMatchObject({ __typename: 'InvalidStateError', fault: null });
  });

  it.each(serviceNames)('rejects an input without parties, without an AWS call: %s', async (service) => {
    const id = snapshotId(service, 'private');
    expect(await share({ snapshotId: id })).toMatchObject({ code: 'INVALID_INPUT', field: ['input'] });
    expect(await unshare({ snapshotId: id, accounts: null })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it.each([
    ['a snapshot that does not exist', snapshotId('REDSHIFT', 'none'), 'NOT_FOUND'],
    ['a cluster', clusterId('REDSHIFT', 'sales'), 'INVALID_INPUT'],
    ['no record', 'nonsense', 'INVALID_INPUT'],
  ])('rejects the id of %s', async (_name, id, code) => {
    expect(await share({ snapshotId: id, ...named })).toMatchObject({ code });
    expect(await unshare({ snapshotId: id, ...named })).toMatchObject({ code });
  });
});
