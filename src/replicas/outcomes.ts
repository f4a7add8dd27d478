import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { StrictRedis } from './strict-redis.ts';

/** Texts that are kept for 24 hours, each under a key that only one caller can claim. */
export interface Outcomes {
  /** Claims a key with a unique text. Returns undefined if it was free, otherwise the text that is kept for it. */
  claim(key: string, text: string): Promise<string | undefined>;
  /** Replaces the text of a key. */
  keep(key: string, text: string): Promise<void>;
  /** Releases a key. */
  release(key: string): Promise<void>;
}

const age = 24 * 60 * 60 * 1000;
/** The maximum number of keys in the memory of a process, and of characters of their texts. */
const mostKept = { max: 10_000, maxSize: 64 * 1024 * 1024 };

/**
 * Creates outcomes that replicas share through Redis, or that this process keeps in memory if no Redis server is
 * configured. Throws UPSTREAM if a configured Redis server does not respond.
 */
export function createOutcomes(redis: StrictRedis | undefined): Outcomes {
  return redis ? inRedis(redis) : inMemory();
}

function inMemory(): Outcomes {
  const texts = new LRUCache<string, string>({ ...mostKept, sizeCalculation: ({ length }) => length, ttl: age });
  return {
    claim: async (key, text) => {
      const known = texts.get(key);
      if (known === undefined) texts.set(key, text);
      return known;
    },
    keep: async (key, text) => void texts.set(key, text),
    release: async (key) => void texts.delete(key),
  };
}

function inRedis(link: StrictRedis): Outcomes {
  const nameOf = (key: string) => `snapgate:1:outcome:${key}`;
  const claim: Outcomes['claim'] = async (key, text) => {
    if (await ask(link, (redis) => redis.set(nameOf(key), text, 'PX', age, 'NX'))) return undefined;
    // The key can expire or be released between the two commands.
    const known = (await ask(link, (redis) => redis.get(nameOf(key)))) ?? (await claim(key, text));
    // The first attempt to claim the key may have succeeded without a response.
    return known === text ? undefined : known;
  };
  return {
    claim,
    keep: async (key, text) => void (await ask(link, (redis) => redis.set(nameOf(key), text, 'PX', age))),
    release: async (key) => void (await ask(link, (redis) => redis.del(nameOf(key)))),
  };
}

/** Sends a command again if Redis did not respond: all commands above can be sent twice. */
function ask<Result>(redis: StrictRedis, command: (redis: Redis) => Promise<Result>): Promise<Result> {
  return redis(command).catch(() => redis(command));
}
