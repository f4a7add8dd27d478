import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { type ServiceName, serviceNames } from '../support/services.ts';
import { subscribe } from '../support/streams.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { clusterArn, clusterId, globalId, makeCluster, makeInstance, snapshotId } from '../support/worlds.ts';

const now = '2026-01-02T00:00:00.000Z';
const after = (seconds: number) => new Date(Date.parse(now) + seconds * 1000).toISOString();
type World = Parameters<Gateway['load']>[0];

const restored = {
  ...makeCluster('REDSHIFT', undefined, { createdAt: now }),
  NodeType: 'dc2.large',
  RestoreStatus: { SnapshotSizeInMegaBytes: 6000 },
  ReadyTime: after(300),
};
const created = { ...makeCluster('DOCUMENTDB', undefined, { createdAt: now }), ReadyTime: after(300) };
const world: World = { now, frozen: true, clusters: [restored, created] };

let pauses: ReturnType<typeof createPauses>;
let gateway: Gateway;

async function open(options: Parameters<typeof startGateway>[0] = {}): Promise<void> {
  pauses = createPauses();
  gateway = await startGateway({ pause: pauses.pause, ...options });
  await load(world);
}
beforeEach(() => open());
afterEach(() => gateway.close());

async function load(next: World): Promise<void> {
  await gateway.load({ now, frozen: true, ...next });
  await gateway.calls();
}

const advance = (advanceSeconds: number) => gateway.emulator.control('POST', 'clock', { advanceSeconds });
const actions = async () => (await gateway.calls()).map(({ action }) => action);

async function follow(id: string, selection = 'status', viewer?: string, headers = {}) {
  const query = `subscription ($id: ID!, $account: AccountId) {
    clusterProgress(id: $id, account: $account) { ${selection} }
  }`;
  const stream = await subscribe(gateway, query, { id, account: viewer }, headers);
  const next = async () => {
    const event = await stream.next();
    return event?.errors ? { errors: event.errors } : (event?.data.clusterProgress ?? undefined);
  };
  const rest = async (): Promise<unknown[]> => {
    const event = await next();
    return event === undefined ? [] : [event, ...(await rest())];
  };
  return { ...stream, event: stream.next, next, rest };
}

/** Ends the next pauses, and returns their lengths in milliseconds. */
async function pass(count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let polls = 0; polls < count; polls += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one pause after the other
    const { milliseconds, end } = await pauses.next();
    waits.push(milliseconds);
    end();
  }
  return waits;
}

/** Lets time pass after a read of the poller, and the poller read again. */
async function elapse(seconds: number): Promise<void> {
  const { end } = await pauses.next();
  await advance(seconds);
  end();
}

/** The status of a cluster of the world at first. */
const initial = { REDSHIFT: 'RESTORING', DOCUMENTDB: 'CREATING' };

const redshift = clusterId('REDSHIFT');
const documentDB = clusterId('DOCUMENTDB');
const code = (name: string) => ({ errors: [{ extensions: { code: name } }] });

