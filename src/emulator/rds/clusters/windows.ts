import { invalidValue } from '../../fault.ts';
import type { StoredCluster } from '../stored.ts';

/** The windows of a cluster or of an instance, which has no backup window of its own. */
type Windows = Pick<Partial<StoredCluster>, 'PreferredBackupWindow' | 'PreferredMaintenanceWindow'>;

/** A period in minutes after the start of the day or, for a maintenance window, of the week. */
interface Period {
  readonly start: number;
  readonly length: number;
}

const minutesPerDay = 1440;
const minutesPerWeek = 7 * minutesPerDay;
const leastMinutes = 30;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Throws InvalidParameterValue for a window that is malformed or shorter than half an hour, and for given windows that
 * overlap each other or the other window that the cluster has.
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html
 */
export function checkWindows(given: Windows, present: Windows = {}): void {
  const { PreferredBackupWindow: backup, PreferredMaintenanceWindow: maintenance } = given;
  if (backup !== undefined) checkBackup(backup);
  if (maintenance !== undefined) checkMaintenance(maintenance);
  if (backup === undefined && maintenance === undefined) return;
  const daily = backup ?? present.PreferredBackupWindow;
  const weekly = maintenance ?? present.PreferredMaintenanceWindow;
  if (daily === undefined || weekly === undefined || !overlap(daily, weekly)) return;
  throw invalidValue('The backup window and maintenance window must not overlap.');
}

/** Returns both windows: a window that is not given does not overlap the other one. AWS selects it at random. */
export function completeWindows({ PreferredBackupWindow: backup, PreferredMaintenanceWindow: maintenance }: Windows) {
  const isClear = (one: string, other: string | undefined) => other === undefined || !overlap(one, other);
  const backups = halfHours(0).map((time) => time.join('-'));
  const PreferredBackupWindow = backup ?? backups.find((window) => isClear(window, maintenance)) ?? '00:00-00:30';
  const maintenances = halfHours(3).map(([start, end]) => `sun:${start}-sun:${end}`);
  return {
    PreferredBackupWindow,
    PreferredMaintenanceWindow:
      maintenance ??
      maintenances.find((window) => isClear(PreferredBackupWindow, window)) ??
      maintenances[0] ??
      'sun:03:00-sun:03:30',
  };
}

/** Returns the first half of each hour of a day, from an hour on. */
function halfHours(first: number): [string, string][] {
  return Array.from({ length: 24 }, (_, index) => {
    const hour = String((first + index) % 24).padStart(2, '0');
    return [`${hour}:00`, `${hour}:30`];
  });
}

function checkBackup(window: string): void {
  const times = window.split('-');
  if (times.length !== 2) {
    throw invalidValue(
      `Invalid backup window format: ${window}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). Example: 04:52-05:22`,
    );
  }
  const invalid = times.find((time) => minuteOfDay(time) === undefined);
  if (invalid !== undefined) {
    throw invalidValue(
      `Invalid backup window time '${invalid}' specified. Should be specified as a time hh24:mi (24H Clock UTC). Example: 03:15`,
    );
  }
  if (backupPeriod(window).length < leastMinutes) throw invalidValue('Backup window must be at least 30 minutes.');
}

function checkMaintenance(window: string): void {
  const moments = window.split('-');
  if (moments.length !== 2) {
    throw invalidValue(
      `Invalid maintenance window format: ${window}. Should be specified as a range ` +
        'ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15',
    );
  }
  const invalid = moments.find((moment) => minuteOfWeek(moment) === undefined);
  if (invalid !== undefined) {
    throw invalidValue(
      `Invalid maintenance window time '${invalid}' specified. Should be specified as a time ddd:hh24:mi (24H Clock UTC). Example: Mon:00:15`,
    );
  }
  if (maintenancePeriod(window).length < leastMinutes) {
    throw invalidValue('Maintenance window must be at least 30 minutes.');
  }
}

/** Whether a daily backup window and a weekly maintenance window have a minute in common. */
function overlap(backup: string, maintenance: string): boolean {
  const weekly = maintenancePeriod(maintenance);
  const daily = backupPeriod(backup);
  // The backup window before the week can last into it, and the maintenance window into the next week.
  return Array.from({ length: 16 }, (_, day) => daily.start + (day - 1) * minutesPerDay).some(
    (start) => start < weekly.start + weekly.length && weekly.start < start + daily.length,
  );
}

function backupPeriod(window: string): Period {
  const [start = 0, end = 0] = window.split('-').map(minuteOfDay);
  return { start, length: (end - start + minutesPerDay) % minutesPerDay };
}

function maintenancePeriod(window: string): Period {
  const [start = 0, end = 0] = window.split('-').map(minuteOfWeek);
  return { start, length: (end - start + minutesPerWeek) % minutesPerWeek };
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
