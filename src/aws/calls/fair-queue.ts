import PQueue, { type Options, type Queue, type QueueAddOptions, type RunFunction, type TaskOptions } from 'p-queue';

/** The subject of a principal; undefined for full reads, and for calls that belong to no request. */
export type Caller = string | undefined;

/** How a call is queued. */
export interface FairTurn extends QueueAddOptions {
  /** The callers that wait for the call, the one that started it first. Others can join while the call is queued. */
  readonly callers?: ReadonlySet<Caller> | undefined;
  /** Ends the wait with an error; if omitted, the call cannot be refused while it is queued. */
  readonly refuse?: ((error: Error) => void) | undefined;
}

interface Entry {
  readonly run: RunFunction;
  readonly id: string | undefined;
  priority: number;
  readonly callers: ReadonlySet<Caller>;
  readonly refuse: FairTurn['refuse'];
}

/** Selects the priorities that are counted. */
export type IsCounted = (priority: number) => boolean;

/** The caller of full reads, and of calls that belong to no request. */
export const noCaller: ReadonlySet<Caller> = new Set([undefined]);

/**
 * Queued calls, in order of priority. Calls of the same priority are taken in turn by caller, and those of one caller in
 * the order in which they were queued. A call that several callers wait for is taken in the first turn of any of them.
 */
export class FairQueue implements Queue<RunFunction, FairTurn> {
  readonly #entries: Entry[] = [];
  /** The turns of the callers: the lowest is next. A caller that was served moves to the end. */
  readonly #turns = new Map<Caller, number>();
  #lastTurn = 0;

  get size(): number {
    return this.#entries.length;
  }

  enqueue(run: RunFunction, { priority = 0, id, callers = noCaller, refuse }: Partial<FairTurn> = {}): void {
    this.#insert({ run, id, priority, callers, refuse });
    for (const caller of callers) this.#turnOf(caller);
  }

  dequeue(): RunFunction | undefined {
    const [first] = this.#entries;
    if (first === undefined) return undefined;
    let next: { entry: Entry; caller: Caller; turn: number } = { entry: first, caller: undefined, turn: Infinity };
    for (const entry of this.#entries) {
      if (entry.priority !== first.priority) break;
      for (const caller of entry.callers) {
        const turn = this.#turnOf(caller);
        if (turn < next.turn) next = { entry, caller, turn };
      }
    }
    this.#remove(next.entry);
    this.#turns.set(next.caller, (this.#lastTurn += 1));
    if (this.#turns.size > this.#entries.length) this.#forgetTurns();
    return next.entry.run;
  }

  filter({ priority }: Readonly<Partial<FairTurn>>): RunFunction[] {
    return this.#entries.filter((entry) => entry.priority === priority).map(({ run }) => run);
  }

  setPriority(id: string, priority: number): void {
    const entry = this.#entries.find((each) => each.id === id);
    if (entry === undefined) return;
    this.#remove(entry);
    this.#insert({ ...entry, priority });
  }

  remove(id: string): void {
    const entry = this.#entries.find((each) => each.id === id);
    if (entry) this.#remove(entry);
  }

  /** Returns the number of queued calls with these priorities. */
  count(isCounted: IsCounted): number {
    return this.#entries.filter(({ priority }) => isCounted(priority)).length;
  }

  /** Returns the number of queued calls that are taken before a further call of a caller. */
  ahead(priority: number, caller: Caller): number {
    const before = this.count((each) => each > priority);
    const counts = this.#counts((each) => each === priority);
    const own = counts.get(caller) ?? 0;
    return [...counts.values()].reduce((sum, each) => sum + Math.min(each, own + 1), before);
  }

  /**
   * Refuses the newest call of the caller with the most queued calls, to make room for a further call of another caller.
   * Returns false, without refusing a call, if the other caller would then have as many.
   */
  refuseSurplus(isCounted: IsCounted, caller: Caller, error: Error): boolean {
    const counts = this.#counts(isCounted);
    const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [undefined as Caller, 0]);
    if (count <= (counts.get(caller) ?? 0) + 1) return false;
    const newest = this.#entries.findLast(
      ({ priority, callers, refuse }) =>
        isCounted(priority) && refuse !== undefined && callers.size === 1 && callers.has(most),
    );
    newest?.refuse?.(error);
    return newest !== undefined;
  }

  #counts(isCounted: IsCounted): Map<Caller, number> {
    const counts = new Map<Caller, number>();
    for (const { priority, callers } of this.#entries) {
      const [caller] = callers;
      if (isCounted(priority)) counts.set(caller, (counts.get(caller) ?? 0) + 1);
    }
    return counts;
  }

  #turnOf(caller: Caller): number {
    const turn = this.#turns.get(caller) ?? (this.#lastTurn += 1);
    this.#turns.set(caller, turn);
    return turn;
  }

  #forgetTurns(): void {
    const waiting = new Set(this.#entries.flatMap(({ callers }) => [...callers]));
    for (const caller of this.#turns.keys()) if (!waiting.has(caller)) this.#turns.delete(caller);
  }

  #insert(entry: Entry): void {
    const index = this.#entries.findIndex(({ priority }) => priority < entry.priority);
    this.#entries.splice(index === -1 ? this.#entries.length : index, 0, entry);
  }

  #remove(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }
}

/** Creates a queue of promises that takes waiting calls fairly, and the calls that wait in it. */
export function createFairQueue(options: Omit<Options<FairQueue, FairTurn>, 'queueClass'>) {
  const waiting = new FairQueue();
  // The queue of promises calls the class once, in its constructor.
  const queueClass = function () {
    return waiting;
  } as unknown as new () => FairQueue;
  return { queue: new PQueue<FairQueue, FairTurn>({ ...options, queueClass }), waiting };
}

/**
 * Adds a task to a queue, and returns its result. V8 keeps what was in the earlier tables of the sets of the queue until a
 * full collection; of a finished task, they then contain neither the task nor its result.
 */
export async function addTo<Output, Turn extends QueueAddOptions>(
  queue: PQueue<Queue<RunFunction, Turn>, Turn>,
  turn: Partial<Turn>,
  task: (options: TaskOptions) => PromiseLike<Output>,
): Promise<Output> {
  const held: { task?: typeof task | undefined; output?: Output | undefined } = { task };
  const run = async (options: TaskOptions) => {
    const begin = held.task;
    held.task = undefined;
    held.output = await begin?.(options);
  };
  try {
    await queue.add(run, turn);
    return held.output as Output;
  } finally {
    held.task = undefined;
    held.output = undefined;
  }
}