describe('the progress of a cluster', () => {
  it('is sent immediately and after every change, until an Amazon Redshift cluster is available', async () => {
    const listener = await follow(redshift, 'status restore { state percent remainingSeconds }');
    expect(await listener.event()).toMatchObject({
      data: {
        clusterProgress: { status: 'RESTORING', restore: { state: 'STARTING', percent: 0, remainingSeconds: 300 } },
      },
      extensions: { aws: { calls: 0 }, cost: { announced: 2 } },
    });
    await elapse(150);
    expect(await listener.next()).toEqual({
      status: 'RESTORING',
      restore: { state: 'RESTORING', percent: 50, remainingSeconds: 150 },
    });
    await elapse(150);
    expect(await listener.rest()).toEqual([
      { status: 'AVAILABLE', restore: { state: 'COMPLETED', percent: 100, remainingSeconds: 0 } },
    ]);
    expect(await actions()).toEqual(['DescribeClusters', 'DescribeClusters', 'DescribeClusters']);
    expect(pauses.held()).toBe(0);
  });

  it('follows an Amazon DocumentDB cluster without instances until it is available', async () => {
    const listener = await follow(documentDB, 'status isReachable');
    expect(await listener.next()).toEqual({ status: 'CREATING', isReachable: false });
    await elapse(100);
    await elapse(200);
    expect(await listener.rest()).toEqual([{ status: 'AVAILABLE', isReachable: false }]);
    expect(await actions()).toEqual([
      'DescribeDBClusters',
      'DescribeDBClusters',
      'DescribeDBClusters',
      'DescribeDBInstances',
    ]);
    expect(pauses.held()).toBe(0);
  });

  it('follows the instances of an Amazon DocumentDB cluster until none is being created', async () => {
    const available = makeCluster('DOCUMENTDB', undefined, { createdAt: '2026-01-01T00:00:00.000Z' });
    await load({
      clusters: [available],
      instances: [60, 120].map((seconds) => makeInstance(`orders-${seconds}`, { ReadyTime: after(seconds) })),
    });
    const listener = await follow(
      documentDB,
      'status isReachable ... on DocumentDBCluster { instances { identifier rawStatus } }',
    );
    const event = (isReachable: boolean, ...states: string[]) => ({
      status: 'AVAILABLE',
      isReachable,
      instances: states.map((rawStatus, index) => ({ identifier: `orders-${[120, 60][index]}`, rawStatus })),
    });
    // The event has what the poller has read.
    expect(await listener.event()).toMatchObject({
      data: { clusterProgress: event(false, 'creating', 'creating') },
      extensions: { aws: { calls: 0 } },
    });
    // Nothing but the restorable time changes.
    await elapse(30);
    await elapse(30);
    expect(await listener.next()).toEqual(event(true, 'creating', 'available'));
    await elapse(60);
    expect(await listener.rest()).toEqual([event(true, 'available', 'available')]);
    expect((await actions()).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'DescribeDBClusters'),
      ...Array.from({ length: 4 }, () => 'DescribeDBInstances'),
    ]);
    expect(pauses.held()).toBe(0);
  });

  it('is sent when an instance is added to a cluster that is being created', async () => {
    const listener = await follow(documentDB, 'status ... on DocumentDBCluster { instances { rawStatus } }');
    expect(await listener.next()).toEqual({ status: 'CREATING', instances: [] });
    const pause = await pauses.next();
    await load({
      now: after(10),
      clusters: [created],
      instances: [makeInstance('orders-1', { ReadyTime: after(400) })],
    });
    pause.end();
    expect(await listener.next()).toEqual({ status: 'CREATING', instances: [{ rawStatus: 'creating' }] });
    await elapse(290);
    expect(await listener.next()).toEqual({ status: 'AVAILABLE', instances: [{ rawStatus: 'creating' }] });
    await elapse(100);
    expect(await listener.rest()).toEqual([{ status: 'AVAILABLE', instances: [{ rawStatus: 'available' }] }]);
  });

  it.each([
    ['REDSHIFT', 'available', 'AVAILABLE', ['DescribeClusters']],
    ['REDSHIFT', 'incompatible-restore', 'FAILED', ['DescribeClusters']],
    ['DOCUMENTDB', 'available', 'AVAILABLE', ['DescribeDBClusters', 'DescribeDBInstances']],
    ['DOCUMENTDB', 'migration-failed', 'FAILED', ['DescribeDBClusters']],
  ] as const)('is one event if the cluster of %s is %s', async (service, raw, status, reads) => {
    await load({ clusters: [makeCluster(service, undefined, { status: raw })] });
    expect(await (await follow(clusterId(service))).rest()).toEqual([{ status }]);
    expect(await actions()).toEqual(reads);
    expect(pauses.held()).toBe(0);
  });

  it.each(serviceNames)('ends when three reads in a row do not find the cluster: %s', async (service) => {
    const listener = await follow(clusterId(service));
    expect(await listener.next()).toEqual({ status: initial[service] });
    const first = await pauses.next();
    await load({ clusters: [makeCluster(service, 'another')] });
    first.end();
    expect(await pass(2)).toEqual([5_000, 5_000]);
    expect(await listener.rest()).toEqual([]);
    expect(pauses.held()).toBe(0);
  });

  it.each(serviceNames)('follows a deletion until the cluster no longer exists: %s', async (service) => {
    await load({ clusters: [makeCluster(service, undefined, { status: 'deleting' })] });
    const listener = await follow(clusterId(service));
    expect(await listener.next()).toEqual({ status: 'DELETING' });
    await pass(3);
    const pause = await pauses.next();
    await load({});
    pause.end();
    await pass(2);
    expect(await listener.rest()).toEqual([]);
  });

  it.each(serviceNames)('ends with NOT_FOUND when another cluster has the identifier: %s', async (service) => {
    const listener = await follow(clusterId(service));
    await listener.next();
    const pause = await pauses.next();
    const createdAt = after(60);
    await load({
      now: after(60),
      clusters: [{ ...makeCluster(service, undefined, { createdAt }), ReadyTime: after(360) }],
    });
    pause.end();
    expect(await listener.rest()).toMatchObject([
      {
        errors: [
          {
            message: expect.stringContaining('another cluster now has its identifier'),
            extensions: { code: 'NOT_FOUND' },
          },
        ],
      },
    ]);
    expect(pauses.held()).toBe(0);
  });

  it('ends after 300 seconds in an unknown status', async () => {
    await load({ clusters: [makeCluster('REDSHIFT', undefined, { status: 'dreaming' })] });
    const listener = await follow(redshift, 'status rawStatus');
    expect(await listener.next()).toEqual({ status: 'UNKNOWN', rawStatus: 'dreaming' });
    let passed = 0;
    // oxlint-disable-next-line no-await-in-loop -- one pause after the other
    while (passed < 300_000) passed += (await pass(1))[0]!;
    expect(await listener.rest()).toEqual([]);
  });

  it.each(serviceNames)('follows the ARN of a cluster as its id, with its account: %s', async (service) => {
    await load({ clusters: [makeCluster(service)] });
    for (const [id, viewer] of [
      [clusterArn(service), undefined],
      [clusterArn(service), account],
      [clusterId(service), account],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await (await follow(id, 'arn', viewer)).rest()).toEqual([{ arn: clusterArn(service) }]);
    }
  });
});

