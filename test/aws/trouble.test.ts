import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../src/emulator/control/calls.ts';
import { createLane } from '../../src/aws/calls/lane.ts';
import { createSourcePace } from '../../src/aws/calls/pace.ts';
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

/** Sends the list query once, and returns the report on its only source. */
async function ask(variables: object = {}) {
  const { data, extensions } = await gateway.query(list, { ...variables });
  const [{ status, error }] = data.snapshots.sources;
  return { status, error, calls: extensions.aws.calls, found: data.snapshots.nodes.length };
}

describe('a read that fails', () => {
  it.each([
    ['a server error', { kind: 'error', code: 'InternalFailure', status: 500 }],
    ['an HTML page', { kind: 'html', status: 503 }],
    ['a reset connection', { kind: 'reset' }],
    ['an interrupted response', { kind: 'truncate', bytes: 100 }],
    ['a truncated response', { kind: 'cut', bytes: 100 }],
    ['throttling', { kind: 'throttle' }],
    [
      'a throttled dependency of the service',
      { kind: 'error', code: 'DependentServiceRequestThrottlingFault', status: 400 },
    ],
  ] as const)('because of %s is retried', async (_, fault) => {
    await start({});
    await gateway.disturb({ ...fault, times: 1 });
    expect(await ask()).toEqual({ status: 'COMPLETE', error: null, calls: 2, found: 1 });
  });

  it.each([
    ['twice after server errors', { kind: 'error', code: 'InternalFailure', status: 500 }, 3, 'FAILED'],
    ['once after incomplete responses', { kind: 'empty' }, 2, 'FAILED'],
    ['never after a denial', { kind: 'error', code: 'AccessDenied', status: 403 }, 1, 'DENIED'],
  ] as const)('is retried %s', async (_, fault, calls, status) => {
    await start({});
    await gateway.disturb(fault);
    expect(await ask()).toMatchObject({ status, calls, found: 0 });
  });

  it('is retried only within the retry budget', async () => {
    await start({});
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500 });
    let calls = 0;
    for (let attempt = 0; attempt < 100; attempt += 1) calls += (await ask()).calls;
    expect(calls).toBeLessThan(100 * 1.25 + 10);
  });

  it('rarely fails if one AWS call in five fails', async () => {
    await start({});
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, probability: 0.2, seed: 7 });
    const answers = [];
    for (let attempt = 0; attempt < 100; attempt += 1) answers.push(await ask());
    expect(answers.filter(({ status }) => status === 'COMPLETE').length).toBeGreaterThanOrEqual(99);
    expect(answers.reduce((sum, { calls }) => sum + calls, 0)).toBeLessThanOrEqual(125 + 10);
  });
});

it('counts every AWS call, including calls before a timeout', async () => {
  await start({ aws: { timeouts: { callSeconds: 2 }, cache: { ageSeconds: 0 } } });
  await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500, times: 1 }, { kind: 'hang' });
  expect(await ask()).toMatchObject({ status: 'TIMED_OUT', calls: 2 });
});

it('counts the AWS calls that were sent to read a source ahead', async () => {
  await start({ accounts: accounts([account], ['eu-west-1', 'us-east-1', 'us-west-1']) });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 1) });
  await gateway.disturb({ kind: 'delay', milliseconds: 1000, region: 'us-west-1' });
  const { data, extensions } = await gateway.query(
    '{ snapshots(first: 1, filter: { services: [REDSHIFT] }) { nodes { id } sources { awsCalls } } }',
  );
  expect(data.snapshots.sources.map(({ awsCalls }: any) => awsCalls)).toEqual([1, 1, 1]);
  expect(extensions.aws.calls).toBe(3);
});

