/** A period in minutes after the start of the day or, for a maintenance window, of the week. */
interface Period {
  readonly start: number;
  readonly length: number;
}

const minutesPerDay = 1440;
const minutesPerWeek = 7 * minutesPerDay;
const leastMinutes = 30;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether a text is a daily backup window, `hh24:mi-hh24:mi`, of at least 30 minutes. */
export function isBackupWindow(text: string): boolean {
  const period = daily(text);
  return period !== undefined && period.length >= leastMinutes;
}

/** Whether a daily backup window has a minute in common with a weekly maintenance window; false if either is unknown. */
export function overlaps(backup: string, maintenance: string): boolean {
  const day = daily(backup);
  const week = weekly(maintenance);
  if (day === undefined || week === undefined) return false;
  // A backup window can last beyond midnight, and a maintenance window beyond the end of the week.
  const starts = Array.from({ length: 16 }, (_, index) => day.start + (index - 1) * minutesPerDay);
  return starts.some((start) => start < week.start + week.length && week.start < start + day.length);
}

function daily(text: string): Period | undefined {
  const times = text.split('-').map(minuteOfDay);
  return times.length === 2 ? periodOf(times, minutesPerDay) : undefined;
}

function weekly(text: string): Period | undefined {
  const moments = text.split('-').map(minuteOfWeek);
  return moments.length === 2 ? periodOf(moments, minutesPerWeek) : undefined;
}

function periodOf([start, end]: readonly (number | undefined)[], cycle: number): Period | undefined {
  if (start === undefined || end === undefined) return undefined;
  return { start, length: (end - start + cycle) % cycle };
}

function minuteOfWeek(moment: string): number | undefined {
  const day = days.indexOf(moment.slice(0, 3).toLowerCase());
  const minute = moment.charAt(3) === ':' ? minuteOfDay(moment.slice(4)) : undefined;
  return day < 0 || minute === undefined ? undefined : day * minutesPerDay + minute;
}

function minuteOfDay(time: string): number | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute);
}
