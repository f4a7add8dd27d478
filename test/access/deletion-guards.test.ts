import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import type { WorldJson } from '../support/emulator.ts';
import { account, accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeCluster, makeSnapshot, serviceOf, snapshotId } from '../support/worlds.ts';

const day = 86_400_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
const redshiftId = (name: string) => snapshotId('REDSHIFT', name);

/** Starts a gateway whose `deletion` has these entries; the claim `role` of a token selects its permissions. */
const guardedBy = (...deletion: object[]) =>
  startGateway({
    authenticate: authenticationWith([
      { permissions: ['SNAPSHOT_READ'] },
      { when: { role: ['retainer', 'operator'] }, permissions: ['SNAPSHOT_RETAIN'] },
      { when: { role: ['deleter', 'operator'] }, permissions: ['SNAPSHOT_DELETE'] },
    ]),
    policy: { deletion: deletionSettings.parse(deletion) },
  });

type Outcome = [code: string, reason: string | null] | string | null;

const resultOf = ({ error, snapshot }: any): Outcome =>
  error ? (error.reason ? [error.code, error.reason] : error.code) : (snapshot?.status ?? null);

async function batch(gateway: Gateway, mutation: string, input: object, role = 'operator'): Promise<Outcome[]> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { data, errors } = await gateway.query(
    `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) {
        ... on ${type}Payload {
          results { snapshot { status } error { code message ... on InvalidStateError { reason } } }
        }
        ... on Error { code message }
      }
    }`,
    { input },
    await as({ role }),
  );
  expect(errors).toBeUndefined();
  return data[mutation].results.map(resultOf);
}

async function one(gateway: Gateway, id: string, input: object = {}): Promise<{ outcome: Outcome; message: string }> {
  const { data, errors } = await gateway.query(
    `mutation ($input: DeleteSnapshotInput!) {
      deleteSnapshot(input: $input) {
        ... on DeleteSnapshotPayload { snapshot { status } }
        ... on Error { code message }
        ... on InvalidStateError { reason }
      }
    }`,
    { input: { snapshotId: id, ...input } },
    await as({ role: 'operator' }),
  );
  expect(errors).toBeUndefined();
  const { snapshot, message, ...error } = data.deleteSnapshot;
  return { outcome: resultOf({ snapshot, error: error.code ? error : null }), message };
}

const writes = async (gateway: Gateway) =>
  (await gateway.calls()).map(({ action }) => action ?? '').filter((action) => !/^(Describe|List)/.test(action));

const last: Outcome = ['INVALID_STATE', 'LAST_SNAPSHOT'];

