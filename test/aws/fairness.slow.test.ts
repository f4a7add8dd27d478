import { afterEach, describe, expect, it } from 'vitest';
import { createLane, type Turn } from '../../src/aws/calls/lane.ts';
import { createSourcePace } from '../../src/aws/calls/pace.ts';
import type { AwsSettings } from '../../src/aws/settings.ts';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshots } from '../support/worlds.ts';

describe('the queue of a source', () => {
  /** A lane with one call in progress until `release` is called, and the order in which further calls are made. */
  function busyLane(waiting = 1000) {
    const lane = createLane({ concurrency: 1, waiting }, createSourcePace(), 'a source');
    const made: string[] = [];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const turnOf = (caller: string | undefined, more: Partial<Turn> = {}) => ({
      signal: undefined,
      timeout: 60_000,
      callers: new Set([caller]),
      ...more,
    });
    const call = (name: string) => async () => made.push(name);
    const reads = [lane.read(turnOf('first'), () => promise)];
    const read = (caller: string | undefined, name = caller ?? 'nobody', more: Partial<Turn> = {}) =>
      lane.read(turnOf(caller, more), call(name));
    const record = (caller: string, name = caller) =>
      lane.readRecord({ ...turnOf(caller), operation: 'ListTagsForResource', patience: 60_000 }, call(name));
    return { lane, made, read, record, reads, turnOf, call, release };
  }

  it.each(['read', 'record'] as const)('takes the waiting calls of callers in turn: %s', async (kind) => {
    const { made, release, ...lane } = busyLane();
    // The first two calls have left the queue: they are next, whoever queues later.
    const calls = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'a5', 'c1'].map((name) => lane[kind](name.charAt(0), name));
    release();
    await Promise.all(calls);
    expect(made.indexOf('b1')).toBeLessThan(4);
    expect(made.indexOf('c1')).toBeLessThan(6);
    expect(made.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
    expect(made.indexOf('b2')).toBeLessThan(made.indexOf('a5'));
  });

  it('takes the calls of full reads in turn with those of callers', async () => {
    const { made, read, release } = busyLane();
    const calls = ['a', 'a', 'a', 'a', undefined, undefined].map((caller) => read(caller));
    release();
    await Promise.all(calls);
    expect(made).toEqual(['a', 'nobody', 'a', 'nobody', 'a', 'a']);
  });

  it('takes a call that several callers wait for in the first turn of any of them', async () => {
    const { lane, made, read, release, turnOf, call } = busyLane();
    const queued = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => read('a', name));
    const callers = new Set(['a']);
    queued.push(lane.read({ ...turnOf('a'), callers }, call('shared')));
    callers.add('b');
    release();
    await Promise.all(queued);
    expect(made.indexOf('shared')).toBeLessThan(4);
  });

  it('takes reads for changes first, in turn by caller', async () => {
    const { made, read, release } = busyLane();
    const forChange = { isForChange: true };
    const calls = [
      ...['a1', 'a2', 'a3'].map((name) => read('a', name)),
      ...['A1', 'A2', 'A3'].map((name) => read('a', name, forChange)),
      read('b', 'B1', forChange),
      read('b', 'b1'),
    ];
    release();
    await Promise.all(calls);
    expect(made.slice(-3).map((name) => name.toLowerCase())).toEqual(made.slice(-3));
    expect(made.indexOf('B1')).toBeLessThan(made.indexOf('A3'));
  });

  it.each(['read', 'record'] as const)('refuses the newest call of the caller with the most: %s', async (kind) => {
    const { made, release, ...lane } = busyLane(4);
    const calls = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) => lane[kind]('a', name));
    const others = ['b1', 'b2', 'b3', 'c1'].map((name) => lane[kind](name.charAt(0), name));
    const settled = Promise.allSettled([...calls, ...others]);
    release();
    const refused = (await settled).flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(made).toContain('c1');
    expect(made).toContain('b1');
    expect(made).toContain('a1');
    expect(new Set(refused)).toEqual(new Set(['RATE_LIMITED']));
    expect(refused.length + made.length).toBe(10);
  });
});

describe('a gateway', () => {
  let gateway: Gateway;
  let floods = 0;
  afterEach(() => gateway.close());

  async function start(limits: AwsSettings['limits'] = {}): Promise<void> {
    gateway = await startGateway({
      world: { snapshots: makeSnapshots('REDSHIFT', 1) },
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
      aws: { limits: { concurrency: 1, ...limits } },
    });
    await gateway.disturb({ kind: 'delay', milliseconds: 15 });
  }

  /** Sends a query of a principal that makes a call for each name, and returns the outcome of each. */
  async function search(subject: string, names: readonly string[]): Promise<string[]> {
    const fields = names.map(
      (name, index) =>
        `_${index}: snapshots(filter: { services: [REDSHIFT], identifiers: ["${name}"] }) { sources { status error { code } } }`,
    );
    const { data } = await gateway.query(`{ ${fields.join(' ')} }`, {}, await as({ sub: subject }));
    return Object.values<any>(data).map(({ sources: [{ status, error }] }) => error?.code ?? status);
  }

  async function called(): Promise<string[]> {
    const { content } = await gateway.emulator.control('GET', 'calls');
    const calls = (content['calls'] as RecordedCall[]).filter(({ action }) => action === 'DescribeClusterSnapshots');
    return calls.map(({ parameters }) => String((parameters as Record<string, unknown>)['SnapshotIdentifier']));
  }

  /** Sends queries of a principal with 15 calls each, and waits until AWS has received some of them. */
  async function flood(requests: number) {
    const started = (floods += 1);
    const answers = Promise.all(
      Array.from({ length: requests }, (_, request) =>
        search(
          'ada',
          Array.from({ length: 15 }, (__, call) => `ada-${started}-${request}-${call}`),
        ),
      ),
    );
    await expect.poll(async () => (await called()).length, { interval: 10 }).toBeGreaterThan(3);
    return { answers };
  }

  it('makes the call of a principal before most of the hundreds of another that already wait', async () => {
    await start();
    const { answers } = await flood(16);
    expect(await search('bea', ['bea-1'])).toEqual(['COMPLETE']);
    expect((await answers).flat()).toEqual(Array(240).fill('COMPLETE'));
    expect((await called()).indexOf('bea-1')).toBeLessThan(140);
  });

  it('does not refuse the calls of a principal because those of another keep the queue full', async () => {
    await start({ waiting: 20 });
    const state = { isDone: false, outcomes: [] as string[] };
    const flooding = Array.from({ length: 4 }, async () => {
      while (!state.isDone) state.outcomes.push(...(await flood(1).then(({ answers }) => answers)).flat());
    });
    await expect.poll(() => state.outcomes, { interval: 10 }).toContain('RATE_LIMITED');
    const own: string[] = [];
    for (let call = 0; call < 20; call += 1) own.push(...(await search('bea', [`bea-${call}`])));
    state.isDone = true;
    await Promise.all(flooding);
    expect(own).toEqual(Array(20).fill('COMPLETE'));
  });
});
