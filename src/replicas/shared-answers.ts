import { deserialize, serialize } from 'node:v8';
import { createRedisLink } from './redis-link.ts';

/** A value with the time of its fetch. */
interface Dated {
  readonly fetchedAt: Date;
}

/**
 * The responses and changes that replicas share, by the key of the source. While the Redis server is unavailable,
 * nothing is shared, and no error is thrown.
 */
export interface SharedAnswers<Answer extends Dated> {
  get(source: string, question: string): Promise<{ readonly answer: Answer; readonly bytes: number } | undefined>;
  set(source: string, question: string, answer: Answer): void;
  /** Invalidates responses from before a time on all replicas, whose clocks must agree within a second. */
  reportChange(source: string, at: number): void;
}

const prefix = 'snapgate:1:';
const channel = `${prefix}changes`;
const clockTolerance = 1_000;

/** Creates the shared responses; `hear` is called for every change by a replica, including this replica. */
export function createSharedAnswers<Answer extends Dated>(
  url: string,
  ageSeconds: number,
  hear: (source: string, at: number) => void,
): SharedAnswers<Answer> {
  const age = Math.ceil(ageSeconds * 1000);
  const run = createRedisLink(url, async (listener) => {
    listener.on('message', (_channel, message) => {
      const [source, at] = JSON.parse(message) as [string, number];
      hear(source, at);
    });
    await listener.subscribe(channel);
  });
  const answerKey = (source: string, question: string) => `${prefix}answer:${source} ${question}`;
  const changeKey = (source: string) => `${prefix}change:${source}`;

  return {
    get: (source, question) =>
      run(async (redis) => {
        const [bytes, changedAt] = await redis.mgetBuffer(answerKey(source, question), changeKey(source));
        if (bytes == null) return undefined;
        const answer = deserialize(bytes) as Answer;
        const unfitUntil = changedAt == null ? 0 : Number(changedAt.toString()) + clockTolerance;
        return answer.fetchedAt.getTime() > unfitUntil ? { answer, bytes: bytes.length } : undefined;
      }),
    set: (source, question, answer) => {
      void run((redis) => redis.set(answerKey(source, question), serialize(answer), 'PX', age));
    },
    reportChange: (source, at) => {
      void run((redis) => redis.set(changeKey(source), String(at), 'PX', age + clockTolerance));
      void run((redis) => redis.publish(channel, JSON.stringify([source, at])));
    },
  };
}