describe('a retention period that ends sooner than before', () => {
  let gateway: Gateway;
  const retain = (names: string[], input: object, role?: string) =>
    batch(gateway, 'updateSnapshotRetention', { snapshotIds: names.map(redshiftId), ...input }, role);
  const load = (...snapshots: NonNullable<WorldJson['snapshots']>) =>
    gateway.load({ clusters: [makeCluster('REDSHIFT')], snapshots });
  afterAll(() => gateway.close());
  beforeAll(async () => {
    gateway = await guardedBy({ holdTags: ['hold'], keepLast: true, perHour: 3 });
  });

  it('within the horizon requires the permission to delete, and keeps the last snapshot of a cluster', async () => {
    await load(makeSnapshot('REDSHIFT', 'last', { createdAt: ago(5 * day - 60_000) }));
    await gateway.calls();
    expect(await retain(['last'], { days: 5 }, 'retainer')).toEqual(['FORBIDDEN']);
    expect(await retain(['last'], { days: 5 })).toEqual([last]);
    expect(await retain(['last'], { days: 11, dryRun: true }, 'retainer')).toEqual(['FORBIDDEN']);
    expect(await writes(gateway)).toEqual([]);
  });

  it('beyond the horizon requires no permission to delete, but keeps the last snapshot and held ones', async () => {
    await load(
      makeSnapshot('REDSHIFT', 'last'),
      makeSnapshot('REDSHIFT', 'held', { cluster: 'gone', tags: { hold: '' } }),
    );
    expect(await retain(['last'], { days: 30 }, 'retainer')).toEqual([last]);
    const held = { snapshotIds: [snapshotId('REDSHIFT', 'held', { cluster: 'gone' })], days: 30 };
    expect(await batch(gateway, 'updateSnapshotRetention', held)).toEqual([['INVALID_STATE', 'HELD']]);
    await load(makeSnapshot('REDSHIFT', 'first'), makeSnapshot('REDSHIFT', 'last'));
    expect(await retain(['last'], { days: 30 }, 'retainer')).toEqual(['AVAILABLE']);
    expect(await retain(['last'], { days: 60 }, 'retainer')).toEqual(['AVAILABLE']);
  });

  it('keeps the last snapshot of a cluster also while it is being created', async () => {
    await load(makeSnapshot('REDSHIFT', 'last', { status: 'creating', readyAt: ago(-day) }));
    expect(await retain(['last'], { days: 1 })).toEqual([last]);
    expect(await retain(['last'], { days: 30 })).toEqual([last]);
    await load(
      makeSnapshot('REDSHIFT', 'kept'),
      makeSnapshot('REDSHIFT', 'next', { status: 'creating', readyAt: ago(-day) }),
    );
    expect(await retain(['next'], { days: 30 })).toEqual(['CREATING']);
  });

  it('is compared by the end, and a period that ends later is never a deletion', async () => {
    await load(makeSnapshot('REDSHIFT', 'last', { days: 3 }));
    expect(await retain(['last'], { days: 4 }, 'retainer')).toEqual(['AVAILABLE']);
    expect(await retain(['last'], { days: 4 }, 'retainer')).toEqual(['AVAILABLE']);
    expect(await retain(['last'], { days: 3 }, 'retainer')).toEqual(['FORBIDDEN']);
  });

  it('counts for the hourly limit within the horizon only', async () => {
    const many = Array.from({ length: 6 }, (_, index) => `many-${index}`);
    const limited = await guardedBy({ perHour: 3, horizonDays: 2 });
    await limited.load({ snapshots: many.map((name) => makeSnapshot('REDSHIFT', name, { cluster: 'gone' })) });
    const change = (names: string[], days: number) =>
      batch(limited, 'updateSnapshotRetention', {
        snapshotIds: names.map((name) => snapshotId('REDSHIFT', name, { cluster: 'gone' })),
        days,
      });
    expect(await change(many, 3)).toEqual(many.map(() => 'AVAILABLE'));
    expect(await change(many.slice(0, 2), 2)).toEqual(['AVAILABLE', 'AVAILABLE']);
    expect(await change(many.slice(2, 4), 1)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(await change(many.slice(2, 3), 1)).toEqual(['AVAILABLE']);
    await limited.close();
  });
});

describe.each(serviceNames)('the last snapshot of a cluster in %s', (service: ServiceName) => {
  let gateway: Gateway;
  const { cluster, automatedPrefix } = serviceOf(service);
  const createdAt = ago(30 * day);
  const id = (name: string) => snapshotId(service, name);
  const load = (parts: object, ...snapshots: NonNullable<WorldJson['snapshots']>) =>
    gateway.load({ clusters: [{ ...makeCluster(service, cluster, { createdAt }), ...parts }], snapshots });
  beforeAll(async () => {
    gateway = await guardedBy({ keepLast: true });
  });
  afterAll(() => gateway.close());

  it('is kept although snapshots of a former cluster of the same name remain', async () => {
    const former = {
      ...makeSnapshot(service, 'former', { createdAt: ago(900 * day) }),
      ClusterCreateTime: ago(950 * day),
    };
    await load({}, makeSnapshot(service, 'now', { createdAt: ago(day) }), former);
    expect((await one(gateway, id('now'))).outcome).toEqual(last);
    expect((await one(gateway, id('former'))).outcome).toBe('DELETED');
  });

  it('is kept although a copy from another region has the name of the cluster, and the copy is not kept', async () => {
    const far = `arn:aws:rds:eu-west-1:${account}:cluster-snapshot:far`;
    const origin = service === 'REDSHIFT' ? { SourceRegion: 'eu-west-1' } : { SourceDBClusterSnapshotArn: far };
    await load({}, makeSnapshot(service, 'now'), { ...makeSnapshot(service, 'copy'), ...origin });
    expect((await one(gateway, id('now'))).outcome).toEqual(last);
    expect((await one(gateway, id('copy'))).outcome).toBe('DELETED');
  });

  it('is kept although it is not certain that another snapshot is of this cluster', async () => {
    const doubtful = { ...makeSnapshot(service, 'doubtful'), ClusterCreateTime: ago(60 * day) };
    await load({}, makeSnapshot(service, 'now'), doubtful);
    expect((await one(gateway, id('now'))).outcome).toEqual(last);
    await load({}, doubtful);
    expect((await one(gateway, id('doubtful'))).outcome).toEqual(last);
  });

  it('is kept unless the cluster creates automated snapshots, whatever the order of the ids in a batch', async () => {
    const nightly = `${automatedPrefix}${cluster}-nightly`;
    const period = (days: number) => ({
      [service === 'REDSHIFT' ? 'AutomatedSnapshotRetentionPeriod' : 'BackupRetentionPeriod']: days,
    });
    const world = [
      ...['m1', 'm2'].map((name) => makeSnapshot(service, name)),
      makeSnapshot(service, nightly, { type: 'automated' }),
    ];
    const automated: Outcome = ['INVALID_STATE', 'NOT_MANUAL'];
    await load(period(1), ...world);
    const snapshotIds = [nightly, 'm1', 'm2'].map(id);
    expect(await batch(gateway, 'deleteSnapshots', { snapshotIds, dryRun: true })).toEqual([
      automated,
      'AVAILABLE',
      'AVAILABLE',
    ]);
    expect(await batch(gateway, 'deleteSnapshots', { snapshotIds: snapshotIds.toReversed() })).toEqual([
      'DELETED',
      'DELETED',
      automated,
    ]);
    if (service === 'DOCUMENTDB') return; // AWS requires automated backups.
    await load(period(0), ...world);
    expect(await batch(gateway, 'deleteSnapshots', { snapshotIds })).toEqual([automated, last, last]);
  });

  it('is kept by two deletions at the same time, and by one after the other while AWS lists both', async () => {
    await gateway.load({
      assumptions: { snapshotLingerSeconds: 600 },
      clusters: [makeCluster(service)],
      snapshots: ['a', 'b', 'c'].map((name) => makeSnapshot(service, name)),
    });
    const outcomes = await Promise.all(['a', 'b', 'c'].map(async (name) => (await one(gateway, id(name))).outcome));
    expect(outcomes.filter((each) => each === 'DELETED')).toHaveLength(2);
    expect(outcomes).toContainEqual(last);
    const index = outcomes.findIndex((each) => each !== 'DELETED');
    expect((await one(gateway, id(['a', 'b', 'c'][index]!))).outcome).toEqual(last);
  });

  it('is kept if its status is unknown', async () => {
    await load({}, makeSnapshot(service, 'odd', { status: 'optimizing' }));
    expect((await one(gateway, id('odd'))).outcome).toEqual(last);
  });

  it('is kept by batches over several clusters in different orders, which do not wait for each other forever', async () => {
    const names = ['one', 'two', 'three'];
    const parts = names.flatMap((name) => ['x', 'y'].map((each) => ({ name: `${name}-${each}`, cluster: name })));
    await gateway.load({
      clusters: names.map((name) => makeCluster(service, name)),
      snapshots: parts.map((each) => makeSnapshot(service, each.name, each)),
    });
    const ids = (end: string) =>
      parts.filter(({ name }) => name.endsWith(end)).map((each) => snapshotId(service, each.name, each));
    const [forward, backward] = await Promise.all([
      batch(gateway, 'deleteSnapshots', { snapshotIds: ids('-x') }),
      batch(gateway, 'deleteSnapshots', { snapshotIds: ids('-y').toReversed() }),
    ]);
    const deleted = [...forward, ...backward].filter((each) => each === 'DELETED');
    expect(deleted).toHaveLength(3);
  });

  it('counts a new snapshot as remaining, even if another one of its name was deleted', async () => {
    await load({}, ...['a', 'b'].map((name) => makeSnapshot(service, name, { createdAt: ago(day) })));
    expect((await one(gateway, id('a'))).outcome).toBe('DELETED');
    await load({}, makeSnapshot(service, 'a', { createdAt: ago(0) }), makeSnapshot(service, 'b'));
    expect((await one(gateway, id('b'))).outcome).toBe('DELETED');
  });

  it('is counted again if AWS refused its deletion', async () => {
    await load({}, ...['p', 'q'].map((name) => makeSnapshot(service, name)));
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: serviceDelete(service) });
    expect((await one(gateway, id('p'))).outcome).toBe('FORBIDDEN');
    await gateway.disturb();
    expect((await one(gateway, id('q'))).outcome).toBe('DELETED');
  });
});

