import { setTimeout as sleep } from 'node:timers/promises';
import { abortedWith } from './abort.ts';
import { addTo, type Caller, createFairQueue, type FairQueue, type IsCounted } from './fair-queue.ts';
import type { Pace } from './pace.ts';

/** How a call waits at a gate. */
interface Wait {
  /** Waiting calls of a higher priority pass first. */
  readonly priority: number;
  /** The callers that wait for the call: waiting calls of the same priority pass in turn by caller. */
  readonly callers: ReadonlySet<Caller>;
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
  /** Returns the number of waiting calls with these priorities. */
  waiting(isCounted: IsCounted): number;
  /** Returns the number of waiting calls that pass before a further call of a caller. */
  ahead(priority: number, caller: Caller): number;
  /** Refuses a waiting call of the caller with the most to make room for another caller; returns whether it did. */
  refuseSurplus: FairQueue['refuseSurplus'];
  /** Returns the number of calls that are passing: 0 or 1. */
  passing(): number;
}

/** Creates a gate, without waiting calls. */
export function createGate(pace: Pace): Gate {
  const { queue, waiting } = createFairQueue({ concurrency: 1 });
  let lastBegun = Promise.resolve();
  const keepPace = async (room: number, signal: AbortSignal | undefined): Promise<void> => {
    const wait = pace.wait(room);
    if (wait === 0) return;
    await sleep(wait, undefined, { signal });
    return keepPace(room, signal);
  };
  return {
    pace,
    send: async ({ priority, callers, signal }, make) => {
      const { controller, unlink } = abortedWith(signal);
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
      const turn = { priority, callers, signal: controller.signal, refuse: (error: Error) => controller.abort(error) };
      const { answer } = await addTo(queue, turn, pass).finally(unlink);
      return answer;
    },
    makeRoom: ({ signal, ...wait }, room) =>
      queue.add((waiter) => keepPace(room, waiter.signal), { ...wait, ...(signal && { signal }) }),
    waiting: (isCounted) => waiting.count(isCounted),
    ahead: (priority, caller) => waiting.ahead(priority, caller),
    refuseSurplus: (...surplus) => waiting.refuseSurplus(...surplus),
    passing: () => queue.pending,
  };
}
