import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../support/event-stream.ts';
import { account, type Gateway, region, startGateway } from '../support/gateway.ts';
import { createPauses } from '../support/pauses.ts';
import { serviceNames } from '../support/services.ts';
import { clusterId, globalId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const now = '2026-01-02T00:00:00.000Z';
const making = { createdAt: now, readyAt: '2026-01-02T00:05:00.000Z' };

const world = {
  now,
  frozen: true,
  clusters: serviceNames.map((service) => makeCluster(service, undefined, { createdAt: '2025-12-01T00:00:00.000Z' })),
  snapshots: [
    makeSnapshot('REDSHIFT', 'sales-new', making),
    makeSnapshot('REDSHIFT', 'sales-failed', { status: 'failed' }),
    makeSnapshot('REDSHIFT', 'sales-last', { status: 'final snapshot' }),
    makeSnapshot('REDSHIFT', 'sales-cancelled', { status: 'cancelled' }),
    makeSnapshot('DOCUMENTDB', 'orders-new', making),
    makeSnapshot('DOCUMENTDB', 'orders-copy', { status: 'copying', ...making }),
    makeSnapshot('DOCUMENTDB', 'orders-old'),
  ],
};
const measured = { ...world, assumptions: { redshiftMeasuresUnfinished: true } };

let pauses: ReturnType<typeof createPauses>;
let gateway: Gateway;

beforeEach(async () => {
  pauses = createPauses();
  gateway = await startGateway({ pause: pauses.pause });
  await gateway.load(world);
});
afterEach(() => gateway.close());

const redshiftId = (name: string) => snapshotId('REDSHIFT', name);
const documentDBId = (name: string) => snapshotId('DOCUMENTDB', name);

/** Starts a listener and reads its server-sent events. */
async function follow(id: string, selection = 'status') {
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: `subscription ($id: ID!) { snapshotProgress(id: $id) { ${selection} } }`,
      variables: { id },
    }),
    signal: controller.signal,
  });
  const events = readEvents(response);
  return {
    response,
    leave: () => controller.abort(),
    next: async () => (await events.next()).value,
    statuses: async () => {
      const statuses: string[] = [];
      for await (const { data } of events) statuses.push(data.snapshotProgress.status);
      return statuses;
    },
  };
}

const advance = (advanceSeconds: number) => gateway.emulator.control('POST', 'clock', { advanceSeconds });

async function deleteSnapshot(): Promise<void> {
  await gateway.load({ clusters: [makeCluster('REDSHIFT')] });
}

/** Replaces the world, some seconds after the start. */
async function load(seconds: number, ...snapshots: ReturnType<typeof makeSnapshot>[]): Promise<void> {
  await gateway.load({
    now: new Date(Date.parse(now) + seconds * 1000).toISOString(),
    frozen: true,
    clusters: world.clusters,
    snapshots,
    assumptions: measured.assumptions,
  });
}

/** Returns the pause of a listener that waits for its snapshot to appear, and the pause of the poller. */
async function waiting() {
  const [one, other] = [await pauses.next(), await pauses.next()];
  return one.milliseconds > other.milliseconds ? { patience: one, poller: other } : { patience: other, poller: one };
}

/** Ends the next pauses, and returns their lengths in milliseconds. */
async function pass(count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let polls = 0; polls < count; polls += 1) {
    const { milliseconds, end } = await pauses.next();
    waits.push(milliseconds);
    end();
  }
  return waits;
}

