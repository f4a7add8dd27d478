import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import * as z from 'zod';
import { keyPrefix } from './key-prefix.ts';
import { createRedisLink, type RedisLink } from './redis-link.ts';
import { UnexpectedReplyError } from './redis-connection.ts';
import type { Seal } from './seal.ts';

/** A value with the time of its fetch. */
interface Dated {
  readonly fetchedAt: Date;
}

/**
 * The responses and changes that replicas share, by the key of the source. While the Redis server is unavailable,
 * nothing is shared, and no error is thrown. Only responses that a replica with the same keys has stored for the same
 * source and question are returned; anything else in Redis is ignored.
 */
export interface SharedAnswers<Answer extends Dated> {
  get(source: string, question: string): Promise<{ readonly answer: Answer; readonly bytes: number } | undefined>;
  set(source: string, question: string, answer: Answer): void;
  /** Invalidates responses from before a time on all replicas, whose clocks must agree within a second. */
  reportChange(source: string, at: number): void;
  readonly state: RedisLink['state'];
}

interface SharedAnswersOptions {
  readonly url: string;
  readonly ageSeconds: number;
  readonly seal: Seal;
  /**
   * Called for each change by a replica, including this replica; `at` is not later than a second from now. Anyone who can
   * publish to Redis can cause a call, with any source.
   */
  readonly hear: (source: string, at: number) => void;
}

const channel = `${keyPrefix}changes`;
const clockTolerance = 1_000;
/** The size of the largest response that is shared, in bytes. A larger value in Redis is not read in full. */
const largestAnswer = 8 * 1024 * 1024;
const longestTime = 32;

const changeMessage = z.tuple([z.string(), z.number()]);

/** Creates the shared responses. */
export function createSharedAnswers<Answer extends Dated>({
  url,
  ageSeconds,
  seal,
  hear,
}: SharedAnswersOptions): SharedAnswers<Answer> {
  const age = Math.ceil(ageSeconds * 1000);
  const run = createRedisLink(url, {
    listen: {
      channel,
      hear: (message) => {
        const change = parseChange(message);
        if (change) hear(change.source, Math.min(change.at, Date.now() + clockTolerance));
      },
    },
  });
  const changeKey = (source: string) => `${keyPrefix}change:${source}`;
  const setChange = (source: string, at: number) =>
    run((redis) => redis.set(changeKey(source), String(at), 'PX', age + clockTolerance));

  return {
    get: async (source, question) => {
      const name = nameOf(source, question);
      const found = await run(async (redis) => {
        const replies = await Promise.all([
          redis.getrangeBuffer(keyOf(name), 0, largestAnswer),
          redis.getrangeBuffer(changeKey(source), 0, longestTime),
        ]);
        const [sealed, changedAt] = replies as unknown[];
        if (!Buffer.isBuffer(sealed)) throw new UnexpectedReplyError(sealed);
        if (!Buffer.isBuffer(changedAt)) throw new UnexpectedReplyError(changedAt);
        return { sealed, changedAt: changedAt.toString() };
      });
      if (found === undefined || found.sealed.length === 0) return undefined;
      const plain = seal.open(found.sealed, name);
      const answer = plain && (readAnswer(plain) as Answer | undefined);
      if (answer === undefined) return undefined;
      const now = Date.now();
      const changedAt = found.changedAt === '' ? 0 : Number(found.changedAt);
      if (!(changedAt <= now + clockTolerance)) {
        // Stored by another program, or by a replica with a wrong clock; a change now discards at least as much.
        void setChange(source, now);
        return undefined;
      }
      const fetchedAt = answer.fetchedAt.getTime();
      const isOld = fetchedAt <= changedAt + clockTolerance || fetchedAt <= now - age;
      return isOld || fetchedAt > now + clockTolerance ? undefined : { answer, bytes: found.sealed.length };
    },
    set: (source, question, answer) => {
      const name = nameOf(source, question);
      void run(async (redis) => {
        const sealed = seal.seal(serialize(answer), name);
        if (sealed.length <= largestAnswer) await redis.set(keyOf(name), sealed, 'PX', age);
      });
    },
    reportChange: (source, at) => {
      void setChange(source, at);
      void run((redis) => redis.publish(channel, JSON.stringify([source, at])));
    },
    state: run.state,
  };
}

function nameOf(source: string, question: string): string {
  return `answer ${JSON.stringify([source, question])}`;
}

/** Keys are digests, because questions contain the names of clusters and snapshots. */
function keyOf(name: string): string {
  return `${keyPrefix}answer:${createHash('sha256').update(name).digest('base64url')}`;
}

function parseChange(message: string): { source: string; at: number } | undefined {
  try {
    const [source, at] = changeMessage.parse(JSON.parse(message));
    return { source, at };
  } catch {
    return undefined;
  }
}

/** Reads an authenticated answer; another version of the gateway or of Node.js can have stored it in another format. */
function readAnswer(plain: Buffer): Dated | undefined {
  try {
    const answer = deserialize(plain) as Dated;
    return answer.fetchedAt instanceof Date ? answer : undefined;
  } catch {
    return undefined;
  }
}
