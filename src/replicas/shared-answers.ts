import { deserialize, serialize } from 'node:v8';
import type { Fetched } from '../aws/calls/answer-cache.ts';
import { createRedisLink } from './redis-link.ts';

/** Answers that all replicas share, and the news of changes. Without the Redis server there are none, and no errors. */
export interface SharedAnswers {
  get(
    source: string,
    question: string,
  ): Promise<{ readonly answer: Fetched<object>; readonly bytes: number } | undefined>;
  set(source: string, question: string, answer: Fetched<object>): void;
  /** Makes what was asked before a time unfit for all replicas, whose clocks agree within a second. */
  tellChange(source: string, at: number): void;
}

const prefix = 'snapgate:1:';
const channel = `${prefix}changes`;
const clockTolerance = 1_000;

/** `hear` is told of every change that a replica makes, this one included. */
export function createRedisAnswers(
  url: string,
  ageSeconds: number,
  hear: (source: string, at: number) => void,
): SharedAnswers {
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
        const answer = deserialize(bytes) as Fetched<object>;
        const unfitUntil = changedAt == null ? 0 : Number(changedAt.toString()) + clockTolerance;
        return answer.fetchedAt.getTime() > unfitUntil ? { answer, bytes: bytes.length } : undefined;
      }),
    set: (source, question, answer) => {
      void run((redis) => redis.set(answerKey(source, question), serialize(answer), 'PX', age));
    },
    tellChange: (source, at) => {
      void run((redis) => redis.set(changeKey(source), String(at), 'PX', age + clockTolerance));
      void run((redis) => redis.publish(channel, JSON.stringify([source, at])));
    },
  };
}
