import { DeleteDBClusterCommand, DescribeDBClustersCommand } from '@aws-sdk/client-docdb';
import {
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
} from '@aws-sdk/client-redshift';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { home, refusal, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const cluster = { ...here, ClusterIdentifier: 'sales' };
const orders = { ...here, service: 'rds', DBClusterIdentifier: 'orders' } as const;
const seed: WorldJson = { clusters: [{ ...here, ClusterIdentifier: 'seeded' }] };

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator({ world: seed });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await emulator.load({ now: '2026-06-01T12:00:00Z', frozen: true, clusters: [cluster] });
  await emulator.control('DELETE', 'faults');
  await emulator.control('DELETE', 'calls');
});

const clusters = async () => {
  const { Clusters = [] } = await emulator.redshift().send(new DescribeClustersCommand({}));
  return Clusters.map(({ ClusterIdentifier }) => ClusterIdentifier);
};
const create = (SnapshotIdentifier = 'new') =>
  emulator.redshift().send(new CreateClusterSnapshotCommand({ ClusterIdentifier: 'sales', SnapshotIdentifier }));
const snapshots = async () => {
  const { Snapshots = [] } = await emulator.redshift().send(new DescribeClusterSnapshotsCommand({}));
  return Snapshots.map(({ SnapshotIdentifier }) => SnapshotIdentifier);
};
const setFaults = async (...rules: object[]) => {
  const { status, content } = await emulator.control('POST', 'faults', rules);
  expect([status, content['error']]).toEqual([200, undefined]);
};

const outcomes = async (count: number) => {
  const results: boolean[] = [];
  for (let index = 0; index < count; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- the order of the calls is what is tested
    results.push((await refusal(clusters())).name !== 'Throttling');
  }
  return results;
};

describe('the world', () => {
  it('is replaced, and the seed comes back on reset', async () => {
    expect(await clusters()).toEqual(['sales']);
    await emulator.control('POST', 'reset');
    expect(await clusters()).toEqual(['seeded']);
  });

  it('comes out as JSON that makes the same world again', async () => {
    await create();
    await emulator.control('POST', 'clock', { advanceSeconds: 10 });
    const { content: before } = await emulator.control('GET', 'world');
    await emulator.control('POST', 'world', before);
    const { content: after } = await emulator.control('GET', 'world');
    expect(after).toEqual(before);
    expect(before['snapshots']).toMatchObject([
      { ...here, SnapshotIdentifier: 'new', Status: 'creating', ReadyTime: '2026-06-01T12:00:30.000Z' },
    ]);
  });

  it('comes out with the clusters that are being deleted, and they leave in time', async () => {
    await emulator.load({
      now: '2026-06-01T12:00:00Z',
      frozen: true,
      clusters: [cluster, { ...cluster, ClusterIdentifier: 'old' }, orders],
    });
    const final = { ClusterIdentifier: 'sales', FinalClusterSnapshotIdentifier: 'last' };
    await emulator.redshift().send(new DeleteClusterCommand(final));
    const none = { ClusterIdentifier: 'old', SkipFinalClusterSnapshot: true };
    await emulator.redshift().send(new DeleteClusterCommand(none));
    await emulator.docdb().send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'orders', SkipFinalSnapshot: true }));
    const { content: before } = await emulator.control('GET', 'world');
    await emulator.control('POST', 'world', before);
    expect((await emulator.control('GET', 'world')).content).toEqual(before);
    const statuses = async () => {
      const { Clusters = [] } = await emulator.redshift().send(new DescribeClustersCommand({}));
      const { DBClusters = [] } = await emulator.docdb().send(new DescribeDBClustersCommand({}));
      return [...Clusters.map(({ ClusterStatus }) => ClusterStatus), ...DBClusters.map(({ Status }) => Status)];
    };
    expect(await statuses()).toEqual(['deleting', 'final-snapshot', 'deleting']);
    await emulator.control('POST', 'clock', { advanceSeconds: 60 });
    expect(await statuses()).toEqual(['deleting']);
    await emulator.control('POST', 'clock', { advanceSeconds: 60 });
    expect(await statuses()).toEqual([]);
  });

  it('takes a snapshot that is still being made', async () => {
    const snapshot = { ...here, ClusterIdentifier: 'sales', SnapshotIdentifier: 'slow' };
    await emulator.load({
      now: '2026-06-01T12:00:00Z',
      frozen: true,
      snapshots: [{ ...snapshot, Status: 'creating', ReadyTime: '2026-06-01T12:10:00Z' }],
    });
    const statusNow = async () => {
      const { Snapshots } = await emulator.redshift().send(new DescribeClusterSnapshotsCommand({}));
      return Snapshots?.[0]?.Status;
    };
    expect(await statusNow()).toBe('creating');
    await emulator.control('POST', 'clock', { advanceSeconds: 600 });
    expect(await statusNow()).toBe('available');
  });

  it.each<[string, unknown, string]>([
    ['a member that AWS has not', { clusters: [{ ...cluster, Colour: 'red' }] }, 'clusters[0]: Cluster.Colour'],
    ['a number for a name', { clusters: [{ ...here, ClusterIdentifier: 7 }] }, 'must be a string'],
    ['a date that is none', { clusters: [{ ...cluster, ClusterCreateTime: 'then' }] }, 'must be an ISO 8601 date'],
    [
      'a date that no calendar has',
      { clusters: [{ ...cluster, ReadyTime: '2026-06-31' }] },
      'must be an ISO 8601 date',
    ],
    ['a wrong member deep inside', { clusters: [{ ...cluster, Tags: [{ Name: 'a' }] }] }, 'Cluster.Tags[0].Name'],
    [
      'a snapshot without its cluster',
      { snapshots: [{ ...here, SnapshotIdentifier: 'a' }] },
      'ClusterIdentifier is missing',
    ],
    ['a cluster twice', { clusters: [cluster, cluster] }, 'clusters[1]: sales is there already'],
    [
      'a snapshot twice, in another case',
      { snapshots: ['a', 'A'].map((DBClusterSnapshotIdentifier) => ({ ...orders, DBClusterSnapshotIdentifier })) },
      'snapshots[1]: a is there already',
    ],
    ['a date of leaving that is none', { clusters: [{ ...cluster, GoneTime: 7 }] }, 'GoneTime must be'],
    ['half an account', { clusters: [{ ...cluster, account: '12' }] }, 'must be 12 digits'],
    ['a service that there is not', { clusters: [{ ...cluster, service: 's3' }] }, 'clusters[0].service'],
    ['an assumption that there is not', { assumptions: { theBest: true } }, 'theBest'],
    ['a date of its own that is none', { now: 'today' }, 'now'],
    ['something else', ['a'], 'expected object'],
  ])('is not replaced by one with %s', async (_, world, message) => {
    const { status, content } = await emulator.control('POST', 'world', world);
    expect(status).toBe(400);
    expect(content['error']).toContain(message);
    expect(await clusters()).toEqual(['sales']);
  });
});

