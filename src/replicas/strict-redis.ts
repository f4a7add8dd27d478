import type { Redis } from 'ioredis';
import { UpstreamError } from '../errors.ts';
import { createRunner, openRedis, type RedisState } from './redis-connection.ts';

/** Sends a command to the Redis server; rejects with UPSTREAM if the server does not respond. */
export interface StrictRedis {
  <Result>(command: (redis: Redis) => Promise<Result>): Promise<Result>;
  state(): RedisState;
}

const timeout = 2_000;

/**
 * Connects to a Redis server on demand, for state without which a change would be unsafe: unlike `createRedisLink`,
 * commands wait for the connection, and fail if there is none. `onFailure` receives the reason of a failure.
 */
export function createStrictRedis(url: string, onFailure: (why: unknown) => void = () => {}): StrictRedis {
  let connection: Promise<Connection> | undefined;
  let known: Redis | undefined;

  const connect = () => {
    const opening = openRedis(url, timeout).then((redis) => {
      known = redis;
      return { redis, run: createRunner(redis) };
    });
    opening.catch(() => {
      if (connection === opening) connection = undefined;
    });
    return opening;
  };
  const connected = async () => {
    const current = (connection ??= connect());
    const opened = await current;
    if (opened.redis.status === 'ready') return opened;
    if (connection === current) connection = undefined;
    return (connection ??= connect());
  };

  const strict = async <Result>(command: (redis: Redis) => Promise<Result>) => {
    try {
      const { run } = await connected();
      return await run(command);
    } catch (cause) {
      onFailure(cause);
      throw new UpstreamError(
        'The change was not started: Redis, which coordinates the replicas of this gateway, does not respond. Retry later, or contact the operator of the gateway.',
        { cause },
      );
    }
  };
  return Object.assign(strict, { state: () => ({ isConnected: known?.status === 'ready' }) });
}

interface Connection {
  readonly redis: Redis;
  readonly run: ReturnType<typeof createRunner>;
}
