export const minute = 60 * 1000;
export const hour = 60 * minute;
/** One day in milliseconds. */
export const day = 24 * hour;

/** Returns a date as spelled in the names of automated snapshots: `2026-06-01-03-30`, with seconds for Redshift. */
export function nameDate(date: string, precision: 'minutes' | 'seconds'): string {
  return date.slice(0, precision === 'minutes' ? 16 : 19).replaceAll(/[T:]/g, '-');
}