describe('the record of calls', () => {
  it('says who called what, where, when, and what came of it', async () => {
    await refusal(create('1st'));
    await clusters();
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([
      {
        ...here,
        action: 'CreateClusterSnapshot',
        parameters: { ClusterIdentifier: 'sales', SnapshotIdentifier: '1st' },
        status: 400,
        code: 'InvalidParameterValue',
        disturbance: null,
        at: '2026-06-01T12:00:00.000Z',
      },
      { ...here, action: 'DescribeClusters', parameters: {}, status: 200, code: null },
    ]);
    await emulator.control('DELETE', 'calls');
    expect((await emulator.control('GET', 'calls')).content).toEqual({ calls: [] });
  });

  it.each([
    'Action=CreateCluster&ClusterIdentifier=a&NodeType=ra3.large&MasterUsername=b',
    'Action=CreateDBCluster&DBClusterIdentifier=a&Engine=docdb&MasterUsername=b',
  ])('keeps the password of %s to itself', async (action) => {
    const secret = 'Secret123';
    const response = await fetch(emulator.url, { method: 'POST', body: `${action}&MasterUserPassword=${secret}` });
    expect(response.status).toBe(200);
    expect(JSON.stringify(await emulator.control('GET', 'calls'))).not.toContain(secret);
  });
});