describe('the progress of a snapshot', () => {
  it('has neither percent nor estimate as long as Amazon Redshift reports -1', async () => {
    const listener = await follow(redshiftId('sales-new'), 'status progress { percent remainingSeconds }');
    const unknown = { percent: null, remainingSeconds: null };
    expect((await listener.next())?.data.snapshotProgress).toEqual({ status: 'CREATING', progress: unknown });
    await advance(300);
    (await pauses.next()).end();
    expect((await listener.next())?.data.snapshotProgress).toMatchObject({
      status: 'AVAILABLE',
      progress: { percent: 100 },
    });
  });

  it('is sent immediately and after every change, until an Amazon Redshift snapshot is available', async () => {
    await gateway.load(measured);
    const listener = await follow(redshiftId('sales-new'), 'status progress { percent remainingSeconds }');
    expect(await listener.next()).toEqual({
      data: { snapshotProgress: { status: 'CREATING', progress: { percent: 0, remainingSeconds: 300 } } },
      extensions: { aws: { calls: 0, coalesced: 0, cached: 0 }, cost: { announced: 2, remaining: expect.any(Number) } },
    });

    await advance(150);
    (await pauses.next()).end();
    expect((await listener.next())?.data.snapshotProgress).toEqual({
      status: 'CREATING',
      progress: { percent: 50, remainingSeconds: 150 },
    });

    await advance(150);
    (await pauses.next()).end();
    expect((await listener.next())?.data.snapshotProgress.status).toBe('AVAILABLE');
    expect(await listener.next()).toBeUndefined();
    expect(await gateway.calls()).toHaveLength(3);
    expect(pauses.held()).toBe(0);
  });

  it('spends the allowance for each event', async () => {
    await gateway.close();
    gateway = await startGateway({ pause: pauses.pause, limits: { costPerMinute: 7 } });
    await gateway.load({
      now,
      frozen: true,
      clusters: [makeCluster('REDSHIFT')],
      snapshots: [makeSnapshot('REDSHIFT', 'sales-new', making)],
    });
    const listener = await follow(redshiftId('sales-new'), 'status cluster { snapshots { nodes { status } } }');
    expect(await listener.next()).toMatchObject({
      data: { snapshotProgress: { status: 'CREATING' } },
      extensions: { aws: { calls: 2 }, cost: { announced: 6, remaining: 5 } },
    });
    await gateway.calls();
    await advance(150);
    (await pauses.next()).end();
    expect(await listener.next()).toMatchObject({ errors: [{ extensions: { code: 'ALLOWANCE_EXCEEDED' } }] });
    // The call of the poller, which all listeners share.
    expect(await gateway.calls()).toHaveLength(1);
    listener.leave();
  });

  it.each([
    [{ subscriptions: 1 }, 'you have reached the limit of open subscriptions (1). End a subscription first.', null],
    [
      { allSubscriptions: 1 },
      'all clients together have reached the limit of open subscriptions (1). Retry in 10 s.',
      10,
    ],
  ])('is refused as RATE_LIMITED above the limit %j', async (limits, reason, retryAfterSeconds) => {
    await gateway.close();
    gateway = await startGateway({ pause: pauses.pause, limits });
    await gateway.load(world);
    const first = await follow(redshiftId('sales-new'));
    expect((await first.next())?.data.snapshotProgress.status).toBe('CREATING');
    const second = await follow(redshiftId('sales-new'));
    expect(second.response.status).toBe(200);
    expect((await second.next())?.errors).toEqual([
      {
        message: `Cannot start the subscription: ${reason}`,
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
      },
    ]);
    first.leave();
  });

  it.each(['application/json', 'multipart/mixed', 'text/event-stream; charset=utf-16'])(
    'is closed if the client does not accept its events: %s',
    async (accept) => {
      await gateway.close();
      gateway = await startGateway({ pause: pauses.pause, limits: { subscriptions: 1 } });
      await gateway.load(world);
      const query = `subscription { snapshotProgress(id: "${redshiftId('sales-new')}") { status } }`;
      const headers = { 'content-type': 'application/json', accept };
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      expect(response.status).toBe(406);
      expect(await response.json()).toMatchObject({
        errors: [{ message: expect.stringContaining('text/event-stream'), extensions: { code: 'INVALID_INPUT' } }],
      });
      const listener = await follow(redshiftId('sales-new'));
      expect((await listener.next())?.data.snapshotProgress.status).toBe('CREATING');
      listener.leave();
    },
  );

  it.each(['orders-new', 'orders-copy'])('works for Amazon DocumentDB: %s', async (name) => {
    const listener = await follow(documentDBId(name), 'rawStatus progress { percent } tags { key }');
    expect((await listener.next())?.data.snapshotProgress.progress).toEqual({ percent: 0 });

    await advance(240);
    (await pauses.next()).end();
    expect((await listener.next())?.data.snapshotProgress.progress).toEqual({ percent: 80 });

    await advance(60);
    (await pauses.next()).end();
    expect((await listener.next())?.data.snapshotProgress.rawStatus).toBe('available');
    expect(await listener.next()).toBeUndefined();
  });

  it('is not sent again while nothing changes', async () => {
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    for (let polls = 0; polls < 3; polls += 1) (await pauses.next()).end();
    await advance(300);
    (await pauses.next()).end();
    expect(await listener.statuses()).toEqual(['AVAILABLE']);
  });

  it.each([
    ['failed', redshiftId('sales-failed'), 'FAILED'],
    ['final', redshiftId('sales-last'), 'FINAL'],
    ['cancelled', redshiftId('sales-cancelled'), 'CANCELLED'],
    ['available', documentDBId('orders-old'), 'AVAILABLE'],
  ])('is one event and one AWS call if the snapshot is %s', async (_name, id, status) => {
    expect(await (await follow(id)).statuses()).toEqual([status]);
    expect(await gateway.calls()).toHaveLength(1);
  });

  it('ends when three reads in a row, over 10 seconds, do not find the snapshot', async () => {
    await gateway.load(measured);
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    await deleteSnapshot();
    const waits = await pass(3);
    expect(await listener.next()).toBeUndefined();
    expect(waits).toEqual([30_000, 5_000, 5_000]);
    expect(pauses.held()).toBe(0);
  });

  it.each([1, 2])('continues after %i reads that do not find the snapshot', async (misses) => {
    await gateway.load(measured);
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    for (let round = 0; round < 2; round += 1) {
      await deleteSnapshot();
      await pass(misses);
      const pause = await pauses.next();
      await load(30 * (round + 1), makeSnapshot('REDSHIFT', 'sales-new', making));
      pause.end();
      expect((await listener.next())?.data.snapshotProgress.status).toBe('CREATING');
    }
    const pause = await pauses.next();
    await advance(300);
    pause.end();
    expect(await listener.statuses()).toEqual(['AVAILABLE']);
  });

  it.each([
    ['DOCUMENTDB', { createdAt: '2026-01-02T00:00:01.000Z' }, {}],
    ['REDSHIFT', { createdAt: '2026-01-02T00:02:01.000Z' }, {}],
    ['REDSHIFT', {}, { ClusterCreateTime: '2025-12-31T00:00:00.000Z' }],
    ['DOCUMENTDB', {}, { ClusterCreateTime: '2025-12-31T00:00:00.000Z' }],
  ] as const)(
    'ends with NOT_FOUND when another snapshot of %s has the identifier: %j %j',
    async (service, parts, more) => {
      const snapshot = (other: object = {}, members: object = {}) => ({
        ...makeSnapshot(service, 'new', { ...making, ...other }),
        ClusterCreateTime: '2025-01-01T00:00:00.000Z',
        ...members,
      });
      await load(0, snapshot());
      const listener = await follow(snapshotId(service, 'new'));
      await listener.next();
      await load(30, snapshot(parts, more));
      await pass(1);
      expect((await listener.next())?.errors).toMatchObject([
        {
          message: expect.stringContaining('another snapshot now has its identifier'),
          extensions: { code: 'NOT_FOUND' },
        },
      ]);
      expect(await listener.next()).toBeUndefined();
      expect(pauses.held()).toBe(0);
    },
  );

  it('continues when Amazon Redshift changes the creation time by less than 120 seconds', async () => {
    await gateway.load(measured);
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    await load(30, makeSnapshot('REDSHIFT', 'sales-new', { ...making, createdAt: '2026-01-02T00:00:20.090Z' }));
    await pass(1);
    expect((await listener.next())?.data.snapshotProgress.status).toBe('CREATING');
    listener.leave();
  });

  it('ends after 300 seconds in an unknown status', async () => {
    await load(0, makeSnapshot('REDSHIFT', 'odd', { status: 'archiving' }));
    const listener = await follow(redshiftId('odd'), 'status rawStatus');
    expect((await listener.next())?.data.snapshotProgress).toEqual({ status: 'UNKNOWN', rawStatus: 'archiving' });
    let passed = 0;
    while (passed < 300_000) passed += (await pass(1))[0]!;
    expect(await listener.next()).toBeUndefined();
    expect(pauses.held()).toBe(0);
  });

  it('resolves each event with current data of AWS', async () => {
    const listener = await follow(documentDBId('orders-new'), 'cluster { status }');
    expect(await listener.next()).toMatchObject({ extensions: { aws: { calls: 1 } } });
    await advance(30);
    (await pauses.next()).end();
    expect(await listener.next()).toMatchObject({ extensions: { aws: { calls: 1 } } });
    listener.leave();
  });
});

