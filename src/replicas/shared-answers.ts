import { serialize } from 'node:v8';
import * as z from 'zod';
import { keyPrefix } from './key-prefix.ts';
import { createRedisLink, type RedisLink } from './redis-link.ts';
import type { Seal } from './seal.ts';
import { clockTolerance, createSourceValues, type Dated, insist, readDated } from './source-values.ts';

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
/** The size of the largest response that is shared, in bytes. */
const largestAnswer = 8 * 1024 * 1024;

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
  const values = createSourceValues(run, { seal, kind: 'answer', largest: largestAnswer });

  return {
    get: async (source, question) => {
      const found = await values.find(source, nameOf(source, question));
      const answer = found && (readDated(found.plain) as Answer | undefined);
      if (answer === undefined || !found?.isCurrent(answer.fetchedAt)) return undefined;
      const isOld = answer.fetchedAt.getTime() <= Date.now() - age;
      return isOld ? undefined : { answer, bytes: found.bytes };
    },
    set: (source, question, answer) => {
      void values.store(nameOf(source, question), serialize(answer), age);
    },
    reportChange: (source, at) => {
      values.setChange(source, at);
      void insist(run, (redis) => redis.publish(channel, JSON.stringify([source, at])));
    },
    state: run.state,
  };
}

function nameOf(source: string, question: string): string {
  return `answer ${JSON.stringify([source, question])}`;
}

function parseChange(message: string): { source: string; at: number } | undefined {
  try {
    const [source, at] = changeMessage.parse(JSON.parse(message));
    return { source, at };
  } catch {
    return undefined;
  }
}
