import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReadAhead } from '../../src/fleet/paging/read-ahead.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots } from '../support/worlds.ts';

const ids = Array.from({ length: 40 }, (_, index) => String(100_000_000_000 + index));

const list = /* GraphQL */ `
  query ($first: Int!, $after: String) {
    snapshots(first: $first, after: $after) {
      isComplete
      nodes {
        arn
      }
      pageInfo {
        endCursor
      }
      sources {
        status
        awsCalls
        error {
          code
        }
      }
    }
  }
`;

describe('a list over 80 sources', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ accounts: accounts(ids) });
  });
  afterAll(() => gateway.close());

  it('reads each source once if all are empty, regardless of the maximum number of AWS pages', async () => {
    await gateway.load({});
    const { data } = await gateway.query(list, { first: 100 });
    expect(data.snapshots).toMatchObject({ isComplete: true, nodes: [] });
    expect(await gateway.calls()).toHaveLength(80);
  });

  it('reads only as many sources as needed if each has the same number of snapshots', async () => {
    await gateway.load({
      snapshots: ids.flatMap((account) => [
        ...makeSnapshots('REDSHIFT', 5, { account }),
        ...makeSnapshots('DOCUMENTDB', 5, { account }),
      ]),
    });
    await gateway.calls();
    const { data } = await gateway.query(list, { first: 40 });
    expect(data.snapshots.nodes).toHaveLength(40);
    expect(await gateway.calls()).toHaveLength(8);
  });

  it('does not report a source that was not needed as failed, and tries it when it is needed', async () => {
    const [one, , other] = ids;
    await gateway.load({
      snapshots: [
        ...makeSnapshots('DOCUMENTDB', 10, { account: one }),
        ...makeSnapshots('DOCUMENTDB', 30, { account: ids[1] }),
        ...makeSnapshots('DOCUMENTDB', 1, { account: other }),
      ],
    });
    await gateway.disturb({ kind: 'error', code: 'AccessDenied', status: 403, account: other });
    const page = await gateway.query(list, { first: 30 });
    expect(page.data.snapshots.isComplete).toBe(true);
    expect(page.data.snapshots.sources.filter(({ error }: any) => error !== null)).toEqual([]);
    expect(page.data.snapshots.nodes).toHaveLength(30);
    const next = await gateway.query(list, { first: 30, after: page.data.snapshots.pageInfo.endCursor });
    await gateway.disturb();
    expect(next.data.snapshots.isComplete).toBe(false);
    expect(next.data.snapshots.nodes).toHaveLength(10);
    expect(next.data.snapshots.sources.slice(0, 6).map(({ status }: any) => status)).toEqual([
      'PASSED',
      'PASSED',
      'PASSED',
      'COMPLETE',
      'DENIED',
      'DENIED',
    ]);
  });
});

describe('a list over more sources than the maximum number of AWS pages', () => {
  it('can read all of them', async () => {
    const gateway = await startGateway({
      accounts: accounts(ids.slice(0, 10)),
      maximumPages: 5,
    });
    try {
      await gateway.load({});
      for (const field of ['snapshots', 'clusters']) {
        const { data } = await gateway.query(`{ list: ${field} { isComplete nodes { id } } }`);
        expect(data.list).toEqual({ isComplete: true, nodes: [] });
        expect(await gateway.calls()).toHaveLength(20);
      }
    } finally {
      await gateway.close();
    }
  });
});

describe('reading ahead', () => {
  /** Takes tasks one by one, and returns the sizes of the rounds in which tasks were started. */
  async function roundsOf(count: number, expected: (taken: number) => number): Promise<number[]> {
    const tasks = Array.from({ length: count }, (_, index) => index);
    const rounds: number[] = [];
    let started = 0;
    const ahead = createReadAhead({ tasks: () => tasks, expected, begin: async (task) => ((started += 1), task) });
    for (const task of tasks) {
      const before = started;
      // oxlint-disable-next-line no-await-in-loop -- a task is taken only after the previous task
      expect(await ahead.take(task)).toBe(task);
      if (started > before) rounds.push(started - before);
    }
    return rounds;
  }

  it('doubles its rounds while nothing is found, up to a maximum', async () => {
    expect(await roundsOf(200, () => Infinity)).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 9]);
  });

  it('starts no more tasks than expected', async () => {
    expect(await roundsOf(10, (taken) => 10 - taken)).toEqual([1, 2, 4, 3]);
    expect(await roundsOf(4, () => 1)).toEqual([1, 1, 1, 1]);
  });
});
