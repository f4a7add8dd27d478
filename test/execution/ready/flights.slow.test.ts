import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { serviceNames } from '../../support/services.ts';
import { makeCluster, makeSnapshots, serviceOf, snapshotId } from '../../support/worlds.ts';

const query = `query ($service: Service!) {
  snapshots(first: 5, filter: { services: [$service] }) { isComplete nodes { identifier tags { value } cluster { identifier } } sources { status } }
}`;

let gateway: Gateway;
/** How the requests that have ended were executed. */
let executors: (string | undefined)[] = [];
beforeAll(async () => {
  gateway = await startGateway({
    aws: { cache: { ageSeconds: 0 } },
    observer: { run: (_request, answer) => answer(), end: ({ executor }) => void executors.push(executor) },
  });
});
afterEach(() => gateway.disturb());
afterAll(() => gateway.close());

const together = (count: number, ask: () => Promise<any>) => Promise.all(Array.from({ length: count }, ask));

const lists = { REDSHIFT: 'DescribeClusterSnapshots', DOCUMENTDB: 'DescribeDBClusterSnapshots' };

describe.each(serviceNames)('identical requests for snapshots of %s at the same time', (service) => {
  const action = lists[service];
  const ask = (headers = {}) => gateway.query(query, { service }, headers);
  beforeEach(async () => {
    await gateway.load({
      clusters: [makeCluster(service)],
      snapshots: makeSnapshots(service, 3, { tags: { team: 'bi' } }),
    });
    // The document becomes known, and the question is a repeated one.
    for (let time = 0; time < 3; time += 1) await ask();
    await gateway.calls();
    executors = [];
  });

  it('get the response to the first of them', async () => {
    await gateway.disturb({ kind: 'delay', action, milliseconds: 500 });
    const answers = await together(20, ask);
    expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, () => answers[0].data));
    expect(answers[0].data.snapshots).toMatchObject({ isComplete: true, sources: [{ status: 'COMPLETE' }] });
    expect(executors.toSorted()).toEqual(['compiled', ...Array.from({ length: 19 }, () => 'ready')]);
    const calls = (await gateway.calls()).filter((each) => each.action === action);
    expect(calls).toHaveLength(1);
  });

  it('get no response from before a change that has ended', async () => {
    await gateway.disturb({ kind: 'delay', action, milliseconds: 500, nth: 1, moment: 'after' });
    const early = ask();
    await gateway.query(
      'mutation ($id: ID!) { tagSnapshot(input: { snapshotId: $id, tags: [{ key: "team", value: "shop" }] }) { __typename } }',
      { id: snapshotId(service, `${serviceOf(service).cluster}-0000`) },
    );
    const late = await ask();
    expect(JSON.stringify(late.data)).toContain('shop');
    await early;
  });

  it('are executed one by one if they bypass the cache', async () => {
    await gateway.disturb({ kind: 'delay', action, milliseconds: 50 });
    await together(5, () => ask({ 'cache-control': 'no-cache' }));
    expect(executors).toEqual(Array.from({ length: 5 }, () => 'compiled'));
  });

  it('do not wait long for the first, but use its AWS calls', async () => {
    await gateway.disturb({ kind: 'delay', action, milliseconds: 1_500 });
    const answers = await together(3, ask);
    expect(answers.map(({ data }) => data.snapshots.isComplete)).toEqual([true, true, true]);
    expect(executors).toEqual(['compiled', 'compiled', 'compiled']);
    expect((await gateway.calls()).filter((each) => each.action === action)).toHaveLength(1);
  });

  it('are executed one by one if the response to the first is incomplete', async () => {
    await gateway.disturb({ kind: 'error', action, code: 'AccessDenied', status: 403 });
    for (let time = 0; time < 2; time += 1) {
      for (const { data } of await together(5, ask)) expect(data.snapshots.isComplete).toBe(false);
    }
    expect(executors).toEqual(Array.from({ length: 10 }, () => 'compiled'));
    await gateway.disturb();
    expect((await ask()).data.snapshots.isComplete).toBe(true);
  });
});
