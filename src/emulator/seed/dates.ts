import { day } from '../time/dates.ts';

/** Returns the ISO 8601 date that is `days`, which can be fractional, before `now`. */
export function daysBefore(now: Date, days: number): string {
  return new Date(Math.round(now.getTime() - days * day)).toISOString();
}

/** Returns a pseudorandom number from 0 up to, but not including, 1 that depends only on the text (FNV-1a). */
export function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296;
}