const serviceDelete = (service: ServiceName) =>
  service === 'REDSHIFT' ? 'DeleteClusterSnapshot' : 'DeleteDBClusterSnapshot';

it('counts snapshots that end within the horizon as gone', async () => {
  const gateway = await guardedBy({ keepLast: true, horizonDays: 3 });
  const load = (days: number) =>
    gateway.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: [makeSnapshot('REDSHIFT', 'kept'), makeSnapshot('REDSHIFT', 'ending', { days })],
    });
  await load(3);
  expect((await one(gateway, redshiftId('kept'))).outcome).toEqual(last);
  await load(4);
  expect((await one(gateway, redshiftId('kept'))).outcome).toBe('DELETED');
  await gateway.close();
});

it('counts held snapshots in a batch as remaining', async () => {
  const gateway = await guardedBy({ keepLast: true, holdTags: ['hold'] });
  await gateway.load({
    clusters: [makeCluster('REDSHIFT')],
    snapshots: [makeSnapshot('REDSHIFT', 'held', { tags: { hold: '' } }), makeSnapshot('REDSHIFT', 'free')],
  });
  const snapshotIds = ['free', 'held'].map(redshiftId);
  expect(await batch(gateway, 'deleteSnapshots', { snapshotIds })).toEqual(['DELETED', ['INVALID_STATE', 'HELD']]);
  await gateway.close();
});

