import { InvalidInputError } from '../../errors.ts';
import { latestOf } from './newest.ts';

/** One day of a cluster, with or without available snapshots. */
export interface SnapshotDay {
  /** Such as `2026-03-01`. */
  readonly date: string;
  readonly count: number;
  readonly newestAt: Date | null;
}

/** Calendar days as `2026-03-01`, by the clocks of one time zone. */
export interface Calendar {
  dayOf(moment: Date): string;
}

/** Clocks differ from UTC by no more than this. https://www.iana.org/time-zones */
const largestOffset = 14 * 60 * 60 * 1000;
const maximumDays = 366;

/** The calendar of a time zone by its IANA name; INVALID_INPUT for any other. */
export function createCalendar(timeZone: string): Calendar {
  try {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return { dayOf: (moment) => format.format(moment) };
  } catch (cause) {
    const error = new InvalidInputError(
      `timeZone is ${JSON.stringify(timeZone)}; it must be a name such as UTC or Europe/Berlin.`,
      ['timeZone'],
    );
    error.cause = cause;
    throw error;
  }
}

/** The last `count` days up to that of `now`, oldest first; INVALID_INPUT for none or more than a year of them. */
export function lastDays({ dayOf }: Calendar, count: number, now: Date): string[] {
  if (count < 1 || count > maximumDays) {
    throw new InvalidInputError(`last is ${count}; it may be 1 to ${maximumDays}.`, ['last']);
  }
  const [year = 0, month = 0, day = 0] = dayOf(now).split('-').map(Number);
  return Array.from({ length: count }, (_, index) =>
    // Days are counted in UTC, where each has 24 hours.
    new Date(Date.UTC(year, month - 1, day - (count - 1 - index))).toISOString().slice(0, 10),
  );
}

/** What each day has of the snapshots that began at these dates. */
export function toDays({ dayOf }: Calendar, days: readonly string[], dates: readonly Date[]): SnapshotDay[] {
  const byDay = Map.groupBy(dates, dayOf);
  return days.map((date) => {
    const own = byDay.get(date) ?? [];
    return { date, count: own.length, newestAt: latestOf(own) };
  });
}

/** A moment at which a day has begun nowhere yet: the same all day, so that what is read since then can be shared. */
export function beforeDay(day: string): Date {
  return new Date(Date.parse(day) - largestOffset);
}
