import type { ChildProcess } from 'node:child_process';
import { serialize } from 'node:v8';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deletionSettings } from '../../src/access/policy/deletion.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { at, clusterId, makeCluster, makeSnapshot, snapshotId } from '../support/worlds.ts';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const source = '123456789012/us-east-1/REDSHIFT';
const changeKey = `snapgate:2:change:${source}`;

describe.skipIf(!hasRedis)('what another program writes to Redis (requires redis-server)', () => {
  let url: string;
  let server: ChildProcess;
  let redis: Redis;
  let gateways: Gateway[];
  beforeEach(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    server = await startRedis(port);
    redis = new Redis(url);
    gateways = [];
  });
  afterEach(async () => {
    redis.disconnect();
    await Promise.all(gateways.map((each) => each.close()));
    await stopRedis(server);
  });

  /** Starts a replica; it reads from the same endpoint as the first one, unless it `isElsewhere`. */
  async function start(options: GatewayOptions = {}, isElsewhere = false) {
    const endpoint = isElsewhere ? undefined : gateways[0]?.emulator.url;
    const gateway = await startGateway({
      redis: url,
      ...options,
      aws: { cache: { ageSeconds: 600 }, ...(endpoint !== undefined && { endpoint }), ...options.aws },
    });
    gateways.push(gateway);
    await gateway.load({
      clusters: [makeCluster('REDSHIFT')],
      snapshots: ['a', 'b'].map((name) => makeSnapshot('REDSHIFT', name)),
    });
    return gateway;
  }

  const list =
    'query ($after: DateTime!) { snapshots(filter: { services: [REDSHIFT], createdAfter: $after }) { nodes { identifier } } }';
  const ask = (gateway: Gateway, question: number) => gateway.query(list, { after: at(-question) });
  const callsFor = async (gateway: Gateway, question: number) => (await ask(gateway, question)).extensions.aws.calls;
  let questions = 100;

  /** Waits until a replica stores responses, and returns a question whose response is stored, and its key. */
  async function stored(gateway: Gateway) {
    const stale = new Set(await redis.keys('snapgate:2:answer:*'));
    let question = 0;
    let keys: string[] = [];
    const isStored = async () => {
      questions += 1;
      question = questions;
      await ask(gateway, question);
      keys = (await redis.keys('snapgate:2:answer:*')).filter((each) => !stale.has(each));
      return keys.length;
    };
    await expect.poll(isStored, { interval: 20, timeout: 60_000 }).toBe(1);
    return { question, key: keys[0]! };
  }

  /** Waits until a replica reads the responses of others. */
  const reads = async (gateway: Gateway, other: Gateway) => {
    const calls = async () => callsFor(gateway, (await stored(other)).question);
    await expect.poll(calls, { interval: 20, timeout: 60_000 }).toBe(0);
  };

  it('is never returned as a response, whatever it is', async () => {
    const [one, other] = [await start(), await start()];
    await reads(other, one);
    const { key: source1 } = await stored(one);
    const authentic = await redis.getBuffer(source1);
    const forgery = serialize({ output: { Snapshots: [], $metadata: {} }, fetchedAt: new Date() });
    const values: Buffer[] = [
      forgery,
      // The response to another question.
      authentic!,
      Buffer.alloc(0),
      Buffer.from('x'),
      Buffer.alloc(9 * 1024 * 1024),
      ...[0, 1, 10, 30, 45, 60, authentic!.length - 1].map((index) => {
        const damaged = Buffer.from(authentic!);
        damaged[index]! ^= 1;
        return damaged;
      }),
    ];
    for (const value of values) {
      // oxlint-disable no-await-in-loop -- one forgery after the other
      const { question, key } = await stored(one);
      await redis.set(key, value);
      const { data, extensions } = await ask(other, question);
      expect(extensions.aws.calls).toBe(1);
      expect(data.snapshots.nodes).toHaveLength(2);
      // oxlint-enable no-await-in-loop
    }
    await redis.lpush('snapgate:2:answer:list', 'x');
  });

  it('contains no names in clear text', async () => {
    await stored(await start());
    const everything = await Promise.all(
      (await redis.keys('*answer*')).map(async (key) => [key, await redis.get(key)]),
    );
    expect(everything).not.toEqual([]);
    expect(JSON.stringify(everything)).not.toMatch(/orders|redshift|cluster|snapshotI/i);
  });

  it('is not shared between replicas with other keys, endpoints or roles, and is during a rotation of the keys', async () => {
    const one = await start({ cursorKeys: [oldKey] });
    const rotating = await start({ cursorKeys: [newKey, oldKey] });
    await reads(rotating, one);
    const rotated = await start({ cursorKeys: [newKey] });
    await reads(rotated, rotating);
    const account = { id: '123456789012', regions: ['us-east-1'], services: ['REDSHIFT' as const] };
    const withRole = await start({
      cursorKeys: [newKey],
      accounts: [{ ...account, role: 'arn:aws:iam::123456789012:role/other' }],
    });
    const elsewhere = await start({ cursorKeys: [newKey] }, true);
    for (const stranger of [withRole, elsewhere]) {
      // Connected: its own responses are stored.
      // oxlint-disable-next-line no-await-in-loop -- one replica after the other
      await stored(stranger);
      // oxlint-disable-next-line no-await-in-loop -- one replica after the other
      expect(await callsFor(stranger, (await stored(rotated)).question)).toBe(1);
    }
    expect(await callsFor(rotated, (await stored(one)).question)).toBe(1);
  });

  it('discards responses if it is a change, but not for ever', async () => {
    const [one, other] = [await start(), await start()];
    await reads(other, one);
    const { question } = await stored(one);
    for (const time of ['soon', '9e99', String(Date.now() + 1e10), 'NaN', '-', '[]', '{"a":1}', 'x'.repeat(100_000)]) {
      // oxlint-disable no-await-in-loop -- one after the other
      await redis.set(changeKey, time);
      expect(await callsFor(other, (await stored(one)).question)).toBe(1);
      await expect.poll(() => redis.pttl(changeKey)).toBeGreaterThan(0);
      expect(Number(await redis.get(changeKey))).toBeLessThanOrEqual(Date.now());
      // oxlint-enable no-await-in-loop
    }
    await redis.publish('snapgate:2:changes', JSON.stringify([source, Date.now() + 1e12]));
    await expect.poll(() => callsFor(one, question)).toBe(1);
    await redis.del(changeKey);
    await reads(other, one);
  });

  it('cannot make a response current that was read before a change', async () => {
    const [one, other] = [await start(), await start()];
    await reads(other, one);
    const { question, key } = await stored(one);
    const before = (await redis.getBuffer(key))!;
    await one.query(
      `mutation { deleteSnapshot(input: { snapshotId: "${snapshotId('REDSHIFT', 'a')}" }) { __typename } }`,
    );
    await expect.poll(async () => (await ask(other, question)).data.snapshots.nodes.length).toBe(1);
    await redis.set(key, before);
    await redis.del(changeKey);
    await redis.publish('snapgate:2:changes', JSON.stringify([source, 1]));
    await redis.publish('snapgate:2:changes', JSON.stringify([source, 1]));
    await reads(other, one);
    for (const gateway of [one, other]) {
      // oxlint-disable-next-line no-await-in-loop -- one replica after the other
      expect((await ask(gateway, question)).data.snapshots.nodes).toHaveLength(1);
    }
  });

  it('never makes a change look done or not done', async () => {
    const [one, other] = [await start(), await start()];
    const create = async (gateway: Gateway, identifier: string, idempotencyKey: string) => {
      const { data } = await gateway.query(
        `mutation ($input: CreateSnapshotInput!) {
          createSnapshot(input: $input) { ... on CreateSnapshotPayload { snapshot { identifier } } ... on Error { code message } }
        }`,
        { input: { clusterId: clusterId('REDSHIFT'), identifier, idempotencyKey } },
      );
      return data.createSnapshot;
    };
    const outcomeKey = async (idempotencyKey: string) => {
      const known = await redis.keys('snapgate:2:outcome:*');
      await create(one, `s-${idempotencyKey}`, idempotencyKey);
      return (await redis.keys('snapgate:2:outcome:*')).find((each) => !known.includes(each))!;
    };
    const [first, second] = [await outcomeKey('one'), await outcomeKey('two')];
    const forgery = JSON.stringify({ input: '', outcome: { kind: 'snapshot', calls: [], snapshot: null } });
    await one.calls();
    for (const value of [(await redis.getBuffer(second))!, Buffer.from(forgery), Buffer.from('{')]) {
      // oxlint-disable no-await-in-loop -- one forgery after the other
      await redis.set(first, value);
      expect(await create(other, 's-one', 'one')).toEqual({
        code: 'UPSTREAM',
        message: expect.stringContaining('cursorKeys'),
      });
      // oxlint-enable no-await-in-loop
    }
    expect((await one.calls()).filter(({ action }) => action === 'CreateClusterSnapshot')).toEqual([]);
    expect(await create(other, 's-two', 'two')).toMatchObject({ snapshot: { identifier: 's-two' } });
  });

  describe('never', () => {
    const remove = async (gateway: Gateway, name: string) => {
      const id = snapshotId('REDSHIFT', name);
      const { data } = await gateway.query(
        `mutation { deleteSnapshot(input: { snapshotId: "${id}" }) { ... on InvalidStateError { reason } ... on Error { code } } }`,
      );
      return data.deleteSnapshot.reason ?? data.deleteSnapshot.code ?? 'DONE';
    };

    it('makes a deleted snapshot count as the last one, and blocks no deletion for ever', async () => {
      const one = await start({ policy: { deletion: deletionSettings.parse([{ keepLast: true }]) } });
      expect(await remove(one, 'a')).toBe('DONE');
      const [notes = ''] = await redis.keys('snapgate:2:leaving:*');
      const [note = ''] = Object.keys(await redis.hgetall(notes));
      for (const time of ['never', '9e99', String(Date.now() + 1e12)]) {
        // oxlint-disable no-await-in-loop -- one after the other
        await redis.hset(notes, note, time);
        await redis.persist(notes);
        expect(await remove(one, 'b')).toBe('LAST_SNAPSHOT');
        expect(Number(await redis.hget(notes, note))).toBeLessThanOrEqual(Date.now());
        expect(await redis.pttl(notes)).toBeGreaterThan(0);
        // oxlint-enable no-await-in-loop
      }
    });

    it('makes a limit of deletions unlimited', async () => {
      const one = await start({ policy: { deletion: deletionSettings.parse([{ perHour: 1 }]) } });
      expect(await remove(one, 'a')).toBe('DONE');
      const [counter = ''] = await redis.keys('snapgate:2:deletions:*');
      await redis.set(counter, 'many');
      expect(await remove(one, 'b')).toBe('UPSTREAM');
    });
  });
});
