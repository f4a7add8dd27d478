import type { SnapgateError } from '../../errors.ts';
import { createRun, type Run, type RunOptions } from './run.ts';

/** A full read that has ended, failed or paused. */
export interface ObservedRead {
  /** The time since the read started or was continued. */
  readonly seconds: number;
  /** Whether all pages were read, or as many as the maximum. */
  readonly isEnded: boolean;
  /** Why the read failed; null if it ended or paused. */
  readonly failure: SnapgateError | null;
}

/** Called when a full read has ended, failed or paused. */
export type ObserveRead = (read: ObservedRead) => void;

/** The full reads in progress, and their pages. */
export interface ActivityState {
  readonly running: number;
  /** The AWS pages that were read since the start. */
  readonly pages: number;
}

/** Counts the full reads in progress, and measures them. */
export interface Activity {
  /** Creates a run that is counted and measured. */
  createRun(options: RunOptions): Run;
  state(): ActivityState;
}

/** Creates the counts, at zero. */
export function createActivity(observeRead: ObserveRead = () => {}): Activity {
  let running = 0;
  let pages = 0;
  return {
    createRun: (options) => {
      const { reading } = options;
      let begunAt = 0;
      return createRun({
        ...options,
        enter: (next) => {
          running += 1;
          begunAt = performance.now();
          options.enter(next);
        },
        onPage: () => {
          pages += 1;
          options.onPage();
        },
        onEnd: (end) => {
          running -= 1;
          const seconds = (performance.now() - begunAt) / 1_000;
          observeRead({ seconds, isEnded: reading.isEnded, failure: end.failure });
          options.onEnd(end);
        },
      });
    },
    state: () => ({ running, pages }),
  };
}