describe('the poller', () => {
  it.each(serviceNames)('is shared by all followers of a cluster: %s', async (service) => {
    const id = clusterId(service);
    const first = await follow(id);
    await first.next();
    const others = await Promise.all(Array.from({ length: 20 }, () => follow(id)));
    expect(await Promise.all(others.map((each) => each.next()))).toEqual(
      others.map(() => ({ status: initial[service] })),
    );
    await elapse(300);
    const ends = await Promise.all([first, ...others].map((each) => each.rest()));
    expect(ends).toEqual([first, ...others].map(() => [{ status: 'AVAILABLE' }]));
    expect(await actions()).toHaveLength(service === 'REDSHIFT' ? 2 : 3);
    expect(pauses.held()).toBe(0);
  });

  it('waits a tenth of the remaining time of a restore, from 1 to 30 seconds', async () => {
    await follow(redshift);
    const waits: number[] = [];
    for (const seconds of [100, 150, 45, 0]) {
      // oxlint-disable no-await-in-loop -- one pause after the other
      const { milliseconds, end } = await pauses.next();
      waits.push(milliseconds);
      await advance(seconds);
      end();
      // oxlint-enable no-await-in-loop
    }
    expect(waits).toEqual([30_000, 20_000, 5_000, 1_000]);
  });

  it('backs off up to 30 seconds if AWS provides no estimate, also after a restore that is complete', async () => {
    const RestoreStatus = { Status: 'completed', EstimatedTimeToCompletionInSeconds: 0, ElapsedTimeInSeconds: 9 };
    const cluster = makeCluster('REDSHIFT', undefined, { status: 'modifying' });
    await load({ clusters: [{ ...cluster, NodeType: 'dc2.large', RestoreStatus }, created] });
    for (const id of [redshift, documentDB]) {
      // oxlint-disable no-await-in-loop -- one cluster after the other
      const listener = await follow(id);
      const waits = await pass(20);
      expect(waits.slice(0, 3)).toEqual([1_250, 1_563, 1_954]);
      expect(waits.at(-1)).toBe(30_000);
      const { signal } = await pauses.next();
      listener.leave();
      if (!signal.aborted) await once(signal, 'abort');
      // oxlint-enable no-await-in-loop
    }
  });

  it('stops when the last follower leaves', async () => {
    const [first, second] = await Promise.all([follow(redshift), follow(redshift)]);
    await Promise.all([first.next(), second.next()]);
    first.leave();
    await pass(1);
    const { signal } = await pauses.next();
    expect(signal.aborted).toBe(false);
    second.leave();
    if (!signal.aborted) await once(signal, 'abort');
    expect(pauses.held()).toBe(0);
  });

  it('ends its streams when the gateway stops', async () => {
    const listener = await follow(redshift);
    await listener.next();
    const { signal } = await pauses.next();
    const stopped = gateway.stop({ noticeSeconds: 0, deadlineSeconds: 600 });
    expect(await listener.rest()).toEqual([]);
    await stopped;
    expect(signal.aborted).toBe(true);
  });
});

