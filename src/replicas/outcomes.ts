import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { UpstreamError } from '../errors.ts';
import { keyPrefix } from './key-prefix.ts';
import { UnexpectedReplyError } from './redis-connection.ts';
import type { Seal } from './seal.ts';
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

/** The Redis server that keeps outcomes, and what protects them in it. */
export interface OutcomeStore {
  readonly link: StrictRedis;
  readonly seal: Seal;
}

const age = 24 * 60 * 60 * 1000;
/** The maximum number of keys in the memory of a process. */
const mostKept = 10_000;
/** The number of characters that a key counts for at least. */
const leastSize = 6 * 1024;
/** How often a key is claimed that expires or is released before its text is read. */
const mostClaims = 5;
/** The maximum size of a text in Redis, in bytes. A larger value is not read in full. */
const largestText = 8 * 1024 * 1024;

/**
 * Creates outcomes that replicas share through Redis, or that this process keeps in memory if no Redis server is
 * configured. Throws UPSTREAM if a configured Redis server does not respond, and if it contains for a key what no
 * replica with the same keys has kept: it is unknown what that stands for.
 */
export function createOutcomes(store: OutcomeStore | undefined): Outcomes {
  return store ? inRedis(store) : inMemory();
}

function inMemory(): Outcomes {
  const sizeCalculation = ({ length }: string) => Math.max(length, leastSize);
  // Without `max`, which reserves memory for all entries at once.
  const texts = new LRUCache<string, string>({ maxSize: mostKept * leastSize, sizeCalculation, ttl: age });
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

function inRedis({ link, seal: { seal, open } }: OutcomeStore): Outcomes {
  const nameOf = (key: string) => `${keyPrefix}outcome:${key}`;
  const sealed = (key: string, text: string) => seal(Buffer.from(text), nameOf(key));
  const read = async (key: string) => {
    const bytes = await ask(link, async (redis) => {
      const reply: unknown = await redis.getrangeBuffer(nameOf(key), 0, largestText);
      if (Buffer.isBuffer(reply)) return reply;
      throw new UnexpectedReplyError(reply);
    });
    if (bytes.length === 0) return undefined;
    const text = open(bytes, nameOf(key));
    if (text) return text.toString();
    throw new UpstreamError(
      'The change was not started: the outcome that is stored for its idempotencyKey was not stored by a replica with the same cursorKeys, so it is unknown whether the change was made before. Read the resource, and use a new key if it was not.',
    );
  };
  const claim = async (key: string, text: string, attempts = mostClaims): Promise<string | undefined> => {
    if (attempts === 0) {
      throw new UpstreamError('The change was not started: its idempotencyKey could not be claimed. Retry later.');
    }
    const isClaimed = await ask(link, async (redis) => {
      const reply: unknown = await redis.set(nameOf(key), sealed(key, text), 'PX', age, 'NX');
      if (reply === 'OK' || reply === null) return reply === 'OK';
      throw new UnexpectedReplyError(reply);
    });
    if (isClaimed) return undefined;
    // The key can expire or be released between the two commands.
    const known = (await read(key)) ?? (await claim(key, text, attempts - 1));
    // The first attempt to claim the key may have succeeded without a response.
    return known === text ? undefined : known;
  };
  return {
    claim: (key, text) => claim(key, text),
    keep: async (key, text) => void (await ask(link, (redis) => redis.set(nameOf(key), sealed(key, text), 'PX', age))),
    release: async (key) => void (await ask(link, (redis) => redis.del(nameOf(key)))),
  };
}

/** Sends a command again if Redis did not respond: all commands above can be sent twice. */
function ask<Result>(redis: StrictRedis, command: (redis: Redis) => Promise<Result>): Promise<Result> {
  return redis(command).catch(() => redis(command));
}
