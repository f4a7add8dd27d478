/** Takes tasks from a list in its order, some of them begun before their turn. */
export interface ReadAhead<Task, Result> {
  /** The result of a task, which begins now at the latest. Tasks may be left out; none is taken twice. */
  take(task: Task): Promise<Result>;
}

export interface ReadAheadOptions<Task, Result> {
  readonly tasks: readonly Task[];
  readonly begin: (task: Task) => Promise<Result>;
  /** How many more tasks are likely to be taken, the one of this moment included. */
  readonly expected: (taken: number) => number;
}

/** Tasks that are begun together at most. */
const largestRound = 64;

/**
 * Begins tasks in rounds of 1, 2, 4, 8 and so on, though never more than are expected: the first ones, which mostly
 * suffice, wait for each other, and many that give nothing take few rounds.
 */
export function createReadAhead<Task, Result>(options: ReadAheadOptions<Task, Result>): ReadAhead<Task, Result> {
  const { tasks, begin, expected } = options;
  const begun = new Map<Task, Promise<Result>>();
  let size = 1;
  let taken = 0;

  const beginRound = (from: number) => {
    const count = Math.min(size, largestRound, Math.max(expected(taken), 1));
    size *= 2;
    for (const task of tasks.slice(from, from + count)) {
      const result = begin(task);
      // One whose turn never comes fails unseen: it will be asked again when it does.
      result.catch(() => {});
      begun.set(task, result);
    }
  };

  return {
    take: async (task) => {
      if (!begun.has(task)) beginRound(tasks.indexOf(task));
      const result = begun.get(task);
      if (result === undefined) throw new Error('No such task.');
      begun.delete(task);
      taken += 1;
      return result;
    },
  };
}