describe('a cluster that AWS does not find', () => {
  const later = (service: ServiceName) => clusterId(service, 'later');

  it.each(serviceNames)('is awaited: %s', async (service) => {
    const listener = await follow(later(service));
    const [one, other] = [await pauses.next(), await pauses.next()];
    const [poller, patience] = one.milliseconds < other.milliseconds ? [one, other] : [other, one];
    expect(patience.milliseconds).toBe(30_000);
    await load({ clusters: [makeCluster(service, 'later')] });
    poller.end();
    expect(await listener.rest()).toEqual([{ status: 'AVAILABLE' }]);
  });

  it.each(serviceNames)('is NOT_FOUND after 30 seconds: %s', async (service) => {
    const listener = await follow(later(service));
    const [one, other] = [await pauses.next(), await pauses.next()];
    (one.milliseconds < other.milliseconds ? other : one).end();
    expect(await listener.rest()).toMatchObject([code('NOT_FOUND')]);
  });
});

describe('a hidden cluster', () => {
  const grants = [
    { when: { role: 'team' }, permissions: ['SNAPSHOT_READ'], tags: { team: 'bi' } },
    { when: { role: 'admin' }, permissions: ['SNAPSHOT_READ', 'SNAPSHOT_TAG'] },
  ];
  beforeEach(async () => {
    await gateway.close();
    await open({ authenticate: authenticationWith(grants) });
    // Without an estimate of AWS, the pauses of the poller are shorter than those of listeners.
    await load({ clusters: serviceNames.map((service) => own(service, { team: 'shop' })) });
  });

  const own = (service: ServiceName, tags: Record<string, string>) => ({
    ...makeCluster(service, undefined, { createdAt: now, tags }),
    ReadyTime: after(300),
  });

  it.each(serviceNames)('looks like one that does not exist: %s', async (service) => {
    const team = await as({ role: 'team' });
    const errors: unknown[] = [];
    for (const name of [undefined, 'nowhere']) {
      // oxlint-disable no-await-in-loop -- one after the other
      const listener = await follow(clusterId(service, name), 'status', undefined, team);
      const [one, other] = [await pauses.next(), await pauses.next()];
      (one.milliseconds === 30_000 ? one : other).end();
      errors.push(await listener.rest());
      // oxlint-enable no-await-in-loop
    }
    expect(errors[0]).toMatchObject([code('NOT_FOUND')]);
    expect(errors[0]).toEqual(errors[1]);
  });

  it.each(serviceNames)('does not reveal that another cluster has replaced it: %s', async (service) => {
    const listener = await follow(clusterId(service), 'status', undefined, await as({ role: 'team' }));
    const [one, other] = [await pauses.next(), await pauses.next()];
    const [patience, poller] = one.milliseconds === 30_000 ? [one, other] : [other, one];
    await load({ now: after(60), clusters: [makeCluster(service, undefined, { createdAt: after(60) })] });
    poller.end();
    patience.end();
    expect(await listener.rest()).toMatchObject([
      {
        errors: [{ message: expect.stringContaining('The cluster was not found'), extensions: { code: 'NOT_FOUND' } }],
      },
    ]);
  });

  it.each(serviceNames)('ends the stream when its tags hide it: %s', async (service) => {
    await load({ clusters: [own(service, { team: 'bi' })] });
    const listener = await follow(clusterId(service), 'status', undefined, await as({ role: 'team' }));
    expect(await listener.next()).toEqual({ status: 'CREATING' });
    const pause = await pauses.next();
    await load({ now: after(300), clusters: [own(service, { team: 'shop' })] });
    pause.end();
    expect(await listener.rest()).toMatchObject([code('NOT_FOUND')]);
  });
});

