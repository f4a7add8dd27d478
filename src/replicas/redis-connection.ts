import type { Redis } from 'ioredis';

/** A reply that the Redis server cannot have given to the command: replies are no longer matched with commands. */
export class UnexpectedReplyError extends Error {
  constructor(reply: unknown) {
    super(`Redis sent an unexpected reply, of type ${Array.isArray(reply) ? 'array' : typeof reply}.`);
    this.name = 'UnexpectedReplyError';
  }
}

/** Whether this process is connected to Redis. */
export interface RedisState {
  readonly isConnected: boolean;
}

/** The maximum number of bytes of one reply; the largest text that a command requests has 8 MiB. */
const largestReply = 16 * 1024 * 1024;
/** Commands in a row without a usable reply after which a connection is replaced. */
const mostFailures = 20;
/** A connection on which nothing arrives for this long, although replies are due, is closed. In milliseconds. */
const longestSilence = 2_000;
/** The maximum number of bytes of one message to a subscriber. */
const largestMessage = 64 * 1024;

/**
 * Opens a connection to a Redis server. It is never reopened, does not keep the process running, and is closed when the
 * server stops responding or violates the protocol. `timeout` applies to each command, in milliseconds. Rejects with the
 * reason if the server cannot be reached.
 */
export async function openRedis(url: string, timeout: number): Promise<Redis> {
  const Client = await loadClient();
  const redis = new Client(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // The check parses a reply in a callback that throws if the reply is not a text.
    enableReadyCheck: false,
    commandTimeout: timeout,
    connectTimeout: timeout,
    socketTimeout: longestSilence,
    retryStrategy: () => null,
  });
  let lastError: Error | undefined;
  redis.on('error', (error) => {
    lastError = error;
    // Such as a reply without a command: the replies that follow can belong to other commands, too.
    if (redis.status === 'ready') closeRedis(redis);
  });
  redis.on('connect', () => {
    redis.stream.unref();
    redis.stream.on('error', () => {});
  });
  await redis.connect().catch((error: unknown) => {
    // For a refused connection, the client rejects only with "closed"; the reason is in the error event.
    throw lastError ?? error;
  });
  return redis;
}

/** Closes a connection at once; its commands are rejected. */
export function closeRedis(redis: Redis): void {
  redis.stream.destroy();
}

/** Calls `hear` with each message of a channel. A message that is too long closes the connection, before it has arrived. */
export async function listenTo(redis: Redis, channel: string, hear: (message: string) => void): Promise<void> {
  let bytes = 0;
  redis.on('message', (name: unknown, message: unknown) => {
    bytes = 0;
    if (name === channel && typeof message === 'string') hear(message);
  });
  redis.stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > largestMessage) closeRedis(redis);
  });
  await redis.subscribe(channel);
}

/**
 * Runs commands on a connection, and closes it if its replies cannot be used. A reply that is too long closes the
 * connection, before it has arrived.
 */
export function createRunner(redis: Redis) {
  let failures = 0;
  let bytes = 0;
  redis.stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > largestReply) closeRedis(redis);
  });
  return async <Result>(command: (redis: Redis) => Promise<Result>): Promise<Result> => {
    try {
      const result = await command(redis);
      failures = 0;
      bytes = 0;
      return result;
    } catch (error) {
      failures += 1;
      if (error instanceof UnexpectedReplyError || failures >= mostFailures) closeRedis(redis);
      throw error;
    }
  };
}

/**
 * Loads the client. It rethrows what it fails to process, such as a number in reply to SUBSCRIBE, as an uncaught exception;
 * here, that closes the connection instead, as any other violation of the protocol does.
 */
async function loadClient(): Promise<typeof Redis> {
  const [{ Redis: Client }, { default: exported }] = await Promise.all([
    import('ioredis'),
    import('ioredis/built/DataHandler.js'),
  ]);
  // Loaders differ in how they import a CommonJS module with a default export.
  const { prototype } = (exported.default ?? exported) as unknown as { prototype: ReplyProcessing };
  prototype.dispatch = function dispatch(handle) {
    try {
      handle();
    } catch (error) {
      this.returnFatalError(error);
    }
  };
  return Client;
}

/** The internal methods of the client that process a reply. */
interface ReplyProcessing {
  dispatch(this: ReplyProcessing, handle: () => void): void;
  returnFatalError(error: unknown): void;
}
