import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Pace } from './pace.ts';

/** How a call waits at a gate. */
interface Wait {
  /** Waiting calls of a higher priority pass first. */
  readonly priority: number;
  /** Aborts the wait. */
  readonly signal: AbortSignal | undefined;
}

/** Lets calls pass one at a time, at a pace, so that waiting calls do not occupy a place in the queue of the source. */
export interface Gate {
  readonly pace: Pace;
  /** Makes a call when the pace allows. The next call passes after `make` has called `begin`, or has failed. */
  send<Output>(wait: Wait, make: (begin: () => void) => Promise<Output>): Promise<Output>;
  /** Holds back other calls until the pace has room for a number of further calls. */
  makeRoom(wait: Wait, room: number): Promise<void>;
  /** Returns the number of waiting calls; with a priority, of those of this priority. */
  waiting(priority?: number): number;
  /** Returns the number of calls that are passing: 0 or 1. */
  passing(): number;
}

/** Creates a gate, without waiting calls. */
export function createGate(pace: Pace): Gate {
  const queue = new PQueue({ concurrency: 1 });
  let lastBegun = Promise.resolve();
  const keepPace = async (room: number, signal: AbortSignal | undefined): Promise<void> => {
    const wait = pace.wait(room);
    if (wait === 0) return;
    await sleep(wait, undefined, { signal });
    return keepPace(room, signal);
  };
  return {
    pace,
    send: async ({ priority, signal }, make) => {
      const pass = async (waiter: { readonly signal?: AbortSignal | undefined }) => {
        await lastBegun;
        await keepPace(0, waiter.signal);
        pace.take();
        const begun = Promise.withResolvers<void>();
        lastBegun = begun.promise;
        const answer = make(begun.resolve);
        answer.catch(() => {}).finally(begun.resolve);
        return { answer };
      };
      const { answer } = await queue.add(pass, { priority, ...(signal && { signal }) });
      return answer;
    },
    makeRoom: ({ priority, signal }, room) =>
      queue.add((waiter) => keepPace(room, waiter.signal), { priority, ...(signal && { signal }) }),
    waiting: (priority) => (priority === undefined ? queue.size : queue.sizeBy({ priority })),
    passing: () => queue.pending,
  };
}