describe('the poller', () => {
  it('is shared by all listeners of a snapshot, and sends the latest event to a new listener immediately', async () => {
    const first = await follow(redshiftId('sales-new'));
    await first.next();
    const others = await Promise.all(Array.from({ length: 20 }, () => follow(redshiftId('sales-new'))));
    expect(await Promise.all(others.map(async (each) => (await each.next())?.data.snapshotProgress.status))).toEqual(
      others.map(() => 'CREATING'),
    );
    await advance(300);
    (await pauses.next()).end();
    for (const each of [first, ...others]) expect(await each.statuses()).toEqual(['AVAILABLE']);
    expect(await gateway.calls()).toHaveLength(2);
    expect(pauses.held()).toBe(0);
  });

  it('waits a tenth of the remaining time that Amazon Redshift estimates, from 1 to 30 seconds', async () => {
    await gateway.load(measured);
    const listener = await follow(redshiftId('sales-new'));
    const waits: number[] = [];
    for (const seconds of [200, 95, 3]) {
      const wait = await pauses.next();
      waits.push(wait.milliseconds);
      await advance(seconds);
      wait.end();
    }
    expect([...waits, (await pauses.next()).milliseconds]).toEqual([30_000, 10_000, 1_000, 1_000]);
    listener.leave();
  });

  it('backs off if AWS provides no estimate', async () => {
    const listener = await follow(documentDBId('orders-new'));
    const waits: number[] = [];
    for (let polls = 0; polls < 20; polls += 1) {
      const wait = await pauses.next();
      waits.push(wait.milliseconds);
      wait.end();
    }
    expect(waits.slice(0, 3)).toEqual([1_250, 1_563, 1_954]);
    expect(waits.at(-1)).toBe(30_000);
    listener.leave();
  });

  it('estimates the remaining time of Amazon DocumentDB from its percentages', async () => {
    const listener = await follow(documentDBId('orders-new'));
    const waits: number[] = [];
    for (const seconds of [0, 60, 120, 90, 0, 0, 0, 0]) {
      const wait = await pauses.next();
      waits.push(wait.milliseconds);
      await advance(seconds);
      wait.end();
    }
    // 0 % for two pauses, then 20 %, 60 % and 90 %, and then no change.
    expect(waits).toEqual([1_250, 1_563, 1_125, 1_000, 1_000, 1_000, 1_000, 1_000]);
    listener.leave();
  });

  it('waits longer again if the percentage of Amazon DocumentDB does not change toward the end', async () => {
    await advance(285);
    const listener = await follow(documentDBId('orders-new'));
    const waits = await pass(60);
    expect(waits.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 1_000));
    expect(waits.at(-1)).toBe(30_000);
    listener.leave();
  });

  it('continues while a listener remains, and leaves no timer after the last listener disconnects', async () => {
    const [first, second] = await Promise.all([follow(redshiftId('sales-new')), follow(redshiftId('sales-new'))]);
    await Promise.all([first.next(), second.next()]);
    first.leave();
    (await pauses.next()).end();
    const { signal } = await pauses.next();
    expect(signal.aborted).toBe(false);
    second.leave();
    if (!signal.aborted) await once(signal, 'abort');
    expect(pauses.held()).toBe(0);

    const third = await follow(redshiftId('sales-new'));
    expect((await third.next())?.data.snapshotProgress.status).toBe('CREATING');
    const { signal: next } = await pauses.next();
    third.leave();
    if (!next.aborted) await once(next, 'abort');
  });
});

