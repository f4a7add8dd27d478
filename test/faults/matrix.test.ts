import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account, type Answer, accounts, type Gateway, region, startGateway } from '../support/gateway.ts';
import { rdsSnapshots, redshiftSnapshots } from '../support/worlds.ts';
import { changes, faults, type Ids, type Operation, reads } from './matrix.ts';

const deadline = 2000;
const tolerance = 500;
const writes = ['CreateClusterSnapshot', 'CreateDBClusterSnapshot'];
const documented = new Set([...faults.map(({ read }) => read), 'none']);

let gateway: Gateway;
let ids: Ids;
beforeAll(async () => {
  gateway = await startGateway({
    accounts: accounts([account]),
    aws: { timeouts: { requestSeconds: deadline / 1000, callSeconds: 0.5 }, cache: { ageSeconds: 0 } },
  });
  await load();
  const { data } = await gateway.query('{ clusters { nodes { id } } }');
  const [redshiftCluster, documentDBCluster] = data.clusters.nodes.map(({ id }: { id: string }) => id);
  ids = { account, redshiftCluster, documentDBCluster };
});
afterAll(() => gateway.close());

function load() {
  const place = { account, region };
  return gateway.load({
    clusters: [
      { service: 'redshift', ...place, ClusterIdentifier: 'sales' },
      { service: 'rds', ...place, DBClusterIdentifier: 'docdb-cluster', Engine: 'docdb' },
    ],
    snapshots: [...redshiftSnapshots(2), ...rdsSnapshots(2)],
  });
}

/** Runs operations at the same time; each answer must be there when the request's time is over. */
async function runAll(operations: readonly Operation[]): Promise<string[]> {
  return Promise.all(
    operations.map(async ({ query, outcome }) => {
      const start = performance.now();
      const answer: Answer = await gateway.query(query);
      expect(performance.now() - start).toBeLessThan(deadline + tolerance);
      return outcome(answer);
    }),
  );
}

describe.each(faults)('under $name', ({ rule, read, change }) => {
  // A machine that stalls for half a second makes any of them TIMED_OUT.
  it(`every read says ${read}`, { retry: 2 }, async () => {
    await gateway.disturb({ service: 'redshift', ...rule }, { service: 'rds', ...rule });
    const operations = reads(ids);
    const outcomes = await runAll(operations);
    expect(Object.fromEntries(operations.map(({ name }, index) => [name, outcomes[index]]))).toEqual(
      Object.fromEntries(operations.map(({ name }) => [name, read])),
    );
  });

  it(`every change is ${change}`, async () => {
    await load();
    await gateway.disturb(...writes.map((action) => ({ ...rule, action })));
    expect(await runAll(changes(ids, 'made'))).toEqual([change, change]);
  });

  it.each([1, 2, 3])('that strikes some calls, nothing is missing in silence (seed %i)', async (seed) => {
    await load();
    await gateway.disturb(
      { service: 'redshift', probability: 0.5, seed, ...rule },
      { service: 'rds', probability: 0.5, seed, ...rule },
    );
    for (const outcome of await runAll(reads(ids))) expect(documented).toContain(outcome);
  });
});

it('a gateway that nobody answers says so of every source', async () => {
  const lonely = await startGateway({ aws: { endpoint: 'http://127.0.0.1:9' } });
  const { data } = await lonely.query('{ snapshots { isComplete nodes { id } sources { status error { code } } } }');
  await lonely.close();
  const failed = { status: 'FAILED', error: { code: 'UPSTREAM' } };
  expect(data.snapshots).toEqual({ isComplete: false, nodes: [], sources: [failed, failed] });
});
