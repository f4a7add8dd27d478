import type { Redis } from 'ioredis';
import { closeRedis, createRunner, listenTo, openRedis, type RedisState } from './redis-connection.ts';

/** Sends a command to the Redis server; undefined if the server does not respond. */
export interface RedisLink {
  <Result>(command: (redis: Redis) => Promise<Result>): Promise<Result | undefined>;
  state(): RedisState;
}

interface LinkOptions {
  /** How long each command can take, in milliseconds. */
  readonly timeout?: number;
  /** Called with each message of a channel. */
  readonly listen?: { readonly channel: string; readonly hear: (message: string) => void };
  /** Receives the reason of each failure. */
  readonly onFailure?: (why: unknown) => void;
}

const usualTimeout = 100;
const pauseBetweenConnections = 1_000;

/**
 * Creates a link to a Redis server that returns undefined while the server is unavailable, and never rejects. Commands
 * trigger reconnection attempts at intervals, so that no timer keeps the process running.
 */
export function createRedisLink(
  url: string,
  { timeout = usualTimeout, listen, onFailure = () => {} }: LinkOptions = {},
): RedisLink {
  let run: ReturnType<typeof createRunner> | undefined;
  let isConnecting = false;
  let triedAt = -Infinity;

  const connect = async () => {
    const opening = [openRedis(url, timeout), ...(listen ? [openRedis(url, timeout)] : [])];
    const settled = await Promise.allSettled(opening);
    const opened = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    let own: typeof run;
    const drop = () => {
      if (run === own) run = undefined;
      opened.forEach(closeRedis);
    };
    try {
      const [commands, listener] = await Promise.all(opening);
      for (const each of opened) each.on('end', drop);
      if (listen && listener) await listenTo(listener, listen.channel, listen.hear);
      if (commands && opened.every(({ status }) => status === 'ready')) run = own = createRunner(commands);
      else drop();
    } catch (error) {
      drop();
      onFailure(error);
    }
  };

  const link = async <Result>(command: (redis: Redis) => Promise<Result>) => {
    if (run !== undefined) {
      return run(command).catch((error: unknown) => {
        onFailure(error);
        return undefined;
      });
    }
    if (!isConnecting && performance.now() - triedAt > pauseBetweenConnections) {
      triedAt = performance.now();
      isConnecting = true;
      void connect().finally(() => {
        isConnecting = false;
      });
    }
    return undefined;
  };
  return Object.assign(link, { state: () => ({ isConnected: run !== undefined }) });
}
