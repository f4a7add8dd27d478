import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, startGateway } from '../support/gateway.ts';
import { serviceNames } from '../support/services.ts';
import { at, clusterId, makeSnapshot, sharedSnapshotId, snapshotId } from '../support/worlds.ts';
import { actionsOf, clusters, errorFields } from './support.ts';

const [friend, stranger] = ['210987654321', '555566667777'] as const;
const many = Array.from({ length: 105 }, (_, index) => `many-${index}`);

// A new gateway for each test, because a source that throttled stays rate-limited for a while.
let gateway: Gateway;
afterEach(() => gateway.close());
beforeEach(async () => {
  gateway = await startGateway();
  await gateway.load({
    clusters,
    snapshots: [
      makeSnapshot('REDSHIFT', 'private', { createdAt: at(0) }),
      makeSnapshot('REDSHIFT', 'shared', {
        shares: [friend, 'amazon-redshift-support'],
      }),
      makeSnapshot('REDSHIFT', 'creating', { readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('REDSHIFT', 'rs:sales-2026-01-01-00-00-00', { type: 'automated' }),
      makeSnapshot('REDSHIFT', 'foreign', { account: stranger, shares: [account] }),
      ...many.map((name) => makeSnapshot('REDSHIFT', name)),
      makeSnapshot('DOCUMENTDB', 'private', { createdAt: at(0) }),
      makeSnapshot('DOCUMENTDB', 'shared', { shares: [friend, 'all'] }),
      makeSnapshot('DOCUMENTDB', 'creating', { readyAt: '2099-01-01T00:00:00Z' }),
      makeSnapshot('DOCUMENTDB', 'rds:orders-2026-01-01-00-00', { type: 'automated' }),
      makeSnapshot('DOCUMENTDB', 'foreign', { account: stranger, shares: [account] }),
      ...many.slice(0, 5).map((name) => makeSnapshot('DOCUMENTDB', name)),
    ],
  });
  await gateway.calls();
});

const plannedCalls = 'plannedCalls { source { service } action parameters }';

async function deleteOne(input: object) {
  const { data, errors } = await gateway.query(
    `mutation ($input: DeleteSnapshotInput!) {
      deleteSnapshot(input: $input) {
        __typename
        ... on DeleteSnapshotPayload { snapshot { identifier status tags { key } sharing { accounts } } ${plannedCalls} }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.deleteSnapshot;
}

async function deleteMany(input: object) {
  const { data, errors } = await gateway.query(
    `mutation ($input: DeleteSnapshotsInput!) {
      deleteSnapshots(input: $input) {
        __typename
        ... on DeleteSnapshotsPayload {
          results { id snapshot { identifier status } error { __typename code message fault } }
          ${plannedCalls}
        }
        ${errorFields}
      }
    }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data.deleteSnapshots;
}

const exists = async (id: string) => {
  const { data } = await gateway.query('query ($id: ID!) { node(id: $id) { id } }', { id });
  return data.node !== null;
};

describe('deleteSnapshot', () => {
  it.each([
    ['REDSHIFT', ['DescribeClusterSnapshots', 'DeleteClusterSnapshot']],
    ['DOCUMENTDB', ['DescribeDBClusterSnapshots', 'DescribeDBClusterSnapshotAttributes', 'DeleteDBClusterSnapshot']],
  ] as const)('deletes a snapshot in one call: %s', async (service, actions) => {
    const id = snapshotId(service, 'private');
    const answer = await deleteOne({ snapshotId: id, expectedCreatedAt: at(0) });
    expect(answer).toMatchObject({
      __typename: 'DeleteSnapshotPayload',
      snapshot: { identifier: 'private', status: 'DELETED' },
    });
    expect(await actionsOf(gateway)).toEqual(actions);
    expect(await exists(id)).toBe(false);
  });

  it.each([
    ['REDSHIFT', ['RevokeSnapshotAccess', 'RevokeSnapshotAccess', 'DeleteClusterSnapshot']],
    ['DOCUMENTDB', ['ModifyDBClusterSnapshotAttribute', 'DeleteDBClusterSnapshot']],
  ] as const)('revokes access to a shared snapshot first with revokeAccess: %s', async (service, actions) => {
    const id = snapshotId(service, 'shared');
    const planned = await deleteOne({ snapshotId: id, revokeAccess: true, dryRun: true });
    expect(planned.snapshot.status).toBe('AVAILABLE');
    expect(planned.plannedCalls.map(({ action }: { action: string }) => action)).toEqual(actions);
    expect((await actionsOf(gateway)).filter((action) => !action?.match(/^(Describe|List)/))).toEqual([]);
    const answer = await deleteOne({ snapshotId: id, revokeAccess: true });
    expect(answer).toMatchObject({ snapshot: { status: 'DELETED' }, plannedCalls: planned.plannedCalls });
    expect(answer.snapshot.sharing).toEqual(service === 'REDSHIFT' ? { accounts: [] } : null);
    expect((await actionsOf(gateway)).filter((action) => !action?.match(/^(Describe|List)/))).toEqual(actions);
    expect(await exists(id)).toBe(false);
  });

  it('accepts the createdAt that createSnapshot returned after AWS moved it', async () => {
    await gateway.load({ clusters, snapshots: [] });
    const { data } = await gateway.query(
      `mutation ($input: CreateSnapshotInput!) {
        createSnapshot(input: $input) { ... on CreateSnapshotPayload { snapshot { id createdAt } } }
      }`,
      { input: { clusterId: clusterId('REDSHIFT'), identifier: 'moved' } },
    );
    const { id, createdAt } = data.createSnapshot.snapshot;
    const moved = new Date(Date.parse(createdAt) + 20_090).toISOString();
    await gateway.load({ clusters, snapshots: [makeSnapshot('REDSHIFT', 'moved', { createdAt: moved })] });
    expect(await deleteOne({ snapshotId: id, expectedCreatedAt: createdAt })).toMatchObject({
      snapshot: { status: 'DELETED' },
    });
  });

  it('reports the completed calls if a later call fails', async () => {
    await gateway.disturb({ kind: 'throttle', action: 'DeleteClusterSnapshot' });
    const answer = await deleteOne({ snapshotId: snapshotId('REDSHIFT', 'shared'), revokeAccess: true });
    expect(answer).toMatchObject({ __typename: 'ThrottledError', code: 'THROTTLED', fault: 'Throttling' });
    expect(answer.message).toMatch(`Completed before the failure: RevokeSnapshotAccess`);
    expect(answer.message).toMatch(friend);
  });
});

describe('deleteSnapshot rejects, without changing anything,', () => {
  it.each(serviceNames)('a shared snapshot, and reports with whom it is shared: %s', async (service) => {
    const answer = await deleteOne({ snapshotId: snapshotId(service, 'shared') });
    expect(answer).toMatchObject({ __typename: 'InvalidStateError', fault: null });
    expect(answer.message).toMatch(`account ${friend}`);
    expect(answer.message).toMatch(service === 'REDSHIFT' ? 'AWS Support' : 'public');
  });

  it.each([
    ['an automated snapshot', snapshotId('REDSHIFT', 'rs:sales-2026-01-01-00-00-00'), 'INVALID_STATE'],
    ['an automated snapshot', snapshotId('DOCUMENTDB', 'rds:orders-2026-01-01-00-00'), 'INVALID_STATE'],
    ['a snapshot that is being created', snapshotId('REDSHIFT', 'creating'), 'INVALID_STATE'],
    ['a snapshot that is being created', snapshotId('DOCUMENTDB', 'creating'), 'INVALID_STATE'],
    ['a snapshot that does not exist', snapshotId('REDSHIFT', 'gone'), 'NOT_FOUND'],
    ['a snapshot that does not exist', snapshotId('DOCUMENTDB', 'gone'), 'NOT_FOUND'],
    ['a cluster', clusterId('REDSHIFT', 'sales'), 'INVALID_INPUT'],
    ['an invalid id', 'nonsense', 'INVALID_INPUT'],
  ])('%s', async (_what, id, code) => {
    expect(await deleteOne({ snapshotId: id })).toMatchObject({ code });
    expect((await actionsOf(gateway)).filter((action) => !action?.match(/^(Describe|List)/))).toEqual([]);
  });

  it.each(serviceNames)("another account's snapshot: %s", async (service) => {
    const id = sharedSnapshotId(account, service, 'foreign', { account: stranger });
    const answer = await deleteOne({ snapshotId: id });
    expect(answer).toMatchObject({ code: 'FORBIDDEN', message: expect.stringMatching(stranger) });
  });

  it.each(serviceNames)('a snapshot whose createdAt is not the expected one: %s', async (service) => {
    const answer = await deleteOne({ snapshotId: snapshotId(service, 'private'), expectedCreatedAt: at(3) });
    expect(answer).toMatchObject({ __typename: 'PreconditionFailedError', code: 'PRECONDITION_FAILED' });
    expect(answer.message).toMatch(at(0));
  });

  // AWS moves the creation time of a new Amazon Redshift snapshot after createSnapshot has returned it.
  it.each([
    ['REDSHIFT', 120_000, 120_001],
    ['DOCUMENTDB', 0, 1],
  ] as const)('a snapshot whose createdAt differs by more than AWS moves it: %s', async (service, most, more) => {
    const createdAt = Date.parse(at(0));
    const expecting = (milliseconds: number) =>
      deleteOne({
        snapshotId: snapshotId(service, 'private'),
        expectedCreatedAt: new Date(createdAt + milliseconds).toISOString(),
        dryRun: true,
      });
    for (const sign of [-1, 1]) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      expect(await expecting(sign * more)).toMatchObject({ code: 'PRECONDITION_FAILED' });
      // oxlint-disable-next-line no-await-in-loop -- two at most
      expect(await expecting(sign * most)).toMatchObject({ __typename: 'DeleteSnapshotPayload' });
    }
  });
});

describe('deleteSnapshots', () => {
  it('returns a result for each id in the order of the input, and deletes what it can', async () => {
    const ids = [
      snapshotId('DOCUMENTDB', 'shared'),
      snapshotId('REDSHIFT', 'private'),
      snapshotId('REDSHIFT', 'gone'),
      snapshotId('DOCUMENTDB', 'private'),
      snapshotId('REDSHIFT', 'creating'),
      snapshotId('REDSHIFT', 'many-0'),
      snapshotId('REDSHIFT', 'private'),
    ];
    const { results } = await deleteMany({ snapshotIds: ids });
    expect(results.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(results).toMatchObject([
      { error: { code: 'INVALID_STATE' }, snapshot: { status: 'AVAILABLE' } },
      { error: null, snapshot: { identifier: 'private', status: 'DELETED' } },
      { error: { __typename: 'NotFoundError', code: 'NOT_FOUND' }, snapshot: null },
      { error: null, snapshot: { identifier: 'private', status: 'DELETED' } },
      { error: { code: 'INVALID_STATE' }, snapshot: { status: 'CREATING' } },
      { error: null, snapshot: { identifier: 'many-0', status: 'DELETED' } },
      { error: null, snapshot: { identifier: 'private', status: 'DELETED' } },
    ]);
    const writes = (await actionsOf(gateway)).filter((action) => action?.includes('Delete'));
    expect(writes.toSorted()).toEqual(['BatchDeleteClusterSnapshots', 'DeleteDBClusterSnapshot']);
  });

  it('deletes a snapshot once if several ids name it', async () => {
    const ids = serviceNames.flatMap((service) => [
      snapshotId(service, 'private'),
      sharedSnapshotId(account, service, 'private'),
    ]);
    const { results, plannedCalls: calls } = await deleteMany({ snapshotIds: ids });
    expect(results.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(results).toMatchObject(ids.map(() => ({ error: null, snapshot: { status: 'DELETED' } })));
    expect(calls).toHaveLength(2);
  });

  it('deletes 100 Amazon Redshift snapshots per call, and reads them in few calls', async () => {
    const ids = many.map((name) => snapshotId('REDSHIFT', name));
    const { results, plannedCalls: calls } = await deleteMany({ snapshotIds: ids });
    expect(results.every(({ error }: { error: unknown }) => error === null)).toBe(true);
    expect(calls.map(({ parameters }: { parameters: string }) => JSON.parse(parameters).Identifiers.length)).toEqual([
      100, 5,
    ]);
    const actions = await actionsOf(gateway);
    expect(actions.filter((action) => action === 'BatchDeleteClusterSnapshots')).toHaveLength(2);
    expect(actions.filter((action) => action === 'DescribeClusterSnapshots').length).toBeLessThanOrEqual(3);
  });

  it('reports an error only for the snapshots of the failed call', async () => {
    await gateway.disturb({ kind: 'throttle', action: 'BatchDeleteClusterSnapshots', nth: 2 });
    const { results } = await deleteMany({ snapshotIds: many.map((name) => snapshotId('REDSHIFT', name)) });
    const codes = results.map(({ error }: { error: { code: string } | null }) => error?.code ?? null);
    expect(codes).toEqual([...Array(100).fill(null), ...Array(5).fill('THROTTLED')]);
  });

  it('revokes access to shared snapshots first with revokeAccess', async () => {
    const ids = serviceNames.flatMap((service) => [snapshotId(service, 'private'), snapshotId(service, 'shared')]);
    const { results } = await deleteMany({ snapshotIds: ids, revokeAccess: true });
    expect(results.map(({ error }: { error: unknown }) => error)).toEqual([null, null, null, null]);
    expect(await Promise.all(ids.map(exists))).toEqual([false, false, false, false]);
  });

  it('returns typed errors for snapshots that AWS refuses within a batch', async () => {
    const ids = [snapshotId('REDSHIFT', 'private'), snapshotId('REDSHIFT', 'many-0')];
    await gateway.load({
      clusters,
      assumptions: { snapshotLingerSeconds: 3600 },
      snapshots: [makeSnapshot('REDSHIFT', 'private'), makeSnapshot('REDSHIFT', 'many-0')],
    });
    await deleteOne({ snapshotId: ids[0] });
    const { results } = await deleteMany({ snapshotIds: ids });
    expect(results).toMatchObject([
      { error: { __typename: 'NotFoundError', code: 'NOT_FOUND', fault: 'ClusterSnapshotNotFoundFault' } },
      { error: null },
    ]);
  });

  it('changes nothing in a dry run', async () => {
    const ids = serviceNames.map((service) => snapshotId(service, 'private'));
    const { results, plannedCalls: calls } = await deleteMany({ snapshotIds: [...ids, 'x'].slice(0, 2), dryRun: true });
    expect(results).toMatchObject([{ error: null, snapshot: { status: 'AVAILABLE' } }, { error: null }]);
    expect(calls).toEqual([
      {
        source: { service: 'REDSHIFT' },
        action: 'BatchDeleteClusterSnapshots',
        parameters: '{"Identifiers":[{"SnapshotIdentifier":"private","SnapshotClusterIdentifier":"sales"}]}',
      },
      {
        source: { service: 'DOCUMENTDB' },
        action: 'DeleteDBClusterSnapshot',
        parameters: '{"DBClusterSnapshotIdentifier":"private"}',
      },
    ]);
    expect((await actionsOf(gateway)).filter((action) => action?.includes('Delete'))).toEqual([]);
  });

  it.each([
    ['no ids', []],
    ['more than 500 ids', Array.from({ length: 501 }, () => snapshotId('REDSHIFT', 'private'))],
  ])('rejects %s', async (_what, snapshotIds) => {
    expect(await deleteMany({ snapshotIds })).toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'snapshotIds'] });
  });

  it('reports every invalid id, without an AWS call', async () => {
    const answer = await deleteMany({
      snapshotIds: ['nonsense', snapshotId('REDSHIFT', 'private'), clusterId('DOCUMENTDB', 'orders')],
    });
    expect(answer.problems.map(({ field }: { field: string[] }) => field)).toEqual([
      ['input', 'snapshotIds', '0'],
      ['input', 'snapshotIds', '2'],
    ]);
    expect(await actionsOf(gateway)).toEqual([]);
  });
});
