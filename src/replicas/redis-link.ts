import type { Redis } from 'ioredis';

/** Gives a command to the server; undefined where it does not answer. */
export type RedisLink = <Result>(command: (redis: Redis) => Promise<Result>) => Promise<Result | undefined>;

const commandTimeout = 100;
const pauseBetweenConnections = 1_000;

/**
 * Gives commands to a Redis server while it answers, and undefined instead of their results while it does not. It is
 * looked for again from time to time, by a command that comes, so that no timer keeps the process alive. `onFailure`
 * hears why there is no answer.
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
      // Of a connection that is refused, the client says no more than that it is closed.
      void connect().catch((error: unknown) => onFailure(lastError ?? error));
    }
    return undefined;
  };
}
