import type { Redis } from 'ioredis';
import { UpstreamError } from '../errors.ts';

/** Sends a command to the Redis server; rejects with UPSTREAM if the server does not respond. */
export type StrictRedis = <Result>(command: (redis: Redis) => Promise<Result>) => Promise<Result>;

const timeout = 2_000;

/**
 * Connects to a Redis server on demand, for state without which a change would be unsafe: unlike `createRedisLink`,
 * commands wait for the connection, and fail if there is none. `onFailure` receives the reason of a failure.
 */
export function createStrictRedis(url: string, onFailure: (why: unknown) => void = () => {}): StrictRedis {
  let connection: Promise<Redis> | undefined;

  const connect = async () => {
    const { Redis: Client } = await import('ioredis');
    const options = { lazyConnect: true, enableOfflineQueue: false, commandTimeout: timeout, connectTimeout: timeout };
    const redis = new Client(url, { ...options, retryStrategy: () => null });
    let lastError: Error | undefined;
    redis.on('error', (error) => {
      lastError = error;
    });
    redis.on('connect', () => redis.stream.unref());
    // For a refused connection, the client rejects only with "closed"; the reason is in the error event.
    await redis.connect().catch((error: unknown) => {
      throw lastError ?? error;
    });
    return redis;
  };
  const connected = async () => {
    const known = (connection ??= connect());
    const drop = () => {
      if (connection === known) connection = undefined;
    };
    const redis = await known.catch((error: unknown) => {
      drop();
      throw error;
    });
    if (redis.status === 'ready') return redis;
    drop();
    return (connection ??= connect());
  };

  return async (command) => {
    try {
      return await command(await connected());
    } catch (cause) {
      onFailure(cause);
      throw new UpstreamError(
        'The change was not started: Redis, which coordinates the replicas of this gateway, does not respond. Retry later, or contact the operator of the gateway.',
        { cause },
      );
    }
  };
}
