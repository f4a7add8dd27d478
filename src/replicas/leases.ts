import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { UnexpectedReplyError } from './redis-connection.ts';

/** A key that one replica at a time holds, until it releases the key or stops to renew it. */
export interface Lease<Reply> {
  /** Returns 1 if this replica holds the key now, and 0 if another one does. */
  acquire(): Promise<Reply>;
  /** Returns 1 if this replica still holds the key, for its full lifetime again; otherwise 0. */
  renew(): Promise<Reply>;
  release(): Promise<Reply>;
}

const acquireScript = `
  local owner = redis.call('get', KEYS[1])
  if owner and owner ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;
const renewScript = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('pexpire', KEYS[1], ARGV[2])`;
const releaseScript = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('del', KEYS[1])`;

/** Creates a lease of a key that no replica has asked for with it yet; `lifetime` is in milliseconds. */
export function createLease<Reply>(
  redis: (command: (client: Redis) => Promise<0 | 1>) => Promise<Reply>,
  key: string,
  lifetime: number,
): Lease<Reply> {
  const token = randomUUID();
  const run = (script: string) =>
    redis(async (client) => {
      const reply = await client.eval(script, 1, key, token, lifetime);
      if (reply === 0 || reply === 1) return reply;
      throw new UnexpectedReplyError(reply);
    });
  return {
    acquire: () => run(acquireScript),
    renew: () => run(renewScript),
    release: () => run(releaseScript),
  };
}
