/** The emulated time: after it is set, it advances with real time unless it is frozen. */
export interface Clock {
  now(): Date;
  /** Moves both the date and the elapsed time forward. */
  advance(seconds: number): void;
  /** Returns the elapsed seconds, real and advanced; unlike `now`, they do not change when the date is set. */
  age(): number;
  /** Sets the date. A frozen clock changes only through `advance`. */
  set(start: Date, frozen: boolean): void;
  isFrozen(): boolean;
}

/** The dates that a clock can show, in epoch milliseconds: those that depend on it then have years of four digits. */
export const clockRange = { first: 0, last: Date.UTC(9899, 11, 31, 23, 59, 59) };

/** Creates a running clock that starts at `start` (default: the real date). */
export function createClock(start = new Date()): Clock {
  const birth = performance.now();
  let advanced = 0;
  let origin = start.getTime();
  let setAt = Date.now();
  let frozen = false;
  return {
    now: () => new Date(frozen ? origin : origin + Date.now() - setAt),
    advance(seconds) {
      advanced += seconds;
      origin += seconds * 1000;
    },
    age: () => (performance.now() - birth) / 1000 + advanced,
    set(date, isFrozen) {
      origin = date.getTime();
      setAt = Date.now();
      frozen = isFrozen;
    },
    isFrozen: () => frozen,
  };
}
