import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { createLane } from '../../src/aws/calls/lane.ts';
import { createPace } from '../../src/aws/calls/pace.ts';
import { account, accounts, type Gateway, type GatewayOptions, oneAccount, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

const list = /* GraphQL */ `
  query ($region: [String!]) {
    snapshots(filter: { services: [REDSHIFT], regions: $region }) {
      nodes {
        identifier
      }
      sources {
        status
        error {
          code
          message
        }
      }
    }
  }
`;

useStallFreeClock();

let gateway: Gateway;
afterEach(() => gateway.close());

async function start(options: GatewayOptions): Promise<void> {
  gateway = await startGateway({ accounts: oneAccount, ...options });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
}

/** Asks once and gives how the one source fared. */
async function ask(variables: object = {}) {
  const { data, extensions } = await gateway.query(list, { ...variables });
  const [{ status, error }] = data.snapshots.sources;
  return { status, error, calls: extensions.aws.calls, found: data.snapshots.nodes.length };
}

describe('a read that fails', () => {
  it.each([
    ['a server error', { kind: 'error', code: 'InternalFailure', status: 500 }],
    ['a page of HTML', { kind: 'html', status: 503 }],
    ['a reset connection', { kind: 'reset' }],
    ['an answer that breaks off', { kind: 'truncate', bytes: 100 }],
    ['an answer that is not whole', { kind: 'cut', bytes: 100 }],
    ['throttling', { kind: 'throttle' }],
    [
      'a service behind AWS that is busy',
      { kind: 'error', code: 'DependentServiceRequestThrottlingFault', status: 400 },
    ],
  ] as const)('by %s is tried again', async (_, fault) => {
    await start({});
    await gateway.disturb({ ...fault, times: 1 });
    expect(await ask()).toEqual({ status: 'COMPLETE', error: null, calls: 2, found: 1 });
  });

  it.each([
    ['three times at most by errors', { kind: 'error', code: 'InternalFailure', status: 500 }, 3, 'FAILED'],
    ['once by an answer that is not whole', { kind: 'empty' }, 2, 'FAILED'],
    ['never by a denial', { kind: 'error', code: 'AccessDenied', status: 403 }, 1, 'DENIED'],
  ] as const)('is tried %s', async (_, fault, calls, status) => {
    await start({});
    await gateway.disturb(fault);
    expect(await ask()).toMatchObject({ status, calls, found: 0 });
  });

  it('is tried again by a part of all calls only', async () => {
    await start({});
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500 });
    let calls = 0;
    for (let demand = 0; demand < 100; demand += 1) calls += (await ask()).calls;
    expect(calls).toBeLessThan(100 * 1.25 + 10);
  });

  it('rarely fails when one call in five does', async () => {
    await start({});
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, probability: 0.2, seed: 7 });
    const answers = [];
    for (let demand = 0; demand < 100; demand += 1) answers.push(await ask());
    expect(answers.filter(({ status }) => status === 'COMPLETE').length).toBeGreaterThanOrEqual(99);
    expect(answers.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(125 + 10);
  });
});

it('counts every call, also those before one that did not answer in time', async () => {
  await start({ aws: { timeouts: { callSeconds: 2 }, cache: { ageSeconds: 0 } } });
  await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, times: 1 }, { kind: 'hang' });
  expect(await ask()).toMatchObject({ status: 'TIMED_OUT', calls: 2 });
});

it('counts the calls of each source that were sent before its turn came', async () => {
  await start({ accounts: accounts([account], ['eu-west-1', 'us-east-1', 'us-west-1']) });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
  await gateway.disturb({ kind: 'delay', milliseconds: 1000, region: 'us-west-1' });
  const { data, extensions } = await gateway.query(
    '{ snapshots(first: 1, filter: { services: [REDSHIFT] }) { nodes { id } sources { awsCalls } } }',
  );
  expect(data.snapshots.sources.map(({ awsCalls }: any) => awsCalls)).toEqual([1, 1, 1]);
  expect(extensions.aws.calls).toBe(3);
});

describe('a source that fails again and again', () => {
  const breaker = { failures: 5, retrySeconds: 1 };

  it('is left alone, and asked again when it is well', async () => {
    await start({ aws: { breaker, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500 });
    await gateway.calls();
    // The breaker and the queue go by the date.
    const begin = Date.now();
    for (let demand = 0; demand < 200; demand += 1) await ask();
    const { status, error } = await ask();
    expect({ status, code: error.code }).toEqual({ status: 'FAILED', code: 'UPSTREAM' });
    const probes = (Date.now() - begin) / (breaker.retrySeconds * 1000);
    expect((await gateway.calls()).length).toBeLessThan(20 + 2 * probes);
    await gateway.disturb();
    await expect.poll(async () => (await ask()).status, { interval: 50 }).toBe('COMPLETE');
  });

  it('is left alone when it hangs, and then answers at once', async () => {
    await start({ aws: { breaker: { failures: 2, retrySeconds: 60 }, timeouts: { callSeconds: 0.1 } } });
    await gateway.disturb({ kind: 'hang' });
    expect((await ask()).status).toBe('TIMED_OUT');
    expect((await ask()).status).toBe('TIMED_OUT');
    expect(await ask()).toMatchObject({ status: 'FAILED', calls: 0 });
  });

  it('does not count as failing when it denies, or knows nothing', async () => {
    await start({ aws: { breaker: { failures: 2, retrySeconds: 60 } } });
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    for (let demand = 0; demand < 4; demand += 1) expect((await ask()).status).toBe('DENIED');
    await gateway.disturb();
    expect((await ask()).status).toBe('COMPLETE');
  });

  it('takes nothing from the others', async () => {
    await start({
      accounts: accounts([account], ['eu-west-1', 'us-east-1']),
      aws: { breaker: { failures: 1, retrySeconds: 60 }, cache: { ageSeconds: 0 } },
    });
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, region: 'eu-west-1' });
    expect((await ask({ region: ['eu-west-1'] })).status).toBe('FAILED');
    expect((await ask({ region: ['us-east-1'] })).status).toBe('COMPLETE');
  });
});

