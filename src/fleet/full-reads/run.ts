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
   * The reading pauses when it has as many pages as all who wait for it need.
   */
  wait(payer: Usage, signal: AbortSignal | undefined, needs: Needs): Promise<SnapgateError | null>;
}

/** What a request needs of a reading. */
export interface Needs {
  /** The number of pages that are enough; Infinity for the whole list. */
  readonly pages: number;
  readonly onPage: () => void;
}

/** How a run has ended: with or without waiting requests, and why the reading has failed, if it has. */
export interface RunEnd {
  readonly hasWaiters: boolean;
  /** Whether the reading has paused because all who wait for it need no more pages. */
  readonly isEnough: boolean;
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
  let lastNeeded = 0;
  const waiting = new Set<Needs>();

  const isIdle = () => waiting.size === 0 && (!isWanted() || performance.now() - askedAt > idle);
  const isEnough = () => reading.pages >= (waiting.size === 0 ? lastNeeded : mostPages(waiting));

  const begin = (payer: Usage, onOwnPage: () => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<SnapgateError | null>();
    const end = (failure: SnapgateError | null) => {
      current = undefined;
      if (reading.isEnded) endedAt = performance.now();
      onEnd({ hasWaiters: waiting.size > 0, isEnough: !reading.isEnded && isEnough(), failure });
      resolve(failure);
    };
    enter(async () => {
      try {
        if (isIdle() || isEnough()) {
          reading.pause();
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
    wait: async (payer, signal, needs) => {
      askedAt = performance.now();
      lastNeeded = needs.pages;
      waiting.add(needs);
      try {
        current ??= begin(payer, needs.onPage);
        return await orAborted(current, signal);
      } finally {
        waiting.delete(needs);
        askedAt = performance.now();
      }
    },
  };
}

function mostPages(waiting: ReadonlySet<Needs>): number {
  return Math.max(...Array.from(waiting, ({ pages }) => pages));
}
