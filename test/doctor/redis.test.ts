import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisChecks } from '../../src/doctor/redis.ts';
import { freePort, hasRedis, startRedis, stopRedis } from '../support/redis.ts';
import { findingsOf } from './support.ts';

const check = async (url: string) => (await findingsOf(redisChecks(url)))[0];

describe.skipIf(!hasRedis)('Redis', () => {
  let port: number;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let admin: Redis;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    admin = new Redis(port);
  });
  afterAll(async () => {
    admin.disconnect();
    await stopRedis(redis);
  });
  beforeEach(async () => {
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    await admin.call('ACL', 'SETUSER', 'reader', 'on', '>topsecret', '~*', '&*', '+@all', '-set');
  });

  it('that reads, writes and delivers messages has no problem, and keeps nothing', async () => {
    expect(await check(`redis://127.0.0.1:${port}`)).toEqual({
      name: 'redis',
      target: `redis://127.0.0.1:${port}`,
      status: 'OK',
      message: expect.stringMatching(/^Redis \d+\.\d+\.\d+ reads, writes and delivers messages\.$/),
    });
    expect(await admin.keys('*')).toEqual([]);
  });

  it.each(['allkeys-lru', 'volatile-ttl'])('that can evict locks by the policy %s is a warning', async (policy) => {
    await admin.config('SET', 'maxmemory-policy', policy);
    const finding = await check(`redis://127.0.0.1:${port}`);
    expect(finding).toMatchObject({ status: 'WARNING', message: expect.stringContaining(policy) });
  });

  it('that refuses the password is a problem, without the password', async () => {
    const finding = await check(`redis://reader:wrongsecret@127.0.0.1:${port}`);
    expect(finding).toMatchObject({
      target: `redis://127.0.0.1:${port}`,
      status: 'PROBLEM',
      message: expect.stringContaining('WRONGPASS'),
    });
    expect(JSON.stringify(finding)).not.toContain('wrongsecret');
  });

  it('that does not allow writing is a problem that names the step', async () => {
    const finding = await check(`redis://reader:topsecret@127.0.0.1:${port}`);
    expect(finding).toMatchObject({
      status: 'PROBLEM',
      message: expect.stringMatching(/^Cannot write a key\. ReplyError: NOPERM/),
    });
  });
});

it('a Redis server that cannot be reached is a problem', async () => {
  const finding = await check('redis://:topsecret@127.0.0.1:1');
  expect(finding).toMatchObject({
    status: 'PROBLEM',
    message: expect.stringMatching(/^Cannot connect\. .*ECONNREFUSED 127\.0\.0\.1:1/),
  });
});

it('a server that accepts connections but never responds is a problem', async () => {
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const finding = await check(`redis://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  silent.close();
  expect(finding).toMatchObject({ status: 'PROBLEM', message: expect.stringMatching(/^Cannot connect\./) });
});