const search =
  'query ($id: String!) { snapshots(filter: { services: [REDSHIFT], identifiers: [$id] }) { sources { status error { code message } } } }';

describe('a source that throttles', () => {
  const timeouts = { requestSeconds: 60, callSeconds: 30 };
  const tag = `mutation { tagSnapshot(input: { snapshotId: "${snapshotId('REDSHIFT', 'sales-0000')}", tags: [{ key: "a", value: "b" }] }) { __typename } }`;
  const readAll = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => gateway.query(search, { id: `none-${index}` })));

  it('is asked as fast as it bears, and changes go before the reads that wait', async () => {
    await start({ aws: { timeouts, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'throttle', perSecond: 20 });
    const first = await readAll(40);
    const others = readAll(40);
    const changes = [];
    for (let change = 0; change < 3; change += 1) changes.push((await gateway.query(tag)).data.tagSnapshot.__typename);
    expect(changes).toEqual(Array(3).fill('TagSnapshotPayload'));
    const complete = [...first, ...(await others)].filter(
      ({ data }) => data.snapshots.sources[0].status === 'COMPLETE',
    );
    expect(complete.length).toBeGreaterThan(70);
    expect((await throttledCalls()).length).toBeLessThan(25);
  });

  it('is not asked what could not be asked in time', async () => {
    await start({ aws: { timeouts: { requestSeconds: 60, callSeconds: 1 }, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'throttle' });
    await readAll(1);
    const errors = (await readAll(20)).map(({ data }) => data.snapshots.sources[0].error);
    expect(errors.every(({ code }) => code === 'THROTTLED')).toBe(true);
    expect(
      errors.some(({ message }) => /^AWS asked to slow down, and calls wait for \d+ seconds in /.test(message)),
    ).toBe(true);
  });

  async function throttledCalls() {
    const { content } = await gateway.emulator.control('GET', 'calls');
    return (content['calls'] as RecordedCall[]).filter(({ code }) => code === 'Throttling');
  }
});

describe('the calls to one source', () => {
  it('wait for each other, and are refused when too many wait', async () => {
    await start({ aws: { limits: { concurrency: 1, waiting: 2 }, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'delay', milliseconds: 300 });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => gateway.query(search, { id })));
    const reports = answers.map(({ data }) => data.snapshots.sources[0]);
    expect(reports.map(({ status }) => status).toSorted()).toEqual([
      'COMPLETE',
      'COMPLETE',
      'COMPLETE',
      'THROTTLED',
      'THROTTLED',
    ]);
    expect(reports.find(({ status }) => status === 'THROTTLED').error.message).toBe(
      '2 calls wait for AWS in redshift of account 123456789012, region us-east-1 already. Ask again a little later.',
    );
  });

  it('tell a look-up that is refused when to ask again', async () => {
    await start({ aws: { limits: { concurrency: 1, waiting: 1 }, timeouts: { callSeconds: 2 } } });
    await gateway.disturb({ kind: 'hang' });
    const lookUp = `query ($arn: String!) { cluster(arn: $arn) { id } }`;
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        gateway.query(lookUp, { arn: `arn:aws:redshift:us-east-1:${account}:cluster:${name}` }),
      ),
    );
    const refused = answers
      .flatMap(({ errors }) => errors ?? [])
      .filter(({ extensions }) => extensions['code'] === 'THROTTLED');
    expect(refused).not.toEqual([]);
    for (const { extensions } of refused) expect(extensions['retryAfterSeconds']).toBe(1);
  });

  it('are spread over time where a rate is set', async () => {
    await start({ aws: { limits: { callsPerSecond: 2 }, cache: { ageSeconds: 0 } } });
    const begin = Date.now();
    await Promise.all(['a', 'b', 'c'].map((id) => gateway.query(search, { id })));
    expect(Date.now() - begin).toBeGreaterThan(900);
  });

  it('are made in the order of their weight: changes first', async () => {
    await start({});
    const lane = createLane({ concurrency: 1, waiting: 10 }, createPace(), 'a source');
    const turn = { signal: undefined, timeout: 1000 };
    const made: string[] = [];
    const call = (name: string) => async () => made.push(name);
    await Promise.all([
      lane.read(turn, call('read 1')),
      lane.read(turn, call('read 2')),
      lane.change(turn, call('change')),
    ]);
    expect(made).toEqual(['read 1', 'change', 'read 2']);
  });

  it('never begin for a change whose request is over', async () => {
    await start({});
    const lane = createLane({ concurrency: 1, waiting: 10 }, createPace(), 'a source');
    const request = new AbortController();
    const begun = lane.read({ signal: undefined, timeout: 1000 }, async () => request.abort());
    const sent = lane.change({ signal: request.signal, timeout: 1000 }, async () => 'sent');
    await expect(sent).rejects.toMatchObject({ code: 'TIMED_OUT', isAnswerLost: false });
    await begun;
  });
});
