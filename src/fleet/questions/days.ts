import { InvalidInputError } from '../../errors.ts';
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
/** Less than the shortest day of any time zone, in milliseconds: the change of the clocks takes up to 2 hours of a day. */
const withinDay = 20 * 60 * 60 * 1000;
/** The maximum number of days of one query. */
export const maximumDays = 366;

/** Creates the calendar of a time zone by its IANA name. Throws INVALID_INPUT, naming the argument, for another name. */
export function createCalendar(timeZone: string, argument = 'timeZone'): Calendar {
  try {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return { dayOf: (moment) => format.format(moment) };
  } catch (cause) {
    const error = new InvalidInputError(
      `${argument} is ${JSON.stringify(timeZone)}; it must be an IANA time zone name, such as UTC or Europe/Berlin.`,
      argument.split('.'),
    );
    error.cause = cause;
    throw error;
  }
}

/** The calendar of UTC. */
export const utc: Calendar = { dayOf: (moment) => moment.toISOString().slice(0, 10) };

/** Returns the last `count` days up to that of `now`, oldest first, without the days that the time zone has skipped. */
export function lastDays({ dayOf }: Calendar, count: number, now: Date): string[] {
  const days = new Set<string>();
  for (let moment = now.getTime(); days.size < count; moment -= withinDay) days.add(dayOf(new Date(moment)));
  return [...days].toReversed();
}

/** Returns the last `count` days before that of `now`, oldest first. */
export function completeDays(calendar: Calendar, count: number, now: Date): string[] {
  return lastDays(calendar, count + 1, now).slice(0, -1);
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
