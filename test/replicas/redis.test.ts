import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { at, clusterId, makeCluster, makeSnapshots } from '../support/worlds.ts';

async function create(gateway: Gateway, input: object) {
  const { data } = await gateway.query(
    `mutation ($input: CreateSnapshotInput!) {
      createSnapshot(input: $input) {
        ... on CreateSnapshotPayload { snapshot { identifier } plannedCalls { action } }
        ... on Error { code message }
      }
    }`,
    { input },
  );
  return data.createSnapshot;
}

describe.skipIf(!hasRedis)('two replicas with one Redis server (requires redis-server)', () => {
  let port: number;
  let redis: ChildProcess;
  let one: Gateway;
  let other: Gateway;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    const aws = { cache: { ageSeconds: 60 } };
    const shared = { redis: `redis://127.0.0.1:${port}`, fullReads: { ageSeconds: 60 } };
    one = await startGateway({ ...shared, aws });
    other = await startGateway({ ...shared, aws: { ...aws, endpoint: one.emulator.url } });
    await one.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: makeSnapshots('REDSHIFT', 2),
    });
    await connected();
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await stopRedis(redis);
  });

  const list =
    'query ($after: DateTime!) { snapshots(filter: { services: [REDSHIFT], createdAfter: $after }) { nodes { id } } }';
  let questions = 0;

  /** Whether one replica reuses the response of a call that the other made; each check uses a new call. */
  async function areSharing(): Promise<boolean> {
    questions += 1;
    const variables = { after: at(-questions) };
    await one.query(list, variables);
    const { extensions } = await other.query(list, variables);
    return extensions.aws.calls === 0 && extensions.aws.cached === 1;
  }

  const connected = () =>
    vi.waitFor(async () => expect(await areSharing()).toBe(true), { interval: 50, timeout: 120_000 });

  const namesAt = async (gateway: Gateway) =>
    (await gateway.query('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { identifier id createdAt } } }')).data
      .snapshots.nodes;

  it('share responses, including dates', async () => {
    expect(await namesAt(other)).toEqual(await namesAt(one));
    expect(await namesAt(one)).not.toEqual([]);
  });

  it('share the allowance of a principal', async () => {
    const ask = async (gateway: Gateway) => {
      questions += 1;
      const { extensions } = await gateway.query(list, { after: at(-questions) });
      const { cost, aws } = extensions as typeof extensions & { cost: { remaining: number } };
      return { remaining: cost.remaining, calls: aws.calls };
    };
    const isCountedTogether = async () => {
      const first = await ask(one);
      const second = await ask(other);
      const third = await ask(one);
      return second.remaining === first.remaining - second.calls && third.remaining === second.remaining - third.calls;
    };
    await expect.poll(isCountedTogether, { interval: 20 }).toBe(true);
    expect((await ask(one)).calls).toBe(1);
  });

  it('are notified of changes made by the other replica', async () => {
    const countAt = async (gateway: Gateway) =>
      (await gateway.query('{ snapshotSummary { total { value } } }')).data.snapshotSummary.total.value;
    const [first, ...others] = await namesAt(one);
    await namesAt(other);
    const before = await countAt(other);
    await one.query(`mutation { deleteSnapshot(input: { snapshotId: "${first.id}" }) { __typename } }`);
    expect(await namesAt(one)).toEqual(others);
    await expect.poll(() => namesAt(other), { interval: 5 }).toEqual(others);
    // Full reads are cached separately.
    await expect.poll(() => countAt(other), { interval: 5 }).toBe(before - 1);
  });

  it('make a change with an idempotency key once, also if both receive it at the same time', async () => {
    await one.calls();
    const input = { clusterId: clusterId('REDSHIFT'), identifier: 'once', idempotencyKey: 'one key' };
    const answers = await Promise.all([one, other, other].map((gateway) => create(gateway, input)));
    expect((await create(one, input)).snapshot.identifier).toBe('once');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const writes = (await one.calls()).filter(({ action }) => action === 'CreateClusterSnapshot');
    expect(writes).toHaveLength(1);
    const second = await create(other, { ...input, identifier: 'twice' });
    expect(second).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('keep working while Redis is unavailable, and share again when it is back', async () => {
    await stopRedis(redis);
    const { data, errors } = await one.query(list, { after: at(0) });
    expect(errors).toBeUndefined();
    expect(data.snapshots.nodes).not.toEqual([]);
    expect(await areSharing()).toBe(false);
    await one.calls();
    const keyed = { clusterId: clusterId('REDSHIFT'), identifier: 'keyed', idempotencyKey: 'another key' };
    expect(await create(one, keyed)).toMatchObject({ code: 'UPSTREAM', message: expect.stringContaining('Redis') });
    expect(await one.calls()).toEqual([]);
    expect(await create(one, { ...keyed, idempotencyKey: null })).toMatchObject({ snapshot: { identifier: 'keyed' } });
    redis = await startRedis(port);
    await connected();
  });
});

it('works if the Redis server was never available', async () => {
  const gateway = await startGateway({
    aws: { cache: { ageSeconds: 60 } },
    redis: `redis://127.0.0.1:${await freePort()}`,
  });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 2) });
  const ask = () => gateway.query('{ snapshots(filter: { services: [REDSHIFT] }) { nodes { id } } }');
  expect((await ask()).data.snapshots.nodes).toHaveLength(2);
  expect((await ask()).extensions.aws).toEqual({ calls: 0, coalesced: 0, cached: 1 });
  await gateway.close();
});
