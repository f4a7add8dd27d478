import { hour, minute } from '../time/dates.ts';
import { scatter } from './dates.ts';

/** How long after the start the first automated snapshots are taken, so that sample data stays the same for hours. */
const [earliest, latest] = [20.5 * hour, 22.5 * hour];
const windowLength = 30 * minute;

/** Returns when the next automated snapshot is due, about 21 hours after `now`; the moment depends on the key. */
export function nextBackup(key: string, now: Date): Date {
  const moment = now.getTime() + earliest + (latest - earliest) * scatter(`time ${key}`);
  return new Date(Math.ceil(moment / (5 * minute)) * 5 * minute);
}

/** Returns the daily backup window of the next automated snapshot, in UTC. */
export function backupWindow(key: string, now: Date): string {
  const start = nextBackup(key, now);
  const end = new Date(start.getTime() + windowLength);
  return [start, end].map((date) => date.toISOString().slice(11, 16)).join('-');
}
