import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { keyPrefix } from './key-prefix.ts';
import { UnexpectedReplyError } from './redis-connection.ts';
import type { StrictRedis } from './strict-redis.ts';
import { upTo } from '../snapshots/lazily.ts';

/** Names that were noted recently, in groups: by this process and, with Redis, by all replicas. */
export interface RecentNotes {
  of(group: string): Promise<ReadonlySet<string>>;
  note(group: string, names: readonly string[]): Promise<void>;
  forget(group: string, names: readonly string[]): Promise<void>;
}

const mostGroups = 10_000;
/** The maximum number of names of a group that are read from Redis: far more than a cluster has snapshots. */
const mostNames = 20_000;
const clockTolerance = 1_000;
const hash = z.record(z.string(), z.string());

/** Creates notes that are kept for `seconds`. With Redis, every method rejects with UPSTREAM if it does not respond. */
export function createRecentNotes(name: string, seconds: number, redis?: StrictRedis): RecentNotes {
  const milliseconds = seconds * 1000;
  // Kept in addition to Redis, whose state can be lost.
  const own = new LRUCache<string, ReadonlyMap<string, number>>({ ...upTo(mostGroups), ttl: milliseconds });
  const keyOf = (group: string) => `${keyPrefix}${name}:${group}`;
  const store = async (group: string, times: Readonly<Record<string, number>>) => {
    await redis?.((client) => client.hset(keyOf(group), times));
    await redis?.((client) => client.pexpire(keyOf(group), milliseconds));
  };
  return {
    of: async (group) => {
      const shared = redis ? await redis((client) => readHash(client, keyOf(group))) : {};
      const now = Date.now();
      const times = Object.entries(shared).map(([each, at]) => [each, Number(at)] as const);
      // Stored by another program, or by a replica with a wrong clock: counts as noted now, so that it expires.
      const invalid = times.filter(([, at]) => !(at <= now + clockTolerance)).map(([each]) => each);
      if (invalid.length > 0) await store(group, Object.fromEntries(invalid.map((each) => [each, now])));
      const recent = [...times, ...(own.get(group) ?? [])].filter(([, at]) => at > now - milliseconds);
      return new Set([...invalid, ...recent.map(([each]) => each)]);
    },
    note: async (group, names) => {
      if (names.length === 0) return;
      const at = Date.now();
      const times = Object.fromEntries(names.map((each) => [each, at]));
      await store(group, times);
      own.set(group, new Map([...(own.get(group) ?? []), ...Object.entries(times)]));
    },
    forget: async (group, names) => {
      if (names.length === 0) return;
      own.set(group, new Map([...(own.get(group) ?? [])].filter(([each]) => !names.includes(each))));
      await redis?.((client) => client.hdel(keyOf(group), ...names));
    },
  };
}

/** Throws if a hash has more fields than replicas note: anyone who can write to Redis can store one of any size. */
async function readHash(client: Redis, key: string): Promise<Readonly<Record<string, string>>> {
  const size: unknown = await client.hlen(key);
  if (typeof size !== 'number') throw new UnexpectedReplyError(size);
  if (size > mostNames) throw new Error(`The hash ${key} in Redis has ${size} fields; at most ${mostNames} are read.`);
  return parseHash(await client.hgetall(key));
}

function parseHash(reply: unknown): Readonly<Record<string, string>> {
  const { success, data } = hash.safeParse(reply);
  if (success) return data;
  throw new UnexpectedReplyError(reply);
}
