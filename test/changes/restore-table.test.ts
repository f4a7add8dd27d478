import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorldJson } from '../support/emulator.ts';
import { account, accounts, type Gateway, region, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import {
  clusterArn,
  clusterId,
  globalId,
  makeCluster,
  makeSnapshot,
  snapshotArn,
  snapshotId,
} from '../support/worlds.ts';
import { answersLost } from './lost-answers.ts';
import { actionsOf, errorFields } from './support.ts';

/** The time of the world, which is that of the gateway, and the time some minutes before or after it. */
let now: string;
const minutesFrom = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
const [other, stranger] = ['210987654321', '555566667777'] as const;
const [reads, write] = [['DescribeClusterSnapshots', 'DescribeClusters'], 'RestoreTableFromClusterSnapshot'] as const;
const bi = { team: 'bi' };
const admin = { groups: ['admins'] };

let gateway: Gateway;
beforeAll(async () => {
  const permissions = ['SNAPSHOT_READ', 'CLUSTER_RESTORE'];
  gateway = await startGateway({
    accounts: accounts([account, other], [region, 'eu-west-1']),
    authenticate: authenticationWith([
      { when: { groups: 'admins' }, permissions },
      { when: { groups: 'readers' }, permissions: ['SNAPSHOT_READ'] },
      { when: { groups: 'tagged' }, permissions: ['SNAPSHOT_READ'] },
      { when: { groups: 'tagged' }, permissions: ['CLUSTER_RESTORE'], tags: { team: ['bi'] } },
      { when: { groups: 'team' }, permissions, tags: { team: ['bi'] } },
    ]),
  });
});
afterAll(() => gateway.close());

const world = (more: object = {}): WorldJson => ({
  now,
  frozen: true,
  clusters: [
    makeCluster('REDSHIFT', 'sales', { tags: bi }),
    makeCluster('REDSHIFT', 'plain'),
    makeCluster('REDSHIFT', 'resting', { status: 'paused' }),
    makeCluster('REDSHIFT', 'sales', { region: 'eu-west-1' }),
    makeCluster('DOCUMENTDB'),
  ],
  snapshots: [
    makeSnapshot('REDSHIFT', 'old', { tags: bi, megabytes: 1000 }),
    makeSnapshot('REDSHIFT', 'plain-old'),
    makeSnapshot('REDSHIFT', 'tagged-plain', { cluster: 'plain', tags: bi }),
    makeSnapshot('REDSHIFT', 'rest', { cluster: 'resting' }),
    makeSnapshot('REDSHIFT', 'young', { readyAt: minutesFrom(5) }),
    makeSnapshot('REDSHIFT', 'broken', { status: 'failed' }),
    makeSnapshot('REDSHIFT', 'orphan', { cluster: 'gone' }),
    makeSnapshot('REDSHIFT', 'gift', { account: stranger, shares: [account] }),
    makeSnapshot('DOCUMENTDB', 'doc'),
  ],
  ...more,
});

beforeEach(async () => {
  now = new Date().toISOString();
  await gateway.disturb();
  await gateway.load(world());
  await gateway.calls();
});

const ids = { snapshotId: snapshotId('REDSHIFT', 'old'), clusterId: clusterId('REDSHIFT', 'sales') };
const names = { source: { database: 'shop', table: 'orders' }, target: { table: 'orders_before' } };
const input = { ...ids, ...names };

const fields = `
  id requestId restoreState message requestedAt restoredMegabytes totalMegabytes
  sourceTable { database schema table } targetTable { database schema table }
  cluster { identifier } snapshot { identifier }
`;

const restore = async (changed: object = {}, caller: { groups: string[] } = admin) => {
  const { data, errors } = await gateway.query(
    `mutation ($input: RestoreTableInput!) {
      restoreTable(input: $input) {
        __typename
        ... on RestoreTablePayload {
          request { ${fields} }
          plannedCalls { source { service account region } action parameters }
        }
        ... on InvalidStateError { reason }
        ${errorFields}
      }
    }`,
    { input: { ...input, ...changed } },
    await as(caller),
  );
  expect(errors).toBeUndefined();
  return data.restoreTable;
};
const read = async (id: string, caller: { groups: string[] } = admin) =>
  gateway.query(
    `query ($id: ID!) { node(id: $id) { __typename id ... on TableRestore { ${fields} } } }`,
    { id },
    await as(caller),
  );
const advance = (advanceSeconds: number) => gateway.emulator.control('POST', 'clock', { advanceSeconds });
const writes = async () => (await actionsOf(gateway)).filter((action) => action === write);

const sent = {
  SnapshotIdentifier: 'old',
  ClusterIdentifier: 'sales',
  SourceDatabaseName: 'shop',
  SourceSchemaName: 'public',
  SourceTableName: 'orders',
  NewTableName: 'orders_before',
  TargetDatabaseName: 'shop',
  TargetSchemaName: 'public',
  EnableCaseSensitiveIdentifier: false,
};

describe('restoreTable', () => {
  it('starts a restore, which can be read while it advances', async () => {
    const { request, plannedCalls } = await restore();
    expect(request).toEqual({
      id: globalId('TableRestore', `${account}/${region}/REDSHIFT/sales/${request.requestId}`),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      restoreState: 'PENDING',
      message: 'PENDING',
      requestedAt: now,
      restoredMegabytes: 0,
      totalMegabytes: expect.any(Number),
      sourceTable: { database: 'shop', schema: 'public', table: 'orders' },
      targetTable: { database: 'shop', schema: 'public', table: 'orders_before' },
      cluster: { identifier: 'sales' },
      snapshot: { identifier: 'old' },
    });
    expect(
      plannedCalls.map(({ parameters, ...call }: any) => ({ ...call, parameters: JSON.parse(parameters) })),
    ).toEqual([{ source: { service: 'REDSHIFT', account, region }, action: write, parameters: sent }]);
    const calls = await gateway.calls();
    expect(calls.find(({ action }) => action === write)?.parameters).toMatchObject({ ...sent });
    expect(calls.map(({ action }) => action).slice(0, 3)).toEqual([...reads, write]);

    const states = [];
    for (const seconds of [30, 30]) {
      // oxlint-disable no-await-in-loop -- the clock advances between the reads
      await advance(seconds);
      states.push((await read(request.id)).data.node);
      // oxlint-enable no-await-in-loop
    }
    const { totalMegabytes } = request;
    const done = { restoreState: 'SUCCEEDED', message: 'SUCCEEDED', restoredMegabytes: totalMegabytes };
    expect(states).toEqual([
      {
        ...request,
        __typename: 'TableRestore',
        restoreState: 'IN_PROGRESS',
        message: 'IN_PROGRESS',
        restoredMegabytes: Math.floor(totalMegabytes / 2),
      },
      { ...request, __typename: 'TableRestore', ...done },
    ]);
  });

  it('plans the call in a dry run, and does not make it', async () => {
    const dry = await restore({ dryRun: true });
    expect(await actionsOf(gateway)).toEqual(reads);
    expect(dry).toMatchObject({ __typename: 'RestoreTablePayload', request: null });
    expect((await restore()).plannedCalls).toEqual(dry.plannedCalls);
  });

  it('accepts ARNs, and names with capitals that are kept if they are case-sensitive', async () => {
    const source = { database: 'Shop', schema: 'Sales', table: 'Orders' };
    const target = { database: 'Archive', schema: 'Kept', table: 'Orders 2' };
    const arns = { snapshotId: snapshotArn('REDSHIFT', 'old'), clusterId: clusterArn('REDSHIFT', 'sales') };
    const { request } = await restore({ ...arns, source, target, caseSensitive: true });
    expect(request).toMatchObject({ sourceTable: source, targetTable: target });
    const folded = await restore({ source, target });
    expect(folded.request).toMatchObject({
      sourceTable: { database: 'shop', schema: 'sales', table: 'orders' },
      targetTable: { database: 'archive', schema: 'kept', table: 'orders 2' },
    });
  });

  it('leaves the case of names to AWS for null', async () => {
    const { plannedCalls } = await restore({ caseSensitive: null });
    expect(JSON.parse(plannedCalls[0].parameters)).not.toHaveProperty('EnableCaseSensitiveIdentifier');
  });

  it('is not made again with the same idempotencyKey, and returns the restore as it is now', async () => {
    const first = await restore({ idempotencyKey: 'once' });
    await advance(60);
    const second = await restore({ idempotencyKey: 'once' });
    expect(await writes()).toEqual([write]);
    expect(second.plannedCalls).toEqual(first.plannedCalls);
    expect(second.request).toMatchObject({ id: first.request.id, restoreState: 'SUCCEEDED' });
  });

  it('reports every invalid name at once, without an AWS call', async () => {
    const long = 'ä'.repeat(64);
    const answer = await restore({
      source: { database: '', schema: '', table: long },
      target: { database: '', schema: '', table: '' },
    });
    const paths = ['source', 'target'].flatMap((part) =>
      ['database', 'schema', 'table'].map((name) => ['input', part, name]),
    );
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'source', 'database'] });
    expect(answer.problems.map(({ field }: any) => field)).toEqual(paths);
    expect(answer.problems[2].message).toBe(`source.table is "${long}"; it must have 1 to 127 bytes in UTF-8.`);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('accepts names of 127 bytes', async () => {
    const table = `${'ä'.repeat(63)}a`;
    expect(await restore({ target: { table } })).toMatchObject({ request: { targetTable: { table } } });
  });
});

