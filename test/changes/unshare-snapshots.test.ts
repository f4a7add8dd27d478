import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { clusterId, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const [friend, partner, stranger] = ['210987654321', '012345678901', '555566667777'] as const;
const many = Array.from({ length: 12 }, (_, index) => `many-${index}`);
const notShared = { public: false, awsSupport: false, accounts: [] };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(async () => {
  await gateway.disturb();
  await gateway.load({
    clusters,
    snapshots: serviceNames.flatMap((service) => [
      makeSnapshot(service, 'private'),
      makeSnapshot(service, 'shared', { shares: [friend, partner] }),
      makeSnapshot(service, 'wide', {
        shares: [friend, service === 'REDSHIFT' ? 'amazon-redshift-support' : 'all'],
      }),
      makeSnapshot(service, service === 'REDSHIFT' ? 'rs:nightly' : 'rds:nightly', { type: 'automated' }),
      makeSnapshot(service, 'foreign', { account: stranger, shares: [account] }),
      ...many.map((name) => makeSnapshot(service, name, { shares: [friend, partner] })),
    ]),
  });
  await gateway.calls();
});

async function unshare(input: object) {
  const { data, errors } = await gateway.query(
    `mutation ($input: UnshareSnapshotsInput!) {
      unshareSnapshots(input: $input) {
        __typename
        ... on UnshareSnapshotsPayload {
          results {
            id
            snapshot { identifier sharing { public awsSupport accounts } }
            error { code message ... on SharingRefusedError { reason } }
            endsAt
            endsAtOnce
          }
          plannedCalls { source { service } action parameters }
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.unshareSnapshots;
}

const sharingOf = ({ results }: any) => results.map(({ snapshot }: any) => snapshot.sharing);
const writesIn = (actions: readonly (string | null)[]) => actions.filter((action) => !/^(Describe|List)/.test(action!));

describe('unshareSnapshots', () => {
  it('revokes the access of some accounts, and makes no call for snapshots that they cannot access', async () => {
    const ids = serviceNames.flatMap((service) => [
      snapshotId(service, 'private'),
      snapshotId(service, 'shared'),
      snapshotId(service, 'wide'),
    ]);
    const answer = await unshare({ snapshotIds: ids, accounts: [partner, stranger] });
    expect(answer.results.map(({ id }: any) => id)).toEqual(ids);
    expect(answer.results).toMatchObject(ids.map(() => ({ error: null, endsAt: null, endsAtOnce: false })));
    const kept = [notShared, { ...notShared, accounts: [friend] }];
    expect(sharingOf(answer)).toEqual([
      ...kept,
      { ...notShared, awsSupport: true, accounts: [friend] },
      ...kept,
      { ...notShared, public: true, accounts: [friend] },
    ]);
    expect(answer.plannedCalls).toEqual([
      {
        source: { service: 'REDSHIFT' },
        action: 'RevokeSnapshotAccess',
        parameters: JSON.stringify({
          SnapshotIdentifier: 'shared',
          SnapshotClusterIdentifier: 'sales',
          AccountWithRestoreAccess: partner,
        }),
      },
      {
        source: { service: 'DOCUMENTDB' },
        action: 'ModifyDBClusterSnapshotAttribute',
        parameters: JSON.stringify({
          DBClusterSnapshotIdentifier: 'shared',
          AttributeName: 'restore',
          ValuesToRemove: [partner],
        }),
      },
    ]);
    expect(writesIn(await actionsOf(gateway)).toSorted()).toEqual([
      'ModifyDBClusterSnapshotAttribute',
      'RevokeSnapshotAccess',
    ]);
  });

  it('revokes all access with everyone, and makes no call the second time', async () => {
    const ids = serviceNames.flatMap((service) => ['shared', 'wide'].map((name) => snapshotId(service, name)));
    expect(sharingOf(await unshare({ snapshotIds: ids, everyone: true }))).toEqual(ids.map(() => notShared));
    await gateway.calls();
    const again = await unshare({ snapshotIds: ids, everyone: true });
    expect(again).toMatchObject({ plannedCalls: [], results: ids.map(() => ({ error: null })) });
    expect(sharingOf(again)).toEqual(ids.map(() => notShared));
    expect(writesIn(await actionsOf(gateway))).toEqual([]);
  });

  it('returns a result for each id in the order of the input, and revokes what it can', async () => {
    const ids = serviceNames.flatMap((service) => [
      snapshotId(service, 'gone'),
      snapshotId(service, service === 'REDSHIFT' ? 'rs:nightly' : 'rds:nightly'),
      sharedSnapshotId(account, service, 'foreign', { account: stranger }),
      snapshotId(service, 'shared'),
      snapshotId(service, 'SHARED'),
    ]);
    const answer = await unshare({ snapshotIds: ids, accounts: [friend] });
    expect(answer.results.map(({ id }: any) => id)).toEqual(ids);
    expect(answer.results).toMatchObject(
      serviceNames.flatMap(() => [
        { error: { code: 'NOT_FOUND' }, snapshot: null },
        { error: { code: 'SHARING_REFUSED', reason: 'NOT_MANUAL' }, snapshot: { sharing: notShared } },
        { error: { code: 'SHARING_REFUSED', reason: 'NOT_OWNED' }, snapshot: { sharing: null } },
        { error: null, snapshot: { sharing: { accounts: [partner] } } },
        { error: null, snapshot: { sharing: { accounts: [partner] } } },
      ]),
    );
    expect(answer.plannedCalls).toHaveLength(2);
  });

  it.each([
    ['REDSHIFT', { awsSupport: true }, { public: true }],
    ['DOCUMENTDB', { public: true }, { awsSupport: true }],
  ] as const)('refuses for each snapshot what %s does not support', async (service, supported, other) => {
    const ids = ['wide', 'private'].map((name) => snapshotId(service, name));
    const refused = { error: { code: 'SHARING_REFUSED', reason: 'NOT_SUPPORTED' } };
    expect(await unshare({ snapshotIds: ids, ...other })).toMatchObject({ results: [refused, refused] });
    const answer = await unshare({ snapshotIds: ids, ...supported });
    expect(sharingOf(answer)).toEqual([{ ...notShared, accounts: [friend] }, notShared]);
  });

  it('reports an error only for the snapshot whose call fails, and shows its sharing as it is', async () => {
    await gateway.disturb({ kind: 'throttle', action: 'ModifyDBClusterSnapshotAttribute', nth: 2 });
    const answer = await unshare({
      snapshotIds: many.slice(0, 3).map((name) => snapshotId('DOCUMENTDB', name)),
      everyone: true,
    });
    const codes = answer.results.map(({ error }: any) => error?.code ?? null);
    expect(codes.toSorted()).toEqual(['THROTTLED', null, null].toSorted());
    expect(sharingOf(answer)).toEqual(
      codes.map((code: string | null) => (code === null ? notShared : { ...notShared, accounts: [friend, partner] })),
    );
  });

  it('lists the accounts that failed for an Amazon Redshift snapshot, and shows who still has access', async () => {
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'RevokeSnapshotAccess', nth: 2 });
    const answer = await unshare({ snapshotIds: [snapshotId('REDSHIFT', 'shared')], everyone: true });
    const { error, snapshot } = answer.results[0];
    const [, failed] = /Failed for: (\d+) \(FORBIDDEN\)\. Completed for: \d+\./.exec(error.message) ?? [];
    expect(error.code).toBe('FORBIDDEN');
    expect(snapshot.sharing.accounts).toEqual([failed]);
  });

  it('reads all changed Amazon Redshift snapshots together', async () => {
    const answer = await unshare({ snapshotIds: many.map((name) => snapshotId('REDSHIFT', name)), everyone: true });
    expect(sharingOf(answer)).toEqual(many.map(() => notShared));
    const actions = await actionsOf(gateway);
    expect(writesIn(actions)).toHaveLength(2 * many.length);
    expect(actions.filter((action) => action === 'DescribeClusterSnapshots')).toHaveLength(2);
  });

  it('plans the same calls in a dry run, and changes nothing', async () => {
    const input = {
      snapshotIds: serviceNames.flatMap((service) => ['private', 'wide'].map((name) => snapshotId(service, name))),
      everyone: true,
    };
    const dry = await unshare({ ...input, dryRun: true });
    expect(dry.results).toMatchObject(input.snapshotIds.map(() => ({ error: null })));
    expect(sharingOf(dry).map(({ accounts }: any) => accounts)).toEqual([[], [friend], [], [friend]]);
    expect(writesIn(await actionsOf(gateway))).toEqual([]);
    const done = await unshare(input);
    expect(done.plannedCalls).toEqual(dry.plannedCalls);
    expect(writesIn(await actionsOf(gateway))).toHaveLength(done.plannedCalls.length);
  });

  it.each([
    ['no ids', { snapshotIds: [], everyone: true }, [['input', 'snapshotIds']]],
    [
      'more than 500 ids',
      { snapshotIds: Array.from({ length: 501 }, () => snapshotId('REDSHIFT', 'private')), everyone: true },
      [['input', 'snapshotIds']],
    ],
    [
      'invalid ids, and no access to revoke',
      { snapshotIds: ['nonsense', snapshotId('REDSHIFT', 'private'), clusterId('DOCUMENTDB')] },
      [['input', 'snapshotIds', '0'], ['input', 'snapshotIds', '2'], ['input']],
    ],
  ])('rejects %s without an AWS call', async (_what, input, fields) => {
    const answer = await unshare(input);
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', code: 'INVALID_INPUT' });
    expect(answer.problems.map(({ field }: any) => field)).toEqual(fields);
    expect(await actionsOf(gateway)).toEqual([]);
  });
});