describe('misuse and failures', () => {
  it.each([
    ['a snapshot', snapshotId('REDSHIFT', 'a')],
    ['a source', globalId('Source', `${account}/${region}/REDSHIFT`)],
    ['an account that is not configured', clusterId('REDSHIFT', 'a', { account: '999999999999' })],
    ['a forged type', globalId('RedshiftCluster', clusterArn('DOCUMENTDB'))],
    ['nothing', 'nonsense'],
    ['an ARN of another service', 'arn:aws:s3:::bucket'],
  ])('rejects the id of %s without an AWS call', async (_name, id) => {
    const listener = await follow(id);
    expect(await listener.rest()).toMatchObject([
      { errors: [{ extensions: { code: 'INVALID_INPUT', field: ['id'] } }] },
    ]);
    expect(await actions()).toEqual([]);
    expect(pauses.held()).toBe(0);
  });

  it('rejects an account that is not that of the cluster', async () => {
    await gateway.close();
    const services = [...serviceNames];
    await open({
      accounts: [account, '210987654321'].map((id) => ({ id, regions: [region], services })),
      isCheckedAtStart: false,
    });
    expect(await (await follow(redshift, 'status', '210987654321')).rest()).toMatchObject([code('INVALID_INPUT')]);
    expect(await actions()).toEqual([]);
  });

  it('tolerates failed polls, and ends with the error after five in a row', async () => {
    const listener = await follow(redshift);
    await listener.next();
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    await pass(4);
    const pause = await pauses.next();
    await gateway.disturb();
    await advance(100);
    pause.end();
    expect(await listener.next()).toEqual({ status: 'RESTORING' });
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    await pass(5);
    expect(await listener.rest()).toMatchObject([code('FORBIDDEN')]);
    expect(pauses.held()).toBe(0);
  });

  it('follows the cluster alone if the gateway may not read its instances', async () => {
    await load({ clusters: [created], instances: [makeInstance('orders-1', { ReadyTime: after(600) })] });
    await gateway.disturb({ action: 'DescribeDBInstances', kind: 'error', code: 'AccessDenied', status: 403 });
    const listener = await follow(documentDB);
    expect(await listener.next()).toEqual({ status: 'CREATING' });
    await elapse(300);
    expect(await listener.rest()).toEqual([{ status: 'AVAILABLE' }]);
  });

  it('counts against the limit of open subscriptions', async () => {
    await gateway.close();
    await open({ limits: { subscriptions: 1 } });
    const first = await follow(redshift);
    expect(await first.next()).toEqual({ status: 'RESTORING' });
    expect(await (await follow(documentDB)).rest()).toMatchObject([code('RATE_LIMITED')]);
    first.leave();
  });
});
