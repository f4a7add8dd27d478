import type { ChildProcess } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FullReadSettings } from '../../src/fleet/settings.ts';
import { type Gateway, oneAccount, startGateway } from '../support/gateway.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { at, makeCluster, makeSnapshots, snapshotId } from '../support/worlds.ts';

const summary = /* GraphQL */ `
  query ($after: DateTime!) {
    snapshotSummary(filter: { services: [REDSHIFT], createdAfter: $after }) {
      isComplete
      total {
        value
      }
    }
    snapshots(
      first: 3
      filter: { services: [REDSHIFT], createdAfter: $after }
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      nodes {
        id
        identifier
        createdAt
        size {
          totalMegabytes
        }
        tags {
          key
          value
        }
      }
    }
  }
`;
const perSource = 250;
const pages = 3;

describe.skipIf(!hasRedis)('full reads of replicas with one Redis server (requires redis-server)', () => {
  let url: string;
  let server: ChildProcess;
  let redis: Redis;
  let gateways: Gateway[];
  let questions: number;
  beforeEach(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = await startRedis(port);
    redis = new Redis(url);
    redis.on('error', () => {});
    gateways = [];
    questions = 0;
  });
  afterEach(async () => {
    redis.disconnect();
    await Promise.all(gateways.map((each) => each.close()));
    await stopRedis(server);
  });

  /** Starts replicas that read from the same emulator, and waits until all share their full reads. */
  async function start(count: number, fullReads: Partial<FullReadSettings> = {}, isSharing = true) {
    for (let index = 0; index < count; index += 1) {
      const endpoint = gateways[0]?.emulator.url;
      gateways.push(
        await startGateway({
          accounts: [{ ...oneAccount[0]!, services: ['REDSHIFT'] }],
          redis: url,
          fullReads: { ageSeconds: 600, ...fullReads },
          aws: { cache: { ageSeconds: 0 }, ...(endpoint !== undefined && { endpoint }) },
        }),
      );
    }
    await gateways[0]!.load({ clusters: [makeCluster('REDSHIFT')], snapshots: makeSnapshots('REDSHIFT', perSource) });
    for (const gateway of gateways) {
      const other = gateways.find((each) => each !== gateway) ?? gateway;
      if (isSharing) await expect.poll(() => areSharing(gateway, other), { interval: 50, timeout: 60_000 }).toBe(true);
    }
    questions += 1;
    await gateways[0]!.calls();
    return gateways as [Gateway, Gateway, ...Gateway[]];
  }

  const ask = (gateway: Gateway, question = questions, headers = {}) =>
    gateway.query(summary, { after: at(-question) }, headers);

  async function areSharing(one: Gateway, other: Gateway): Promise<boolean> {
    questions += 1;
    await ask(one);
    await expect.poll(async () => (await redis.keys('snapgate:2:reading:*')).length).toBe(0);
    return (await ask(other)).extensions.aws.calls === 0;
  }

  const callsSince = async (before: number) => (await gateways[0]!.calls()).length - before;
  const callsSoFar = () => callsSince(0);
  const newestRead = async (before: readonly string[] = []) => {
    await expect.poll(async () => (await redis.keys('snapgate:2:read:*')).length).toBeGreaterThan(before.length);
    return (await redis.keys('snapgate:2:read:*')).find((each) => !before.includes(each))!;
  };

  it.each([2, 3])('are read once by %i replicas', { timeout: 120_000 }, async (count) => {
    const replicas = await start(count);
    const before = await callsSoFar();
    await gateways[0]!.disturb({ kind: 'delay', milliseconds: 200 });
    const answers = await Promise.all(replicas.map((each) => ask(each)));
    expect(await callsSince(before)).toBe(pages);
    expect(answers[0]!.data.snapshotSummary).toEqual({ isComplete: true, total: { value: perSource } });
    for (const { data } of answers) expect(data).toEqual(answers[0]!.data);
    const spent = answers.map(({ extensions }) => extensions.aws);
    expect(spent.map(({ calls }) => calls).toSorted()).toEqual([...Array(count - 1).fill(0), pages]);
    expect(spent.filter(({ calls }) => calls === 0).every(({ cached }) => cached > 0)).toBe(true);

    const fresh = await ask(replicas[1], questions, { 'cache-control': 'no-cache' });
    expect(fresh.extensions.aws.calls).toBe(pages);
    expect(fresh.data).toEqual(answers[0]!.data);
  });

  it('are read again after a change by any replica', { timeout: 120_000 }, async () => {
    const [one, other] = await start(2);
    await ask(one);
    await newestRead();
    const { data } = await one.query(
      `mutation ($ids: [ID!]!) {
        deleteSnapshots(input: { snapshotIds: $ids }) { ... on Error { code message } ... on DeleteSnapshotsPayload { results { __typename } } }
      }`,
      { ids: [snapshotId('REDSHIFT', 'sales-0000')] },
    );
    expect(data.deleteSnapshots).not.toHaveProperty('code');
    const { data: after } = await ask(other);
    expect(after.snapshotSummary.total.value).toBe(perSource - 1);
  });

  it('are read by another replica when the lease of the first one expires', { timeout: 120_000 }, async () => {
    const [one, other] = await start(2);
    await one.disturb({ kind: 'delay', milliseconds: 1_000 });
    const first = ask(one);
    const lease = async () => (await redis.keys('snapgate:2:reading:*'))[0];
    await expect.poll(lease).toBeDefined();
    const key = (await lease())!;
    expect(await redis.pttl(key)).toBeLessThanOrEqual(10_000);
    const second = ask(other);
    await redis.del(key);
    expect((await second).extensions.aws.calls).toBe(pages);
    expect((await second).data).toEqual((await first).data);
  });

  it.each([
    ['forged', () => Buffer.from('another value')],
    ['truncated', (value: Buffer) => value.subarray(0, -1)],
    ['changed', (value: Buffer) => value.map((byte, index) => (index === value.length >> 1 ? byte ^ 1 : byte))],
    ['empty', () => Buffer.alloc(0)],
  ])('are ignored if they are %s', { timeout: 120_000 }, async (_name, change) => {
    const [one, other] = await start(2);
    const known = await redis.keys('snapgate:2:read:*');
    const { data } = await ask(one);
    const key = await newestRead(known);
    await redis.set(key, Buffer.from(change((await redis.getBuffer(key))!)));
    const second = await ask(other);
    expect(second.extensions.aws.calls).toBe(pages);
    expect(second.data).toEqual(data);
  });

  it('are valid only for their list', { timeout: 120_000 }, async () => {
    const [one, other] = await start(2);
    const known = await redis.keys('snapgate:2:read:*');
    await ask(one);
    const key = await newestRead(known);
    for (const each of known) await redis.copy(each, key, 'REPLACE');
    expect((await ask(other)).extensions.aws.calls).toBe(pages);
  });

  it.each([0, 0.001])('are not shared if they are larger than %s megabytes', async (sharedMegabytes) => {
    const [one, other] = await start(2, { sharedMegabytes }, false);
    for (const gateway of [one, other, one, other]) {
      questions += 1;
      expect((await ask(gateway)).extensions.aws.calls).toBe(pages);
    }
    expect(await redis.keys('snapgate:2:read:*')).toEqual([]);
  });

  it('do not depend on Redis', { timeout: 120_000 }, async () => {
    const [one, other] = await start(2);
    await stopRedis(server);
    const answers = await Promise.all([ask(one), ask(other)]);
    expect(answers.map(({ extensions }) => extensions.aws.calls)).toEqual([pages, pages]);
    expect(answers[0]?.data).toEqual(answers[1]?.data);
  });

  it('do not wait for a Redis server that hangs', { timeout: 120_000 }, async () => {
    const [one, other] = await start(2);
    server.kill('SIGSTOP');
    const answers = await Promise.all([ask(one), ask(other)]);
    server.kill('SIGCONT');
    expect(answers.map(({ extensions }) => extensions.aws.calls)).toEqual([pages, pages]);
    expect(answers[0]?.data.snapshotSummary.isComplete).toBe(true);
  });
});