describe('a source that fails repeatedly', () => {
  const breaker = { failures: 5, retrySeconds: 1 };

  it('is not called until it recovers', async () => {
    await start({ aws: { breaker, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500 });
    await gateway.calls();
    // The circuit breaker and the queue use the system time.
    const begin = Date.now();
    for (let attempt = 0; attempt < 200; attempt += 1) await ask();
    const { status, error } = await ask();
    expect({ status, code: error.code }).toEqual({ status: 'FAILED', code: 'UPSTREAM' });
    const probes = (Date.now() - begin) / (breaker.retrySeconds * 1000);
    expect((await gateway.calls()).length).toBeLessThan(20 + 2 * probes);
    await gateway.disturb();
    await expect.poll(async () => (await ask()).status, { interval: 50 }).toBe('COMPLETE');
  });

  it('is reported immediately, without a call, after it hangs', async () => {
    await start({ aws: { breaker: { failures: 2, retrySeconds: 60 }, timeouts: { callSeconds: 0.1 } } });
    await gateway.disturb({ kind: 'hang' });
    expect((await ask()).status).toBe('TIMED_OUT');
    expect((await ask()).status).toBe('TIMED_OUT');
    expect(await ask()).toMatchObject({ status: 'FAILED', calls: 0 });
  });

  it('is still called if it only denies calls', async () => {
    await start({ aws: { breaker: { failures: 2, retrySeconds: 60 } } });
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403 });
    for (let attempt = 0; attempt < 4; attempt += 1) expect((await ask()).status).toBe('DENIED');
    await gateway.disturb();
    expect((await ask()).status).toBe('COMPLETE');
  });

  it('does not affect other sources', async () => {
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

  it('is called at the rate that it accepts, and changes are sent before queued reads', async () => {
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

  it('is not sent calls whose wait would exceed the time limit', async () => {
    await start({ aws: { timeouts: { requestSeconds: 60, callSeconds: 1 }, cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'throttle' });
    await readAll(1);
    const errors = (await readAll(20)).map(({ data }) => data.snapshots.sources[0].error);
    expect(errors.every(({ code }) => code === 'THROTTLED')).toBe(true);
    expect(
      errors.some(({ message }) =>
        /^AWS is throttling .*: the next call can be sent in \d+ s\. Retry in /.test(message),
      ),
    ).toBe(true);
  });

  async function throttledCalls() {
    const { content } = await gateway.emulator.control('GET', 'calls');
    return (content['calls'] as RecordedCall[]).filter(({ code }) => code === 'Throttling');
  }
});

describe('the calls to one source', () => {
  it('are queued, and rejected if too many are queued', async () => {
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
    expect(reports.find(({ status }) => status === 'THROTTLED').error).toMatchObject({
      code: 'RATE_LIMITED',
      message:
        'Too many calls are queued for redshift in account 123456789012, region us-east-1: the limit is 2. Retry in 1 s.',
    });
  });

  it('report to a rejected lookup when to retry', async () => {
    await start({ aws: { limits: { concurrency: 1, waiting: 1 }, timeouts: { callSeconds: 2 } } });
    await gateway.disturb({ kind: 'hang' });
    const lookup = `query ($arn: String!) { cluster(arn: $arn) { id } }`;
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        gateway.query(lookup, { arn: `arn:aws:redshift:us-east-1:${account}:cluster:${name}` }),
      ),
    );
    const refused = answers
      .flatMap(({ errors }) => errors ?? [])
      .filter(({ extensions }) => extensions['code'] === 'RATE_LIMITED');
    expect(refused).not.toEqual([]);
    for (const { extensions } of refused) expect(extensions['retryAfterSeconds']).toBe(1);
  });

  it('are rate-limited if callsPerSecond is set', async () => {
    await start({ aws: { limits: { callsPerSecond: 2 }, cache: { ageSeconds: 0 } } });
    const begin = Date.now();
    await Promise.all(['a', 'b', 'c'].map((id) => gateway.query(search, { id })));
    expect(Date.now() - begin).toBeGreaterThan(900);
  });

  it('are sent by priority: changes before reads', async () => {
    await start({});
    const lane = createLane({ concurrency: 1, waiting: 10 }, createSourcePace(), 'a source');
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

  it('are not sent for a change whose request has ended', async () => {
    await start({});
    const lane = createLane({ concurrency: 1, waiting: 10 }, createSourcePace(), 'a source');
    const request = new AbortController();
    const started = lane.read({ signal: undefined, timeout: 1000 }, async () => request.abort());
    const sent = lane.change({ signal: request.signal, timeout: 1000 }, async () => 'sent');
    await expect(sent).rejects.toMatchObject({ code: 'TIMED_OUT', isAnswerLost: false });
    await started;
  });
});
