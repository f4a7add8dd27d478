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

describe.concurrent('the time limit of a request', () => {
  /** Lists three accounts while AWS fails, and checks the duration. */
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
  ] as const)('is met if one source %s', async (_, fault) => {
    const { sources, nodes } = await askUnder({ ...fault, account: '100000000001', service: 'redshift' });
    const [first, ...others] = sources;
    expect(first).toEqual({ status: 'TIMED_OUT', error: { code: 'TIMED_OUT' } });
    expect(others.map(({ status }: any) => status)).toEqual(others.map(() => 'COMPLETE'));
    expect(nodes).toHaveLength(3);
  });

  it('is met if every source hangs, and each source is reported', async () => {
    const { calls, ...answer } = await askUnder({ kind: 'hang' });
    expect(answer).toMatchObject({ isComplete: false, nodes: [] });
    expect(answer.sources.map(({ status }: any) => status)).toEqual(Array(6).fill('TIMED_OUT'));
    // The first call hangs, then two concurrent calls hang, and the last three sources are not called.
    expect(calls).toHaveLength(3);
  });

  it('is met if assuming the role hangs', async () => {
    const { sources } = await askUnder({ kind: 'hang', service: 'sts' });
    expect(sources.map(({ status }: any) => status)).toEqual(Array(6).fill('TIMED_OUT'));
  });
});

describe('a client that disconnects', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({
      accounts: oneAccount,
      aws: { limits: { concurrency: 1 }, timeouts: { callSeconds: 1 } },
    });
    await gateway.load({ clusters: [makeCluster('REDSHIFT')] });
  });
  afterAll(() => gateway.close());

  /** Sends a query, and disconnects as soon as AWS receives the call. */
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

  it('frees the place of its call for other requests', async () => {
    await gateway.disturb({ kind: 'hang', action: 'DescribeClusters', times: 1 });
    await askAndLeave('{ clusters(filter: { services: [REDSHIFT] }) { nodes { id } } }', 'DescribeClusters');
    const answer = await gateway.query('{ clusters { nodes { identifier } } }');
    expect(answer.data.clusters.nodes).toEqual([{ identifier: 'sales' }]);
  });

  it('does not stop its change, which is finished and read back', async () => {
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
