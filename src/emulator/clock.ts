/** The emulated time: it starts where it is set, then runs with real time unless it is frozen. */
export interface Clock {
  now(): Date;
  /** Moves time forward, for what depends on the date and for what depends on time passed. */
  advance(seconds: number): void;
  /** Seconds lived, real and advanced; unlike `now` it never jumps when the date is set. */
  age(): number;
  /** Sets the date. A frozen clock stands still between calls of `advance`. */
  set(start: Date, frozen: boolean): void;
  isFrozen(): boolean;
}

/** Makes a clock that starts at `start` (default: the real date) and runs. */
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
