import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';

/** Reads the next page. Returns the seconds to wait before the page after it; undefined if no page follows. */
export type ReadNext = () => Promise<number | undefined>;

/** The order in which the pages of full reads are read. */
export interface Schedule {
  /** Reads the pages of a list of a source, one after another. `next` must not reject. */
  enter(source: string, next: ReadNext): void;
}

/**
 * Creates a schedule that reads one page of a source at a time, and of `concurrency` sources. The lists of a source take
 * turns, and so do the sources, so that a short list does not wait for the end of a long one.
 */
export function createSchedule(concurrency: number): Schedule {
  const queue = new PQueue({ concurrency });
  /** The lists of each source, without the list whose page is being read. */
  const waiting = new Map<string, ReadNext[]>();

  const readAll = async (source: string, lists: ReadNext[]): Promise<void> => {
    for (let next = lists.shift(); next !== undefined; next = lists.shift()) {
      const seconds = await queue.add(next);
      if (seconds === undefined) continue;
      lists.push(next);
      // AWS throttles the source, so its other lists wait, too.
      if (seconds > 0) await sleep(seconds * 1000, undefined, { ref: false });
    }
    waiting.delete(source);
  };

  return {
    enter: (source, next) => {
      const lists = waiting.get(source);
      if (lists) {
        lists.push(next);
        return;
      }
      const own = [next];
      waiting.set(source, own);
      void readAll(source, own);
    },
  };
}