const snapshot = (name: string, cluster = 'sales') => ({ snapshotId: snapshotId('REDSHIFT', name, { cluster }) });
const cluster = (name: string, place = {}) => ({ clusterId: clusterId('REDSHIFT', name, place) });

describe('restoreTable refuses', () => {
  it.each([
    [
      'another cluster than that of the snapshot',
      cluster('plain'),
      /snapshot old to cluster plain in .* from cluster sales/,
    ],
    ['a cluster of the same name in another region', cluster('sales', { region: 'eu-west-1' }), /eu-west-1.*us-east-1/],
    ['a cluster of another service', { clusterId: clusterId('DOCUMENTDB') }, /DOCUMENTDB.*REDSHIFT/],
  ])('%s', async (_what, changed, message) => {
    const answer = await restore(changed);
    expect(answer).toMatchObject({ __typename: 'InvalidInputError', field: ['input', 'clusterId'] });
    expect(answer.message).toMatch(message);
    expect(await writes()).toEqual([]);
  });

  const gift = { snapshotId: snapshotArn('REDSHIFT', 'gift', { account: stranger }) };
  const document = { snapshotId: snapshotId('DOCUMENTDB', 'doc'), clusterId: clusterId('DOCUMENTDB') };
  it.each([
    ['a snapshot that is being created', snapshot('young'), 'INVALID_STATE', { reason: 'NOT_AVAILABLE' }],
    ['a snapshot that failed', snapshot('broken'), 'INVALID_STATE', { reason: 'NOT_AVAILABLE' }],
    [
      'a cluster that is paused',
      { ...snapshot('rest', 'resting'), ...cluster('resting') },
      'INVALID_STATE',
      { reason: 'CLUSTER_NOT_AVAILABLE', message: expect.stringMatching(/^Cannot restore a table to cluster resting/) },
    ],
    ['a snapshot of another account', gift, 'NOT_SUPPORTED', { message: expect.stringContaining(stranger) }],
    ['Amazon DocumentDB', document, 'NOT_SUPPORTED', { message: expect.stringContaining('Amazon DocumentDB') }],
    ['a snapshot that does not exist', snapshot('none'), 'NOT_FOUND', {}],
    ['a cluster that does not exist', { ...snapshot('orphan', 'gone'), ...cluster('gone') }, 'NOT_FOUND', {}],
    [
      'the id of a snapshot as a cluster',
      { clusterId: ids.snapshotId },
      'INVALID_INPUT',
      { field: ['input', 'clusterId'] },
    ],
    ['an id of nothing', { snapshotId: 'x' }, 'INVALID_INPUT', { field: ['input', 'snapshotId'] }],
    ['another account than that of the ids', { account: other }, 'INVALID_INPUT', {}],
  ])('%s', async (_what, changed, code, more) => {
    for (const dryRun of [true, false]) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      expect(await restore({ ...changed, dryRun })).toMatchObject({ code, ...more });
    }
    expect(await writes()).toEqual([]);
  });

  it.each([
    ['without CLUSTER_RESTORE', 'readers', {}, 'FORBIDDEN'],
    ['without it for the snapshot', 'tagged', snapshot('plain-old'), 'FORBIDDEN'],
    [
      'without it for the cluster',
      'tagged',
      { ...snapshot('tagged-plain', 'plain'), ...cluster('plain') },
      'FORBIDDEN',
    ],
    ['who cannot see the snapshot', 'team', snapshot('plain-old'), 'NOT_FOUND'],
    ['who cannot see the cluster', 'team', { ...snapshot('tagged-plain', 'plain'), ...cluster('plain') }, 'NOT_FOUND'],
  ])('a caller %s', async (_what, group, changed, code) => {
    expect(await restore(changed, { groups: [group] })).toMatchObject({ code });
    expect(await writes()).toEqual([]);
  });

  it('no caller with the permission for both, whatever the tags of others', async () => {
    for (const group of ['tagged', 'team']) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      expect(await restore({}, { groups: [group] })).toMatchObject({ __typename: 'RestoreTablePayload' });
    }
  });
});

