import { InvalidInputError } from '../../errors.ts';
import { requireRange } from '../range.ts';
import { latestOf } from './newest.ts';

/** One calendar day of a cluster, and the available snapshots created on that day. */
export interface SnapshotDay {
  /** Such as `2026-03-01`. */
  readonly date: string;
  readonly count: number;
  readonly newestAt: Date | null;
}

/** Calendar days, such as `2026-03-01`, in one time zone. */
export interface Calendar {
  dayOf(moment: Date): string;
}

/** The maximum offset of a time zone from UTC, in milliseconds. https://www.iana.org/time-zones */
const largestOffset = 14 * 60 * 60 * 1000;
const maximumDays = 366;

/** Creates the calendar of a time zone by its IANA name. Throws INVALID_INPUT for an unknown name. */
export function createCalendar(timeZone: string): Calendar {
  try {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return { dayOf: (moment) => format.format(moment) };
  } catch (cause) {
    const error = new InvalidInputError(
      `timeZone is ${JSON.stringify(timeZone)}; it must be an IANA time zone name, such as UTC or Europe/Berlin.`,
      ['timeZone'],
    );
    error.cause = cause;
    throw error;
  }
}

/** Returns the last `count` days up to that of `now`, oldest first. Throws INVALID_INPUT if `count` is out of range. */
export function lastDays({ dayOf }: Calendar, count: number, now: Date): string[] {
  requireRange('last', count, maximumDays);
  const [year = 0, month = 0, day = 0] = dayOf(now).split('-').map(Number);
  return Array.from({ length: count }, (_, index) =>
    // Days are counted in UTC, where each has 24 hours.
    new Date(Date.UTC(year, month - 1, day - (count - 1 - index))).toISOString().slice(0, 10),
  );
}

/** Groups the creation times of snapshots by day. */
export function toDays({ dayOf }: Calendar, days: readonly string[], dates: readonly Date[]): SnapshotDay[] {
  const byDay = Map.groupBy(dates, dayOf);
  return days.map((date) => {
    const own = byDay.get(date) ?? [];
    return { date, count: own.length, newestAt: latestOf(own) };
  });
}

/** Returns a time before the day starts in any time zone. It is the same all day, so that reads can be shared. */
export function beforeDay(day: string): Date {
  return new Date(Date.parse(day) - largestOffset);
}