it('refunds what AWS refused to the hourly limit, but not what it may have done', async () => {
  const gateway = await guardedBy({ perHour: 2 });
  const names = ['a', 'b', 'c', 'd'];
  const gone = { cluster: 'gone' };
  await gateway.load({ snapshots: names.map((name) => makeSnapshot('REDSHIFT', name, gone)) });
  const idOf = (name: string) => snapshotId('REDSHIFT', name, gone);
  await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, action: 'DeleteClusterSnapshot' });
  for (const name of names) expect((await one(gateway, idOf(name))).outcome).toBe('FORBIDDEN');
  await gateway.disturb();
  expect((await one(gateway, idOf('a'), { dryRun: true })).outcome).toBe('AVAILABLE');
  expect((await one(gateway, idOf('a'))).outcome).toBe('DELETED');
  await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, action: 'DeleteClusterSnapshot' });
  await one(gateway, idOf('b'));
  await gateway.disturb();
  const { outcome, message } = await one(gateway, idOf('c'));
  expect({ outcome, message }).toEqual({
    outcome: 'RATE_LIMITED',
    message: expect.stringContaining('limit is 2 per hour'),
  });
  await gateway.close();
});

it('refuses a dry run whose deletions in several sources together exceed the hourly limit', async () => {
  const owners = ['111111111111', '222222222222'];
  const gateway = await startGateway({
    accounts: accounts(owners),
    policy: { deletion: deletionSettings.parse([{ perHour: 3 }]) },
  });
  const all = owners.flatMap((owner) => ['a', 'b'].map((name) => ({ name, account: owner, cluster: 'gone' })));
  await gateway.load({ snapshots: all.map((each) => makeSnapshot('REDSHIFT', each.name, each)) });
  const snapshotIds = all.map((each) => snapshotId('REDSHIFT', each.name, each));
  const expected = ['AVAILABLE', 'AVAILABLE', 'RATE_LIMITED', 'RATE_LIMITED'];
  for (let round = 0; round < 2; round += 1) {
    expect(await batch(gateway, 'deleteSnapshots', { snapshotIds, dryRun: true })).toEqual(expected);
  }
  await gateway.close();
});

it('does not name a cluster that the caller cannot see', async () => {
  const gateway = await startGateway({
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ', 'SNAPSHOT_DELETE'], tags: { team: 'bi' } }]),
    policy: { deletion: deletionSettings.parse([{ keepLast: true }]) },
  });
  const messageWith = async (tags: Record<string, string>) => {
    await gateway.load({
      clusters: [makeCluster('REDSHIFT', 'sales', { tags })],
      snapshots: [makeSnapshot('REDSHIFT', 'one', { tags: { team: 'bi' } })],
    });
    return (await one(gateway, redshiftId('one'))).message;
  };
  expect(await messageWith({ team: 'bi' })).toContain('the cluster sales would have no available snapshot');
  expect(await messageWith({})).not.toContain('sales');
  await gateway.close();
});