describe('restoreTable reports the error of AWS', () => {
  it.each([
    ['ClusterSnapshotNotFound', 404, 'NOT_FOUND'],
    ['ClusterNotFound', 404, 'NOT_FOUND'],
    ['InProgressTableRestoreQuotaExceededFault', 400, 'QUOTA_EXCEEDED'],
    ['InvalidClusterSnapshotState', 400, 'INVALID_STATE'],
    ['InvalidClusterState', 400, 'INVALID_STATE'],
    ['InvalidTableRestoreArgument', 400, 'INVALID_INPUT'],
    ['UnsupportedOperation', 400, 'NOT_SUPPORTED'],
    ['AccessDenied', 403, 'FORBIDDEN'],
  ])('%s (%i) as %s', async (code, status, expected) => {
    await gateway.disturb({ kind: 'error', action: write, code, status });
    expect(await restore()).toMatchObject({ code: expected, fault: expect.stringContaining(code) });
    expect(await writes()).toEqual([write]);
  });

  it('for too many restores at the same time', async () => {
    const tables = Array.from({ length: 6 }, (_, index) => ({ target: { table: `t${index}` } }));
    const answers = [];
    // oxlint-disable-next-line no-await-in-loop -- in sequence, because AWS counts them
    for (const table of tables) answers.push(await restore(table));
    expect(answers.slice(0, 5).every(({ request }) => request !== null)).toBe(true);
    expect(answers[5]).toMatchObject({
      __typename: 'QuotaExceededError',
      fault: 'InProgressTableRestoreQuotaExceededFault',
    });
  });
});

