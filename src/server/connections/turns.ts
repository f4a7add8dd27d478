/** The time that requests are started before the event loop accepts others, in milliseconds. */
const slice = 5;

/** Lets the event loop read all requests that have arrived before it executes them one by one. */
export interface Turns {
  /** Resolves when the request can be executed. */
  next(): Promise<void>;
  /** The number of requests that wait. */
  waiting(): number;
}

/**
 * Creates turns. A query whose data is cached is executed without a pause, so without turns, a request that is refused
 * would wait until all requests before it have been executed.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  const run = () => {
    const until = performance.now() + slice;
    const start = () => {
      waiting.shift()?.();
      // A tick comes after all microtasks, in which the request is executed until it waits for something.
      queueMicrotask(() => process.nextTick(proceed));
    };
    const proceed = () => {
      isRunning = waiting.length > 0;
      if (!isRunning) return;
      if (performance.now() < until) start();
      else setImmediate(run);
    };
    start();
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (!isRunning) setImmediate(run);
        isRunning = true;
      }),
    waiting: () => waiting.length,
  };
}
