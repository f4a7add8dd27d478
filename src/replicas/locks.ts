import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import { UpstreamError } from '../errors.ts';
import { keyPrefix } from './key-prefix.ts';
import { createLease } from './leases.ts';
import type { StrictRedis } from './strict-redis.ts';

/** Locks by key, of this process and, with Redis, of all replicas. */
export interface Locks {
  /**
   * Waits for the lock of a key. Rejects with the reason of `signal` if it aborts first, and with UPSTREAM if Redis does
   * not respond. To avoid deadlocks, callers that need several locks acquire them in the order of their keys.
   */
  acquire(key: string, signal: AbortSignal): Promise<Lock>;
}

/** A lock that is held until it is released. */
export interface Lock {
  /** Rejects with UPSTREAM if the lock was lost, because Redis did not respond or was restarted. */
  confirm(): Promise<void>;
  /** Never rejects: a lock that cannot be released expires. */
  release(): Promise<void>;
}

/** A held lock is renewed, so this is only how long the lock of a replica that crashed remains. */
const lifetime = 30_000;
const longestPause = 100;

/** Creates locks; without Redis, they apply to this process alone. */
export function createLocks(redis?: StrictRedis): Locks {
  const enter = createTurns();
  return {
    acquire: async (key, signal) => {
      const leave = await enter(key, signal);
      try {
        const shared = redis && (await acquireShared(redis, `${keyPrefix}lock:${key}`, signal));
        return {
          confirm: async () => shared?.confirm(),
          release: async () => {
            await shared?.release();
            leave();
          },
        };
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

/** Returns a function that waits for the turn of a caller, and returns the function that ends this turn. */
function createTurns() {
  const queues = new Map<string, PQueue>();
  return async (key: string, signal: AbortSignal): Promise<() => void> => {
    const queue = queues.get(key) ?? new PQueue({ concurrency: 1 });
    queues.set(key, queue);
    const turn = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const abort = () => {
      end.resolve();
      turn.reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const run = async () => {
      turn.resolve();
      await end.promise;
    };
    void queue.add(run).finally(() => {
      if (queue.size === 0 && queue.pending === 0 && queues.get(key) === queue) queues.delete(key);
    });
    await turn.promise.finally(() => signal.removeEventListener('abort', abort));
    return end.resolve;
  };
}

async function acquireShared(redis: StrictRedis, key: string, signal: AbortSignal): Promise<Lock> {
  const lease = createLease<0 | 1>(redis, key, lifetime);
  const release = () => lease.release().catch(() => {});
  try {
    while ((await lease.acquire()) !== 1) {
      signal.throwIfAborted();
      await pause(longestPause * (0.5 + Math.random() / 2));
    }
  } catch (error) {
    // The lock can have been acquired although the response was lost.
    void release();
    throw error;
  }
  const renewal = setInterval(() => void lease.renew().catch(() => {}), lifetime / 3).unref();
  return {
    confirm: async () => {
      if ((await lease.renew()) === 1) return;
      throw new UpstreamError(
        'The change was not started: its lock in Redis was lost. The state of Redis was reset, or Redis did not respond in time. Retry the change.',
      );
    },
    release: async () => {
      clearInterval(renewal);
      await release();
    },
  };
}