/** A restore that AWS remembers, with the same names unless they are changed. */
const remembered = (TableRestoreRequestId: string, changed: object = {}) => {
  const { EnableCaseSensitiveIdentifier: _, ...status } = sent;
  const place = { service: 'redshift', account, region };
  return { ...place, ...status, TableRestoreRequestId, Status: 'SUCCEEDED', RequestTime: now, ...changed };
};
const lost = { kind: 'reset', moment: 'after', action: write } as const;
const before = { ...lost, moment: 'before' } as const;

describe('a lost response to restoreTable', () => {
  it.each(answersLost)('is read back: $kind $moment $status $bytes', async (loss) => {
    await gateway.disturb({ ...loss, action: write });
    const answer = await restore({ source: { database: 'Shop', table: 'Orders' } });
    const calls = await actionsOf(gateway);
    expect(calls.filter((action) => action === write)).toHaveLength(1);
    expect(calls).toContain('DescribeTableRestoreStatus');
    if (loss.moment === 'before') expect(answer).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    else expect(answer).toMatchObject({ request: { restoreState: 'PENDING', sourceTable: { database: 'shop' } } });
  });

  it.each([
    ['an older restore', () => ({ RequestTime: minutesFrom(-2) })],
    ['a restore from another snapshot', () => ({ SnapshotIdentifier: 'young' })],
    ['a restore of another table', () => ({ SourceTableName: 'customers' })],
    ['a restore to another schema', () => ({ TargetSchemaName: 'other' })],
    ['a restore to another table', () => ({ NewTableName: 'orders_after' })],
    ['a restore with unknown names', () => ({ TargetDatabaseName: undefined })],
  ])('is not that of %s', async (_what, changed) => {
    await gateway.load(world({ tableRestores: [remembered('one', changed())] }));
    await gateway.disturb(before);
    expect(await restore()).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await gateway.disturb({ ...lost });
    const { request } = await restore();
    expect(request).toMatchObject({ restoreState: 'PENDING' });
    expect(request.requestId).not.toBe('one');
  });

  it('compares the case of names that are case-sensitive', async () => {
    const tables = { source: { database: 'shop', table: 'Orders' }, caseSensitive: true };
    await gateway.load(world({ tableRestores: [remembered('one')] }));
    await gateway.disturb(lost);
    expect((await restore(tables)).request).toMatchObject({ sourceTable: { table: 'Orders' } });
  });

  it('has an unknown outcome if two restores fit', async () => {
    await gateway.load(world({ tableRestores: [remembered('one')] }));
    await gateway.disturb(lost);
    const answer = await restore();
    expect(answer).toMatchObject({ __typename: 'OutcomeUnknownError' });
    expect(answer.message).toContain('2 restores of the same table were requested at that time');
  });

  it('finds the restore on a later page', async () => {
    const others = Array.from({ length: 150 }, (_, index) =>
      remembered(`old-${index}`, { RequestTime: minutesFrom(-60) }),
    );
    await gateway.load(world({ tableRestores: others }));
    await gateway.disturb(lost);
    expect(await restore()).toMatchObject({ request: { requestedAt: now } });
    expect((await actionsOf(gateway)).filter((action) => action === 'DescribeTableRestoreStatus')).toHaveLength(2);
  });

  it('has an unknown outcome if it cannot be read back', async () => {
    const denied = { kind: 'error', code: 'AccessDenied', status: 403, action: 'DescribeTableRestoreStatus' } as const;
    await gateway.disturb(lost, denied);
    expect(await restore()).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await writes()).toEqual([write]);
  });
});

