import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { describeFailure } from './failure.ts';
import { type Check, ok, type Outcome, problem, warning } from './finding.ts';

/** The time limit of each step, in milliseconds. */
const timeout = 2_000;
const probeSeconds = 10;

/**
 * Returns the check of the Redis server that replicas share: the connection and authentication, a probe key that is
 * written, read and deleted, a message, and whether the server can evict locks and outcomes.
 */
export function redisChecks(url: string): Check[] {
  const { protocol, host } = new URL(url);
  return [{ name: 'redis', target: `${protocol}//${host}`, run: () => checkRedis(url) }];
}

async function checkRedis(url: string): Promise<Outcome> {
  const { Redis: Client } = await import('ioredis');
  const options = { lazyConnect: true, commandTimeout: timeout, connectTimeout: timeout, retryStrategy: () => null };
  const clients = [new Client(url, options), new Client(url, options)] as const;
  try {
    await Promise.all(clients.map(connect));
    await exchange(...clients);
    return await describeServer(clients[0]);
  } catch (error) {
    return problem(describeFailure(error));
  } finally {
    for (const each of clients) each.disconnect();
  }
}

async function connect(redis: Redis): Promise<void> {
  let reason: Error | undefined;
  redis.on('error', (error) => {
    reason ??= error;
  });
  // For a refused connection, the client rejects only with "closed"; the reason is in the error event.
  await redis.connect().catch((error: unknown) => {
    throw failed('connect', reason ?? error);
  });
  await redis.ping().catch((error: unknown) => {
    throw failed('authenticate', error);
  });
}

/** Throws an Error that names the step that failed. */
async function exchange(redis: Redis, listener: Redis): Promise<void> {
  const name = `snapgate:doctor:${randomUUID()}`;
  const step = async <Result>(what: string, run: () => Promise<Result>, isRight: (result: Result) => boolean) => {
    const result = await run().catch((error: unknown) => {
      throw failed(what, error);
    });
    if (!isRight(result)) throw failed(what, new Error('the server returned another value'));
  };
  await step(
    'write a key',
    () => redis.set(name, 'probe', 'EX', probeSeconds),
    (result) => result === 'OK',
  );
  await step(
    'read a key',
    () => redis.get(name),
    (result) => result === 'probe',
  );
  await step(
    'run a script',
    () => redis.eval("return redis.call('get', KEYS[1])", 1, name),
    (result) => result === 'probe',
  );
  await step(
    'delete a key',
    () => redis.del(name),
    (result) => result === 1,
  );
  const message = new Promise<string>((resolve) => void listener.once('message', (_channel, text) => resolve(text)));
  await step(
    'subscribe to a channel',
    () => listener.subscribe(name),
    (count) => count === 1,
  );
  await step(
    'publish a message',
    () => redis.publish(name, 'probe'),
    (count) => count === 1,
  );
  await step(
    'receive a message',
    () => Promise.race([message, late()]),
    (text) => text === 'probe',
  );
}

async function late(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  setTimeout(() => reject(new Error('no message arrived')), timeout).unref();
  return promise;
}

/** Reads what the server allows to be read: a managed server can refuse it. */
async function describeServer(redis: Redis): Promise<Outcome> {
  const [server, memory] = await Promise.all(
    ['server', 'memory'].map((section) => redis.info(section).catch(() => '')),
  );
  const version = fieldOf(server, 'redis_version');
  const name = version === undefined ? 'A Redis server' : `Redis ${version}`;
  const policy = fieldOf(memory, 'maxmemory_policy');
  if (policy === undefined || policy === 'noeviction') return ok(`${name} reads, writes and delivers messages.`);
  const limit = fieldOf(memory, 'maxmemory') === '0' ? ' as soon as maxmemory is set' : '';
  return warning(
    `${name} has the eviction policy ${policy}, so it can evict locks and the outcomes of changes${limit}: a change could be made twice. Set maxmemory-policy to noeviction.`,
  );
}

function fieldOf(text: string | undefined, name: string): string | undefined {
  const line = text?.split('\r\n').find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1);
}

function failed(what: string, cause: unknown): Error {
  return new Error(`Cannot ${what}.`, { cause });
}
