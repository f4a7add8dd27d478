import { day, hour, minute } from '../time/dates.ts';
import { scatter } from './dates.ts';

/** How long after the start the first automated snapshots are taken, so that sample data stays the same for hours. */
const [earliest, latest] = [20.5 * hour, 22.5 * hour];
const windowLength = 30 * minute;

/** Returns a time of day, as a date in UTC, that is first reached about 21 hours after `now`. It depends on the key. */
export function laterTime(key: string, now: Date): Date {
  const moment = now.getTime() + earliest + (latest - earliest) * scatter(`time ${key}`);
  return new Date(Math.ceil((moment % day) / (5 * minute)) * 5 * minute);
}

/** Returns a daily backup window, in UTC. */
export function laterWindow(key: string, now: Date): string {
  const start = laterTime(key, now);
  const end = new Date(start.getTime() + windowLength);
  return [start, end].map((date) => date.toISOString().slice(11, 16)).join('-');
}
