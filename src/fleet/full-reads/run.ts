import { orAborted } from '../../aws/calls/abort.ts';
import type { Usage } from '../../aws/usage.ts';
import type { SnapgateError } from '../../errors.ts';
import type { Reading } from './reading.ts';
import type { ReadNext } from './schedule.ts';

/** A reading pauses when no request has asked for it for this long, in milliseconds. */
const idle = 60_000;

/** A reading, and the requests that wait for it. */
export interface Run {
  readonly reading: Reading;
  readonly isInProgress: boolean;
  /** Orders the starts of runs and of requests that bypass the cache: a later start has a higher number. */
  readonly startedAt: number;
  /** When the last page was read, in milliseconds of `performance.now()`; -Infinity before the end. */
  readonly endedAt: number;
  /** Whether the reading is no longer kept for later requests. */
  isEvicted: boolean;
  /**
   * Starts or continues the reading, unless it is in progress, and waits for its end or its failure. Rejects with the
   * reason of the signal when it aborts; the reading goes on. `onPage` is called after each page for which the request pays.
   */
  wait(payer: Usage, signal: AbortSignal | undefined, onPage: () => void): Promise<SnapgateError | null>;
}

/** How a run has ended: with or without waiting requests, and why the reading has failed, if it has. */
export interface RunEnd {
  readonly hasWaiters: boolean;
  readonly failure: SnapgateError | null;
}

export interface RunOptions {
  readonly startedAt: number;
  readonly reading: Reading;
  /** Schedules the pages. */
  readonly enter: (next: ReadNext) => void;
  /** Whether later requests will find the reading. */
  readonly isWanted: () => boolean;
  readonly onPage: () => void;
  /** Called when the reading has ended, failed or paused. */
  readonly onEnd: (end: RunEnd) => void;
}

/** Creates a run that is paused before its first page. */
export function createRun({ startedAt, reading, enter, isWanted, onPage, onEnd }: RunOptions): Run {
  let current: Promise<SnapgateError | null> | undefined;
  let endedAt = -Infinity;
  let askedAt = -Infinity;
  let waiting = 0;

  const isIdle = () => waiting === 0 && (!isWanted() || performance.now() - askedAt > idle);

  const begin = (payer: Usage, onOwnPage: () => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<SnapgateError | null>();
    const end = (failure: SnapgateError | null) => {
      current = undefined;
      if (reading.isEnded) endedAt = performance.now();
      onEnd({ hasWaiters: waiting > 0, failure });
      resolve(failure);
    };
    enter(async () => {
      try {
        if (isIdle()) {
          end(null);
          return undefined;
        }
        const { isOver, isRead, failure, waitSeconds } = await reading.next(payer);
        if (isRead) onPage();
        if (isOver) {
          end(failure);
          return undefined;
        }
        onOwnPage();
        return waitSeconds;
      } catch (error) {
        current = undefined;
        reject(error);
        return undefined;
      }
    });
    // A failure without waiting requests is reported to the next request, which tries again.
    promise.catch(() => {});
    return promise;
  };

  return {
    reading,
    startedAt,
    isEvicted: false,
    get isInProgress() {
      return current !== undefined;
    },
    get endedAt() {
      return endedAt;
    },
    wait: async (payer, signal, onOwnPage) => {
      askedAt = performance.now();
      waiting += 1;
      try {
        current ??= begin(payer, onOwnPage);
        return await orAborted(current, signal);
      } finally {
        waiting -= 1;
        askedAt = performance.now();
      }
    },
  };
}