describe('a table restore', () => {
  const idOf = (name: string, place = `${account}/${region}/REDSHIFT`) => globalId('TableRestore', `${place}/${name}`);

  it('has null for everything that AWS does not report', async () => {
    const bare = { service: 'redshift', account, region, ClusterIdentifier: 'sales', TableRestoreRequestId: 'bare' };
    await gateway.load(world({ tableRestores: [{ ...bare, Status: 'WAITING', TotalDataInMegaBytes: -1 }] }));
    const nothing = { database: null, schema: null, table: null };
    expect((await read(idOf('sales/bare'))).data.node).toMatchObject({
      restoreState: 'UNKNOWN',
      message: null,
      restoredMegabytes: null,
      totalMegabytes: null,
      sourceTable: nothing,
      targetTable: nothing,
      cluster: { identifier: 'sales' },
      snapshot: null,
    });
  });

  it.each(['SUCCEEDED', 'FAILED', 'CANCELED', 'PENDING', 'IN_PROGRESS'])('can be %s', async (Status) => {
    await gateway.load(world({ tableRestores: [remembered('one', { Status, Message: 'why' })] }));
    expect((await read(idOf('sales/one'))).data.node).toMatchObject({ restoreState: Status });
  });

  it('is null if AWS does not know it, or its cluster does not exist', async () => {
    await gateway.load(world({ tableRestores: [remembered('one', { ClusterIdentifier: 'gone' })] }));
    for (const name of ['sales/none', 'gone/one']) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      expect(await read(idOf(name))).toMatchObject({ data: { node: null } });
    }
  });

  it('is visible to those who can see its cluster, and shows them only what they can see', async () => {
    const restores = [
      remembered('one'),
      remembered('two', { SnapshotIdentifier: 'plain-old' }),
      remembered('three', { ClusterIdentifier: 'plain', SnapshotIdentifier: 'tagged-plain' }),
    ];
    await gateway.load(world({ tableRestores: restores }));
    const team = { groups: ['team'] };
    expect((await read(idOf('sales/one'), team)).data.node).toMatchObject({ snapshot: { identifier: 'old' } });
    expect((await read(idOf('sales/two'), team)).data.node).toMatchObject({ snapshot: null });
    expect((await read(idOf('plain/three'), team)).data.node).toBeNull();
    expect((await read(idOf('plain/three'))).data.node).toMatchObject({ cluster: { identifier: 'plain' } });
  });

  it.each([
    ['without a request id', idOf('sales/')],
    ['without a cluster', idOf('one')],
    ['of a source that is not configured', idOf('sales/one', `${stranger}/${region}/REDSHIFT`)],
    ['of another service', idOf('sales/one', `${account}/${region}/DOCUMENTDB`)],
  ])('cannot be read by an id %s', async (_what, id) => {
    const { errors } = await read(id);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    expect(await actionsOf(gateway)).toEqual([]);
  });

  it('is read once for each of several ids, and their clusters together', async () => {
    await gateway.load(world({ tableRestores: [remembered('one'), remembered('two')] }));
    const all = ['one', 'two', 'none'].map((name) => idOf(`sales/${name}`));
    const { data } = await gateway.query(
      'query ($all: [ID!]!) { nodes(ids: $all) { ... on TableRestore { requestId cluster { identifier } } } }',
      { all },
      await as(admin),
    );
    const known = { cluster: { identifier: 'sales' } };
    expect(data.nodes).toEqual([{ requestId: 'one', ...known }, { requestId: 'two', ...known }, null]);
    const calls = await actionsOf(gateway);
    expect(calls.filter((action) => action === 'DescribeTableRestoreStatus')).toHaveLength(3);
    expect(calls.filter((action) => action === 'DescribeClusters')).toHaveLength(1);
  });
});
