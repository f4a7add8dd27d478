import { DeleteDBClusterCommand, DescribeDBClustersCommand } from '@aws-sdk/client-docdb';
import {
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
} from '@aws-sdk/client-redshift';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { WorldJson } from '../../src/emulator/control/world-json.ts';
import { home, refusal, startTestEmulator, useEmulator } from '../support/emulator.ts';

const here = { service: 'redshift', account: home, region: 'us-east-1' } as const;
const cluster = { ...here, ClusterIdentifier: 'sales' };
const orders = { ...here, service: 'rds', DBClusterIdentifier: 'orders' } as const;
const seed: WorldJson = { clusters: [{ ...here, ClusterIdentifier: 'seeded' }] };

const emulator = await useEmulator({ world: seed });
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
    // oxlint-disable-next-line no-await-in-loop -- the test checks the order of the calls
    results.push((await refusal(clusters())).name !== 'Throttling');
  }
  return results;
};

describe('the world', () => {
  it('is replaced by a load, and restored by a reset', async () => {
    expect(await clusters()).toEqual(['sales']);
    await emulator.control('POST', 'reset');
    expect(await clusters()).toEqual(['seeded']);
  });

  it('is returned as JSON that restores the same world', async () => {
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

  it('is returned with clusters that are being deleted, whose deletion ends on time', async () => {
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

  it('accepts a snapshot that is being created', async () => {
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
    ['a member that AWS does not have', { clusters: [{ ...cluster, Colour: 'red' }] }, 'clusters[0]: Cluster.Colour'],
    ['a number as a name', { clusters: [{ ...here, ClusterIdentifier: 7 }] }, 'must be a string'],
    ['an invalid date', { clusters: [{ ...cluster, ClusterCreateTime: 'then' }] }, 'must be an ISO 8601 date'],
    ['a date that does not exist', { clusters: [{ ...cluster, ReadyTime: '2026-06-31' }] }, 'must be an ISO 8601 date'],
    ['an invalid nested member', { clusters: [{ ...cluster, Tags: [{ Name: 'a' }] }] }, 'Cluster.Tags[0].Name'],
    [
      'a snapshot without a cluster id',
      { snapshots: [{ ...here, SnapshotIdentifier: 'a' }] },
      'ClusterIdentifier is missing',
    ],
    ['a duplicate cluster', { clusters: [cluster, cluster] }, 'clusters[1]: sales already exists'],
    [
      'a duplicate snapshot in another case',
      { snapshots: ['a', 'A'].map((DBClusterSnapshotIdentifier) => ({ ...orders, DBClusterSnapshotIdentifier })) },
      'snapshots[1]: a already exists',
    ],
    ['an invalid deletion date', { clusters: [{ ...cluster, GoneTime: 7 }] }, 'GoneTime must be'],
    ['an incomplete account id', { clusters: [{ ...cluster, account: '12' }] }, 'must be 12 digits'],
    ['an unknown service', { clusters: [{ ...cluster, service: 's3' }] }, 'clusters[0].service'],
    ['an unknown assumption', { assumptions: { theBest: true } }, 'theBest'],
    ['an invalid current date', { now: 'today' }, 'now'],
    ['a current date before 1970', { now: '1969-12-31T23:59:59Z' }, 'must be in the years 1970 to 9899'],
    ['a current date near the year 10000', { now: '9900-01-01T00:00:00Z' }, 'must be in the years 1970 to 9899'],
    ['a list as its root', ['a'], 'expected object'],
  ])('is not replaced by a world with %s', async (_, world, message) => {
    const { status, content } = await emulator.control('POST', 'world', world);
    expect(status).toBe(400);
    expect(content['error']).toContain(message);
    expect(await clusters()).toEqual(['sales']);
  });
});

describe('the record of calls', () => {
  it('reports the caller, action, region, time and outcome of each call', async () => {
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
  ])('masks the password of %s', async (action) => {
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
      'return an error',
      { kind: 'error', code: 'InternalFailure', status: 500 },
      { name: 'InternalFailure', status: 500 },
    ],
    ['reset the connection', { kind: 'reset' }, { name: 'TimeoutError' }],
    ['return plain text', { kind: 'text' }, { status: 503 }],
    ['return an HTML page', { kind: 'html' }, { status: 503 }],
    ['break the connection in the middle of the response', { kind: 'truncate', bytes: 40 }, { name: 'Error' }],
    ['cut the response to its first bytes', { kind: 'cut', bytes: 40 }, { name: 'Error' }],
    ['corrupt a byte of the response', { kind: 'flip', byte: 0, mask: 2 }, { name: 'Error' }],
  ])('can %s', async (_, rule, expected) => {
    await setFaults({ action: 'DescribeClusters', ...rule });
    expect(await refusal(clusters())).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['an empty body', { kind: 'empty' }],
    ['an unknown root element', { kind: 'wrongRoot' }],
  ])('can return %s, which the SDK reads as an empty output', async (_, rule) => {
    await setFaults(rule);
    expect(await clusters()).toEqual([]);
  });

  it.each([
    { kind: 'delay', milliseconds: 30 },
    { kind: 'drip', milliseconds: 30 },
  ])('can slow down a response: %o', async (rule) => {
    await setFaults(rule);
    const start = performance.now();
    expect(await clusters()).toEqual(['sales']);
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  it('can leave a request unanswered until the client gives up', async () => {
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
    ['reset', { kind: 'reset' }],
  ])('can apply before or after the action of a call that is %s', async (_, rule) => {
    await setFaults({ action: 'CreateClusterSnapshot', ...rule, moment: 'before' });
    await refusal(create());
    expect(await snapshots()).toEqual([]);
    await setFaults({ action: 'CreateClusterSnapshot', ...rule, moment: 'after' });
    await refusal(create());
    expect(await snapshots()).toEqual(['new']);
  });

  it('apply only to the nth matching calls', async () => {
    await setFaults({ kind: 'throttle', service: 'redshift', account: home, region: 'us-east-1', nth: [1, 3] });
    expect(await outcomes(4)).toEqual([false, true, false, true]);
  });

  it('apply to calls that exceed a rate per second', async () => {
    await setFaults({ kind: 'throttle', perSecond: 0.001 });
    expect(await outcomes(3)).toEqual([true, false, false]);
  });

  it('apply to every nth call', async () => {
    await setFaults({ kind: 'throttle', every: 2 });
    expect(await outcomes(4)).toEqual([true, false, true, false]);
  });

  it('apply a limited number of times, and only to matching calls', async () => {
    await setFaults({ kind: 'throttle', action: 'DescribeClusters', times: 2 });
    expect(await snapshots()).toEqual([]);
    expect(await outcomes(3)).toEqual([false, false, true]);
  });

  it('apply at random, with the same results for the same seed', async () => {
    const rule = { kind: 'throttle', probability: 0.5, seed: 7 };
    await setFaults(rule);
    const first = await outcomes(12);
    await setFaults(rule);
    expect(await outcomes(12)).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  it('appear in the record of calls', async () => {
    await setFaults({ kind: 'reset' });
    await refusal(clusters());
    const { content } = await emulator.control('GET', 'calls');
    expect(content['calls']).toMatchObject([{ action: 'DescribeClusters', status: null, disturbance: 'reset' }]);
  });

  it('apply to unknown actions, because AWS throttles before it reads the action', async () => {
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
    ['an unknown kind', [{ kind: 'explode' }]],
    ['a misspelled member', [{ kind: 'throttle', acton: 'DescribeClusters' }]],
    ['an unknown action', [{ kind: 'throttle', action: 'DescribeSnapshots' }]],
    ['an action of another service', [{ kind: 'throttle', action: 'DescribeClusters', service: 'rds' }]],
    ['a probability above one', [{ kind: 'throttle', probability: 2 }]],
    ['a delay without a duration', [{ kind: 'delay' }]],
    ['a truncated response before the action', [{ kind: 'truncate', bytes: 1, moment: 'before' }]],
    ['a rule that is not in a list', { kind: 'throttle' }],
  ])('are rejected if they have %s', async (_, rules) => {
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
  ])('rejects %s %s with status %i', async (method, path, expected) => {
    const sent = method === 'GET' ? undefined : { advanceSeconds: -1 };
    const { status, content } = await emulator.control(method, path, sent);
    expect(status).toBe(expected);
    expect(content['error']).toBeTypeOf('string');
  });

  it('rejects a clock near the year 10000, and accepts its own world at the last moment', async () => {
    await emulator.load({ now: '9899-12-31T23:00:00Z', frozen: true, clusters: [cluster] });
    const { status, content } = await emulator.control('POST', 'clock', { advanceSeconds: 3600 });
    expect([status, content['error']]).toEqual([400, expect.stringContaining('9899')]);
    const { content: clock } = await emulator.control('POST', 'clock', { advanceSeconds: 3599 });
    expect(clock).toEqual({ now: '9899-12-31T23:59:59.000Z' });
    expect(await clusters()).toEqual(['sales']);
    const { content: world } = await emulator.control('GET', 'world');
    await emulator.load(world);
    expect((await emulator.control('GET', 'world')).content).toEqual(world);
  });

  it('fails to start on a port that is in use', async () => {
    await expect(startTestEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow('EADDRINUSE');
  });
});
