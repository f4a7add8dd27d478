/** Takes tasks from a list in order, and starts some of them in advance. */
export interface ReadAhead<Task, Result> {
  /** Returns the result of a task, and starts the task if necessary. Tasks can be skipped; none can be taken twice. */
  take(task: Task): Promise<Result>;
}

export interface ReadAheadOptions<Task, Result> {
  readonly tasks: readonly Task[];
  readonly begin: (task: Task) => Promise<Result>;
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
  const { tasks, begin, expected } = options;
  const started = new Map<Task, Promise<Result>>();
  let size = 1;
  let taken = 0;

  const beginRound = (from: number) => {
    const count = Math.min(size, largestRound, Math.max(expected(taken), 1));
    size *= 2;
    for (const task of tasks.slice(from, from + count)) {
      const result = begin(task);
      // The failure of a task that is never taken is ignored: a later request makes the call again.
      result.catch(() => {});
      started.set(task, result);
    }
  };

  return {
    take: async (task) => {
      if (!started.has(task)) beginRound(tasks.indexOf(task));
      const result = started.get(task);
      if (result === undefined) throw new Error('The task is not in the list.');
      started.delete(task);
      taken += 1;
      return result;
    },
  };
}
