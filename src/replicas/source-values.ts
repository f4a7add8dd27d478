import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import type { Redis } from 'ioredis';
import { keyPrefix } from './key-prefix.ts';
import { UnexpectedReplyError } from './redis-connection.ts';
import type { RedisLink } from './redis-link.ts';
import type { Seal } from './seal.ts';

/** A value with the time of its fetch. */
export interface Dated {
  readonly fetchedAt: Date;
}

/** Values of sources in Redis, which are not found after a change of their source, by any replica. */
export interface SourceValues {
  /** Returns what a replica with the same keys has stored for a name; anything else in Redis is ignored. */
  find(source: string, name: string): Promise<FoundValue | undefined>;
  /** Stores bytes for some milliseconds, unless they are larger than the largest value. */
  store(name: string, plain: Uint8Array, milliseconds: number): Promise<unknown>;
  /** Invalidates the values that were fetched before a time. */
  setChange(source: string, at: number): void;
}

export interface FoundValue {
  readonly plain: Buffer;
  /** The length of the value in Redis. */
  readonly bytes: number;
  /** Whether a value fetched at this time is from after the last change, as far as the clocks of the replicas agree. */
  isCurrent(fetchedAt: Date): boolean;
}

interface SourceValuesOptions {
  readonly seal: Seal;
  /** What the keys of the values begin with. */
  readonly kind: string;
  /** The size of the largest value, in bytes. A larger value in Redis is not read in full. */
  readonly largest: number;
}

/** By how much the clocks of replicas can differ, in milliseconds. */
export const clockTolerance = 1_000;
/** The longest time for which a value of a source can be valid, in milliseconds. */
const longestAge = 3_600_000;
const longestTime = 32;
const attempts = 10;
const pauseBetweenAttempts = 200;

/** Creates the values of one kind. */
export function createSourceValues(run: RedisLink, { seal, kind, largest }: SourceValuesOptions): SourceValues {
  const changeKey = (source: string) => `${keyPrefix}change:${source}`;
  const keyOf = (name: string) => digestKey(kind, name);
  const changedAt = new Map<string, number>();
  const setChange = (source: string, at: number) => {
    // A change that is sent again must not replace a later one.
    changedAt.set(source, Math.max(at, changedAt.get(source) ?? 0));
    void insist(run, (redis) =>
      redis.set(changeKey(source), String(changedAt.get(source)), 'PX', longestAge + clockTolerance),
    );
  };
  return {
    setChange,
    find: async (source, name) => {
      const found = await run(async (redis) => {
        const replies = await Promise.all([
          redis.getrangeBuffer(keyOf(name), 0, largest),
          redis.getrangeBuffer(changeKey(source), 0, longestTime),
        ]);
        const [sealed, changedAt] = replies as unknown[];
        if (!Buffer.isBuffer(sealed)) throw new UnexpectedReplyError(sealed);
        if (!Buffer.isBuffer(changedAt)) throw new UnexpectedReplyError(changedAt);
        return { sealed, changedAt: changedAt.toString() };
      });
      if (found === undefined || found.sealed.length === 0) return undefined;
      const plain = seal.open(found.sealed, name);
      if (plain === undefined) return undefined;
      const now = Date.now();
      const changedAt = found.changedAt === '' ? 0 : Number(found.changedAt);
      if (!(changedAt <= now + clockTolerance)) {
        // Stored by another program, or by a replica with a wrong clock; a change now discards at least as much.
        setChange(source, now);
        return undefined;
      }
      const isCurrent = (fetchedAt: Date) =>
        fetchedAt.getTime() > changedAt + clockTolerance && fetchedAt.getTime() <= now + clockTolerance;
      return { plain, bytes: found.sealed.length, isCurrent };
    },
    store: (name, plain, milliseconds) =>
      run(async (redis) => {
        const sealed = seal.seal(plain, name);
        if (sealed.length <= largest) await redis.set(keyOf(name), sealed, 'PX', milliseconds);
      }),
  };
}

/** Sends a command until the server responds, a few times: the connection can be one that is being opened. */
export async function insist(run: RedisLink, command: (redis: Redis) => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if ((await run(command)) !== undefined) return;
    await pause(pauseBetweenAttempts, undefined, { ref: false });
  }
}

/** Returns the key of a name: a digest, because names contain those of clusters and snapshots. */
export function digestKey(kind: string, name: string): string {
  return `${keyPrefix}${kind}:${createHash('sha256').update(name).digest('base64url')}`;
}

/** Reads an authenticated value; another version of the gateway or of Node.js can have stored it in another format. */
export function readDated(plain: Buffer): Dated | undefined {
  try {
    const value = deserialize(plain) as Dated;
    return value.fetchedAt instanceof Date ? value : undefined;
  } catch {
    return undefined;
  }
}
