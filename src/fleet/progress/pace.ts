import type { Estimate } from './followed.ts';

/** Decides how long a poller waits between two reads of an object, in milliseconds. */
export interface Pace {
  /** The pause after a read that did not find the progress of the object: each is longer than the one before. */
  backOff(): number;
  /** The pause after a read that found the progress of the object: shorter toward the end. */
  after(progress: Estimate): number;
}

const shortestPause = 1_000;
const longestPause = 30_000;
const growth = 1.25;

/** The percentage from which an operation without an estimate can be complete at any time. */
const almostComplete = 90;

/** Creates the pace of one poller. */
export function createPace(): Pace {
  const percents = createPercents();
  let last = shortestPause;
  const pause = (wanted: number) => {
    last = Math.round(Math.min(Math.max(wanted, shortestPause), longestPause));
    percents.passed(last);
    return last;
  };
  const backOff = () => pause(last * growth);
  return {
    backOff,
    after: ({ remainingSeconds, percent }) => {
      if (remainingSeconds != null) return pause((remainingSeconds * 1_000) / 10);
      if (percent == null) return backOff();
      const { remaining, unchanged } = percents.observed(percent);
      if (remaining === null && percent < almostComplete) return backOff();
      // An operation that stays at its percentage takes longer than estimated.
      return pause(Math.max(remaining ?? 0, unchanged) / 10);
    },
  };
}

/** Estimates the remaining time from the percentages of an operation, for a service that reports nothing else. */
function createPercents() {
  let now = 0;
  let first: { readonly percent: number; readonly at: number } | undefined;
  let newest: typeof first;
  return {
    passed: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Returns the estimate, null before the first change, and the time since the last change; in milliseconds. */
    observed: (percent: number) => {
      first ??= { percent, at: now };
      if (newest?.percent !== percent) newest = { percent, at: now };
      const done = percent - first.percent;
      const remaining = done > 0 ? ((100 - percent) * (now - first.at)) / done : null;
      return { remaining, unchanged: now - newest.at };
    },
  };
}
