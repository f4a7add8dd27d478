import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accounts, type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { useStallFreeClock } from '../support/stall-free-clock.ts';
import { timed } from '../support/stopwatch.ts';
import { makeCluster, makeSnapshots } from '../support/worlds.ts';

const deadline = 3000;
const tolerance = 100;

const list = /* GraphQL */ `
  {
    snapshots(first: 100) {
      isComplete
      nodes {
        identifier
      }
      sources {
        status
        error {
          code
        }
      }
    }
  }
`;

useStallFreeClock();

describe.concurrent('the time of a request', () => {
  /** Asks three accounts while AWS misbehaves, and how long that took. */
  async function askUnder(...faults: Parameters<Gateway['disturb']>) {
    const gateway = await startGateway({
      accounts: accounts(['100000000001', '100000000002', '100000000003']),
      aws: { timeouts: { requestSeconds: deadline / 1000, callSeconds: 2 }, cache: { ageSeconds: 0 } },
    });
    await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 3, { account: '100000000003' }) });
    if (!faults.some(({ service }) => service === 'sts')) await gateway.query(list);
    await gateway.disturb(...faults);
    await gateway.calls();
    const { value, milliseconds } = await timed(gateway.query(list));
    const calls = await gateway.calls();
    await gateway.close();
    expect(milliseconds).toBeLessThan(deadline + tolerance);
    expect(value.errors).toBeUndefined();
    return { ...value.data.snapshots, calls };
  }

  it.each([
    ['hangs', { kind: 'hang' }],
    ['drips', { kind: 'drip', milliseconds: 9000 }],
    ['is slow', { kind: 'delay', milliseconds: 9000 }],
    ['hangs after the action', { kind: 'hang', moment: 'after' }],
  ] as const)('is over when it is over, though one source %s', async (_, fault) => {
    const { sources, nodes } = await askUnder({ ...fault, account: '100000000001', service: 'redshift' });
    const [first, ...others] = sources;
    expect(first).toEqual({ status: 'TIMED_OUT', error: { code: 'TIMED_OUT' } });
    expect(others.map(({ status }: any) => status)).toEqual(others.map(() => 'COMPLETE'));
    expect(nodes).toHaveLength(3);
  });

  it('is over though every source hangs, and each says so', async () => {
    const { calls, ...told } = await askUnder({ kind: 'hang' });
    expect(told).toMatchObject({ isComplete: false, nodes: [] });
    expect(told.sources.map(({ status }: any) => status)).toEqual(Array(6).fill('TIMED_OUT'));
    // One hung first, then two at once: the last three were not asked any more.
    expect(calls).toHaveLength(3);
  });

  it('is over though the role is never had', async () => {
    const { sources } = await askUnder({ kind: 'hang', service: 'sts' });
    expect(sources.map(({ status }: any) => status)).toEqual(Array(6).fill('TIMED_OUT'));
  });
});

describe('a client that leaves', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({
      accounts: oneAccount,
      aws: { limits: { concurrency: 1 }, timeouts: { callSeconds: 1 } },
    });
    await gateway.load({ clusters: [makeCluster('REDSHIFT')] });
  });
  afterAll(() => gateway.close());

  /** Asks, and leaves as soon as AWS has the call. */
  async function askAndLeave(query: string, action: string): Promise<void> {
    const leaving = new AbortController();
    const asked = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    const isThere = async () => (await gateway.calls()).some((call) => call.action === action);
    await expect.poll(isThere, { interval: 5 }).toBe(true);
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
  }

  it('frees the way of its query for others', async () => {
    await gateway.disturb({ kind: 'hang', action: 'DescribeClusters', times: 1 });
    await askAndLeave('{ clusters(filter: { services: [REDSHIFT] }) { nodes { id } } }', 'DescribeClusters');
    const answer = await gateway.query('{ clusters { nodes { identifier } } }');
    expect(answer.data.clusters.nodes).toEqual([{ identifier: 'sales' }]);
  });

  it('leaves a change to its end, the look at what came of it included', async () => {
    await gateway.disturb({ kind: 'hang', moment: 'after', action: 'CreateClusterSnapshot' });
    const { data } = await gateway.query('{ clusters { nodes { id } } }');
    const change = `mutation {
      createSnapshot(input: { clusterId: "${data.clusters.nodes[0].id}", identifier: "kept" }) { __typename }
    }`;
    await askAndLeave(change, 'CreateClusterSnapshot');
    const later = async () => (await gateway.calls()).map(({ action }) => action);
    await expect.poll(later, { interval: 20 }).toEqual(['DescribeClusterSnapshots']);
  });
});