describe('a snapshot that AWS does not find', () => {
  const missing = [
    ['REDSHIFT', redshiftId('later')],
    ['DOCUMENTDB', documentDBId('later')],
  ] as const;

  it.each(missing)('is awaited after its creation: %s', async (service, id) => {
    await gateway.load({
      now,
      frozen: true,
      clusters: [makeCluster(service)],
      assumptions: { snapshotHiddenSeconds: 20 },
    });
    const { data } = await gateway.query(
      `mutation ($cluster: ID!) { createSnapshot(input: { clusterId: $cluster, identifier: "later" }) {
        ... on CreateSnapshotPayload { snapshot { id } }
      } }`,
      { cluster: clusterId(service) },
    );
    expect(data.createSnapshot.snapshot.id).toBe(id);
    const listener = await follow(id);
    const { patience, poller } = await waiting();
    expect([patience.milliseconds, poller.milliseconds]).toEqual([30_000, 1_250]);
    poller.end();
    expect(await pass(2)).toEqual([1_563, 1_954]);
    await advance(20);
    await pass(1);
    expect((await listener.next())?.data.snapshotProgress.status).toBe('CREATING');
    patience.end();
    await advance(300);
    await pass(1);
    expect(await listener.statuses()).toEqual(['AVAILABLE']);
    expect(pauses.held()).toBe(0);
  });

  it.each(missing)('is NOT_FOUND after 30 seconds: %s', async (_service, id) => {
    const listener = await follow(id);
    const { patience, poller } = await waiting();
    poller.end();
    await pass(5);
    const { signal } = await pauses.next();
    expect(signal.aborted).toBe(false);
    patience.end();
    expect((await listener.next())?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(await listener.next()).toBeUndefined();
    if (!signal.aborted) await once(signal, 'abort');
  });

  it('is awaited by each listener for 30 seconds of its own', async () => {
    const first = await follow(redshiftId('later'));
    const { patience, poller } = await waiting();
    const second = await follow(redshiftId('later'));
    const longer = await pauses.next();
    patience.end();
    expect((await first.next())?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    await load(0, makeSnapshot('REDSHIFT', 'later', { createdAt: now }));
    poller.end();
    expect(await second.statuses()).toEqual(['AVAILABLE']);
    expect(longer.signal.aborted).toBe(true);
  });
});

describe('misuse and failures', () => {
  it.each([
    ['a cluster', clusterId('REDSHIFT'), 'INVALID_INPUT'],
    ['a source', globalId('Source', `${account}/${region}/REDSHIFT`), 'INVALID_INPUT'],
    [
      'an account that is not configured',
      snapshotId('REDSHIFT', 'b', { account: '999999999999', cluster: 'a' }),
      'INVALID_INPUT',
    ],
    ['a broken id', 'nonsense', 'INVALID_INPUT'],
  ])('rejects the id of %s', async (_name, id, code) => {
    const listener = await follow(id);
    expect((await listener.next())?.errors).toMatchObject([{ extensions: { code } }]);
    expect(await listener.next()).toBeUndefined();
    expect(pauses.held()).toBe(0);
  });

  it('reports the type of the id of a cluster, even if its account is not configured', async () => {
    const elsewhere = clusterId('REDSHIFT', 'sales', { account: '999999999999' });
    const listener = await follow(elsewhere);
    expect((await listener.next())?.errors).toMatchObject([
      {
        message: 'The id belongs to a RedshiftCluster, not to a snapshot. Use the id or the ARN of a snapshot.',
        extensions: { field: ['id'] },
      },
    ]);
  });

  it('tolerates failed polls, and continues when AWS responds again', async () => {
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    for (let polls = 0; polls < 4; polls += 1) (await pauses.next()).end();
    const pause = await pauses.next();
    await gateway.disturb();
    await advance(300);
    pause.end();
    expect(await listener.statuses()).toEqual(['AVAILABLE']);
  });

  it('ends with the error after five failed polls in a row', async () => {
    const listener = await follow(redshiftId('sales-new'));
    await listener.next();
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    for (let polls = 0; polls < 5; polls += 1) (await pauses.next()).end();
    expect((await listener.next())?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await listener.next()).toBeUndefined();
    expect(pauses.held()).toBe(0);
  });

  it('sends events individually to clients that accept compressed responses', async () => {
    const { response, next, leave } = await follow(redshiftId('sales-new'));
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    await next();
    leave();
    const { signal } = await pauses.next();
    if (!signal.aborted) await once(signal, 'abort');
  });
});
