import { day } from './dates.ts';

/** When something recurs: returns the first moment after the given one, both in epoch milliseconds. */
export type Recurrence = (after: number) => number;

const week = 7 * day;

/** The first Sunday of the epoch, at midnight UTC. */
const firstSunday = 3 * day;

/** Returns the recurrence at `anchor` and every `period` milliseconds before and after it. */
export function every(period: number, anchor: number): Recurrence {
  return (after) => anchor + (Math.floor((after - anchor) / period) + 1) * period;
}

/** Returns the recurrence at these moments of each week, in milliseconds since Sunday midnight UTC, in ascending order. */
export function weekly(moments: readonly number[]): Recurrence {
  return (after) => {
    const start = firstSunday + Math.floor((after - firstSunday) / week) * week;
    const next = moments.find((moment) => start + moment > after);
    return next === undefined ? start + week + (moments[0] ?? Infinity) : start + next;
  };
}

/** Returns the only moment, or never. */
export function once(moment = Infinity): Recurrence {
  return (after) => (after < moment ? moment : Infinity);
}

/** Returns the recurrence at the moments of all the given ones. */
export function together(recurrences: readonly Recurrence[]): Recurrence {
  return (after) => Math.min(...recurrences.map((next) => next(after)));
}

/** Returns the moments after `after`, up to and including `until`. */
export function momentsBetween(next: Recurrence, after: number, until: number): number[] {
  const moments = [];
  for (let moment = next(after); moment <= until; moment = next(moment)) moments.push(moment);
  return moments;
}
