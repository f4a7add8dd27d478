import { type MaybePromise, together } from '../../../snapshots/maybe.ts';

/** A computation over many records. It can be paused at each `yield`, which must follow at most a few milliseconds. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** The number of records after which a computation yields. */
export const recordsInStep = 256;

/** How long computations run before the event loop turns to other work, in milliseconds. */
const slice = 8;

/** Runs the next step of a computation. Returns whether it has ended. */
type Advance = () => boolean;

const queue: Advance[] = [];
let isScheduled = false;
let isTurnOver = false;

/** Runs a computation in slices that it shares with all others, so that together they do not block the event loop. */
export function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  enter(() => {
    try {
      const step = steps.next();
      if (step.done !== true) return false;
      resolve(step.value);
    } catch (error) {
      reject(error);
    }
    return true;
  });
  return promise;
}

/**
 * Starts work in a slice, and waits for its results. Work that goes on in promises ends the turn of the event loop,
 * because its time cannot be measured.
 */
export function startInSlice<Result>(start: () => readonly MaybePromise<Result>[]): Promise<readonly Result[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Result[]>();
  enter(() => {
    try {
      const results = together(start());
      isTurnOver ||= results instanceof Promise;
      resolve(results);
    } catch (error) {
      reject(error);
    }
    return true;
  });
  return promise;
}

function enter(advance: Advance): void {
  queue.push(advance);
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(runTurn);
}

function runTurn(): void {
  const end = performance.now() + slice;
  isTurnOver = false;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (!next()) queue.push(next);
    if (isTurnOver || performance.now() >= end) break;
  }
  isScheduled = queue.length > 0;
  if (isScheduled) setImmediate(runTurn);
}
