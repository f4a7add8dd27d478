import type { Redis } from 'ioredis';

/** Sends a command to the Redis server; undefined if the server does not respond. */
export type RedisLink = <Result>(command: (redis: Redis) => Promise<Result>) => Promise<Result | undefined>;

const commandTimeout = 100;
const pauseBetweenConnections = 1_000;

/**
 * Creates a link to a Redis server that returns undefined while the server is unavailable. Commands trigger
 * reconnection attempts at intervals, so that no timer keeps the process running. `onFailure` receives the reason of a
 * failure.
 */
export function createRedisLink(
  url: string,
  listen: (listener: Redis) => Promise<unknown> = async () => {},
  onFailure: (why: unknown) => void = () => {},
): RedisLink {
  let redis: Redis | undefined;
  let lastError: Error | undefined;
  let triedAt = -Infinity;

  const connect = async () => {
    const ioredis = await import('ioredis');
    const options = { lazyConnect: true, enableOfflineQueue: false, commandTimeout, retryStrategy: () => null };
    const [commands, listener] = [new ioredis.Redis(url, options), new ioredis.Redis(url, options)];
    const drop = () => {
      redis = undefined;
      commands.disconnect();
      listener.disconnect();
    };
    for (const each of [commands, listener]) {
      each.on('error', (error) => {
        lastError = error;
      });
      each.on('connect', () => each.stream.unref());
      each.on('end', drop);
    }
    await Promise.all([commands.connect(), listener.connect()]);
    await listen(listener);
    redis = commands;
  };

  return async (command) => {
    if (redis !== undefined) {
      return command(redis).catch((error: unknown) => {
        onFailure(error);
        return undefined;
      });
    }
    if (performance.now() - triedAt > pauseBetweenConnections) {
      triedAt = performance.now();
      // For a refused connection, the client rejects only with "closed"; the reason is in the error event.
      void connect().catch((error: unknown) => onFailure(lastError ?? error));
    }
    return undefined;
  };
}