describe('fault rules', () => {
  it.each<[string, object, object]>([
    ['throttle', { kind: 'throttle' }, { name: 'Throttling', status: 400 }],
    [
      'answer an error',
      { kind: 'error', code: 'InternalFailure', status: 500 },
      { name: 'InternalFailure', status: 500 },
    ],
    ['reset the connection', { kind: 'reset' }, { name: 'TimeoutError' }],
    ['answer plain text', { kind: 'text' }, { status: 503 }],
    ['answer a page of HTML', { kind: 'html' }, { status: 503 }],
    ['break off in the answer', { kind: 'truncate', bytes: 40 }, { name: 'Error' }],
    ['give the beginning for the whole', { kind: 'cut', bytes: 40 }, { name: 'Error' }],
    ['damage a byte', { kind: 'flip', byte: 0, mask: 2 }, { name: 'Error' }],
  ])('can %s', async (_, rule, expected) => {
    await setFaults({ action: 'DescribeClusters', ...rule });
    expect(await refusal(clusters())).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['an empty body', { kind: 'empty' }],
    ['a root that nobody knows', { kind: 'wrongRoot' }],
  ])('can answer %s, which the SDK takes for nothing', async (_, rule) => {
    await setFaults(rule);
    expect(await clusters()).toEqual([]);
  });

  it.each([
    { kind: 'delay', milliseconds: 30 },
    { kind: 'drip', milliseconds: 30 },
  ])('can be slow: %o', async (rule) => {
    await setFaults(rule);
    const start = performance.now();
    expect(await clusters()).toEqual(['sales']);
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  it('can leave a request hanging until its client gives up', async () => {
    await setFaults({ kind: 'hang', times: 1 });
    const patience = new AbortController();
    const asking = emulator.redshift().send(new DescribeClustersCommand({}), { abortSignal: patience.signal });
    const outcome = refusal(asking);
    const taken = async () => (await emulator.control('GET', 'calls')).content['calls'];
    await vi.waitFor(async () => expect(await taken()).toMatchObject([{ disturbance: 'hang' }]), { timeout: 120_000 });
    patience.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    expect(await clusters()).toEqual(['sales']);
  });

  it.each<[string, object]>([
    ['throttled', { kind: 'throttle' }],
    ['cut off', { kind: 'reset' }],
  ])('decide whether a call that is %s takes effect', async (_, rule) => {
    await setFaults({ action: 'CreateClusterSnapshot', ...rule, moment: 'before' });
    await refusal(create());
    expect(await snapshots()).toEqual([]);
    await setFaults({ action: 'CreateClusterSnapshot', ...rule, moment: 'after' });
    await refusal(create());
    expect(await snapshots()).toEqual(['new']);
  });

  it('strike the nth matching call alone', async () => {
    await setFaults({ kind: 'throttle', service: 'redshift', account: home, region: 'us-east-1', nth: [1, 3] });
    expect(await outcomes(4)).toEqual([false, true, false, true]);
  });

  it('strike what goes beyond so many calls in a second', async () => {
    await setFaults({ kind: 'throttle', perSecond: 0.001 });
    expect(await outcomes(3)).toEqual([true, false, false]);
  });

  it('strike every so many calls', async () => {
    await setFaults({ kind: 'throttle', every: 2 });
    expect(await outcomes(4)).toEqual([true, false, true, false]);
  });

  it('strike no more often than they may, and leave other calls alone', async () => {
    await setFaults({ kind: 'throttle', action: 'DescribeClusters', times: 2 });
    expect(await snapshots()).toEqual([]);
    expect(await outcomes(3)).toEqual([false, false, true]);
  });

  it('strike by chance, the same chance each time', async () => {
    const rule = { kind: 'throttle', probability: 0.5, seed: 7 };
    await setFaults(rule);
    const first = await outcomes(12);
    await setFaults(rule);
    expect(await outcomes(12)).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  it('are in the record of calls', async () => {
    await setFaults({ kind: 'reset' });
    await refusal(clusters());
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([{ action: 'DescribeClusters', status: null, disturbance: 'reset' }]);
  });

  it('strike requests for actions that there are not, as AWS throttles before it looks', async () => {
    await setFaults({ kind: 'throttle', times: 1 }, { kind: 'reset', action: 'DescribeClusters' });
    const ask = async () => (await fetch(emulator.url, { method: 'POST', body: 'Action=DescribeNothing' })).text();
    expect(await ask()).toContain('<Code>Throttling</Code>');
    expect(await ask()).toContain('<Code>InvalidAction</Code>');
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([
      { action: 'DescribeNothing', code: 'Throttling', disturbance: 'throttle' },
      { action: 'DescribeNothing', code: 'InvalidAction', disturbance: null },
    ]);
  });

  it.each<[string, unknown]>([
    ['a kind that there is not', [{ kind: 'explode' }]],
    ['a misspelt member', [{ kind: 'throttle', acton: 'DescribeClusters' }]],
    ['an action that there is not', [{ kind: 'throttle', action: 'DescribeSnapshots' }]],
    ['an action of another service', [{ kind: 'throttle', action: 'DescribeClusters', service: 'rds' }]],
    ['a probability above one', [{ kind: 'throttle', probability: 2 }]],
    ['a delay of no length', [{ kind: 'delay' }]],
    ['a cut before there is an answer', [{ kind: 'truncate', bytes: 1, moment: 'before' }]],
    ['a rule that is not in a list', { kind: 'throttle' }],
  ])('are refused with %s', async (_, rules) => {
    const { status, content } = await emulator.control('POST', 'faults', rules);
    expect(status).toBe(400);
    expect(content['error']).toBeTypeOf('string');
  });
});

describe('misuse', () => {
  it.each([
    ['GET', 'nothing', 404],
    ['PUT', 'world', 404],
    ['POST', 'clock', 400],
  ])('%s %s is refused with %i', async (method, path, expected) => {
    const sent = method === 'GET' ? undefined : { advanceSeconds: -1 };
    const { status, content } = await emulator.control(method, path, sent);
    expect(status).toBe(expected);
    expect(content['error']).toBeTypeOf('string');
  });

  it('the clock stays within the years that dates are written in', async () => {
    await emulator.load({ now: '9999-12-31T23:00:00Z', frozen: true });
    const { status, content } = await emulator.control('POST', 'clock', { advanceSeconds: 3600 });
    expect([status, content['error']]).toEqual([400, expect.stringContaining('9999')]);
    const { content: clock } = await emulator.control('POST', 'clock', { advanceSeconds: 3599 });
    expect(clock).toEqual({ now: '9999-12-31T23:59:59.000Z' });
  });

  it('a port that is taken is said at the start', async () => {
    await expect(startTestEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
