import { LRUCache } from 'lru-cache';
import type { StrictRedis } from './strict-redis.ts';

/** Names that were noted recently, in groups: by this process and, with Redis, by all replicas. */
export interface RecentNotes {
  of(group: string): Promise<ReadonlySet<string>>;
  note(group: string, names: readonly string[]): Promise<void>;
  forget(group: string, names: readonly string[]): Promise<void>;
}

const mostGroups = 10_000;

/** Creates notes that are kept for `seconds`. With Redis, every method rejects with UPSTREAM if it does not respond. */
export function createRecentNotes(name: string, seconds: number, redis?: StrictRedis): RecentNotes {
  const milliseconds = seconds * 1000;
  // Kept in addition to Redis, whose state can be lost.
  const own = new LRUCache<string, ReadonlyMap<string, number>>({ max: mostGroups, ttl: milliseconds });
  const keyOf = (group: string) => `snapgate:1:${name}:${group}`;
  return {
    of: async (group) => {
      const shared = Object.entries((await redis?.((client) => client.hgetall(keyOf(group)))) ?? {});
      const since = Date.now() - milliseconds;
      const all = [...shared.map(([each, at]) => [each, Number(at)] as const), ...(own.get(group) ?? [])];
      return new Set(all.filter(([, at]) => at > since).map(([each]) => each));
    },
    note: async (group, names) => {
      if (names.length === 0) return;
      const at = Date.now();
      const times = Object.fromEntries(names.map((each) => [each, at]));
      await redis?.((client) => client.hset(keyOf(group), times));
      await redis?.((client) => client.pexpire(keyOf(group), milliseconds));
      own.set(group, new Map([...(own.get(group) ?? []), ...Object.entries(times)]));
    },
    forget: async (group, names) => {
      if (names.length === 0) return;
      own.set(group, new Map([...(own.get(group) ?? [])].filter(([each]) => !names.includes(each))));
      await redis?.((client) => client.hdel(keyOf(group), ...names));
    },
  };
}
