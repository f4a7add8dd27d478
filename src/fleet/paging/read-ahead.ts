import type { MaybePromise } from '../../snapshots/maybe.ts';

/** Takes tasks from a list in order, and starts some of them in advance. */
export interface ReadAhead<Task, Result> {
  /** Returns the result of a task, and starts the task if necessary. Tasks can be skipped; none can be taken twice. */
  take(task: Task): MaybePromise<Result>;
}

export interface ReadAheadOptions<Task, Result> {
  /** Read only if more than the first task is needed. */
  readonly tasks: () => readonly Task[];
  readonly begin: (task: Task) => MaybePromise<Result>;
  /** Returns how many more tasks are likely to be taken, including the current task. */
  readonly expected: (taken: number) => number;
}

/** The maximum number of tasks started together. */
const largestRound = 64;

/**
 * Starts tasks in rounds of 1, 2, 4, 8 and so on, but no more than expected: the first tasks, which are usually enough,
 * run in sequence, and many tasks without results need only a few rounds.
 */
export function createReadAhead<Task, Result>(options: ReadAheadOptions<Task, Result>): ReadAhead<Task, Result> {
  const { begin, expected } = options;
  const started = new Map<Task, () => MaybePromise<Result>>();
  let size = 1;
  let taken = 0;

  const start = (task: Task): (() => MaybePromise<Result>) => {
    try {
      const result = begin(task);
      // The failure of a task that is never taken is ignored: a later request makes the call again.
      if (result instanceof Promise) result.catch(() => {});
      return () => result;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };

  const beginRound = (first: Task) => {
    const count = Math.min(size, largestRound, Math.max(expected(taken), 1));
    size *= 2;
    if (count === 1) return void started.set(first, start(first));
    const tasks = options.tasks();
    const from = tasks.indexOf(first);
    for (const task of tasks.slice(from, from + count)) started.set(task, start(task));
  };

  return {
    take: (task) => {
      if (!started.has(task)) beginRound(task);
      const result = started.get(task);
      if (result === undefined) throw new Error('The task is not in the list.');
      started.delete(task);
      taken += 1;
      return result();
    },
  };
}
