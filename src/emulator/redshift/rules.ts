import type { Tag } from '@aws-sdk/client-redshift';

import { invalidValue, type Fault } from '../fault.ts';
import { redshiftFault } from './faults.ts';

/** The retention period of a manual snapshot that is kept forever. */
export const forever = -1;

/** The retention of automated copies in another region, in days. */
export const defaultCopyRetention = 7;

const longestRetentionDays = 3653;
const tagText = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** Throws InvalidParameterValue for a name that the reference of CreateClusterSnapshot does not allow. */
export function checkSnapshotIdentifier(name: string, parameter: string): void {
  if (name.length <= 255 && /^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(name)) return;
  throw invalidValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
      `ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  );
}

/** The settings of a new cluster that have a range or a format. */
export interface ClusterSettings {
  readonly ClusterIdentifier?: string | undefined;
  readonly Port?: number | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
  readonly AutomatedSnapshotRetentionPeriod?: number | undefined;
  readonly ManualSnapshotRetentionPeriod?: number | undefined;
  readonly IpAddressType?: string | undefined;
  readonly ClusterVersion?: string | undefined;
}

const ports = [[1150, 65_535]] as const;
const managedPorts = [
  [5431, 5455],
  [8191, 8215],
] as const;

/**
 * Throws a fault for settings that CreateCluster, ModifyCluster and RestoreFromClusterSnapshot do not allow for the node
 * type; `invalidRetention` returns that for a retention period.
 */
export function checkClusterSettings(
  settings: ClusterSettings,
  nodeType = '',
  invalidRetention: RetentionFault = retentionFault,
): void {
  const { Port, PreferredMaintenanceWindow: window, AutomatedSnapshotRetentionPeriod: days, IpAddressType } = settings;
  const isManaged = /^(ra3|rg)\./.test(nodeType);
  checkClusterIdentifier(settings.ClusterIdentifier ?? '');
  checkManualRetention(settings.ManualSnapshotRetentionPeriod ?? forever, invalidRetention);
  const fewest = isManaged ? 1 : 0;
  if (days !== undefined && !(days >= fewest && days <= 35)) {
    throw invalidRetention(`AutomatedSnapshotRetentionPeriod must be between ${fewest} and 35 for ${nodeType} nodes.`);
  }
  if (Port !== undefined && !(isManaged ? managedPorts : ports).some(([from, to]) => Port >= from && Port <= to)) {
    throw invalidValue(`Invalid value ${Port} for Port`);
  }
  if (window !== undefined && (windowOf(window)?.minutes ?? 0) < 30) {
    throw invalidValue(`Invalid value '${window}' for PreferredMaintenanceWindow`);
  }
  if (settings.ClusterVersion !== undefined && settings.ClusterVersion !== '1.0') {
    throw invalidValue(`Invalid value '${settings.ClusterVersion}' for ClusterVersion. The only version is 1.0`);
  }
  if (IpAddressType !== undefined && !['ipv4', 'dualstack'].includes(IpAddressType)) {
    throw invalidValue(`Invalid value '${IpAddressType}' for IpAddressType`);
  }
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const weekMinutes = weekdays.length * 24 * 60;

/** Reads a weekly window, which can cross the end of the week, in minutes since Sunday midnight. */
export function windowOf(text: string): { readonly start: number; readonly minutes: number } | undefined {
  const [start, end, ...others] = text.split('-').map(momentOf);
  if (start === undefined || end === undefined || others.length > 0) return undefined;
  return { start, minutes: (end - start + weekMinutes) % weekMinutes };
}

/** Reads a time of the week, such as sun:05:30, in minutes since Sunday midnight. */
function momentOf(text: string): number | undefined {
  const [, day = '', hour, minute] = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/i.exec(text) ?? [];
  const weekday = weekdays.indexOf(day.toLowerCase());
  return weekday === -1 ? undefined : (weekday * 24 + Number(hour)) * 60 + Number(minute);
}

function checkClusterIdentifier(name: string): void {
  if (name.length <= 63 && /^[a-z](-?[a-z0-9])*$/.test(name)) return;
  throw invalidValue(
    'The parameter ClusterIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ' +
      'lowercase ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  );
}

/** Returns the fault for a retention period that is not allowed. */
type RetentionFault = (message: string) => Fault;

function retentionFault(message: string): Fault {
  return redshiftFault('InvalidRetentionPeriodFault', message);
}

/** Throws a fault, by default InvalidRetentionPeriodFault, unless a manual retention is -1 (forever) or 1 to 3653 days. */
export function checkManualRetention(days: number, invalidRetention: RetentionFault = retentionFault): void {
  if (days === forever || (Number.isInteger(days) && days >= 1 && days <= longestRetentionDays)) return;
  throw invalidRetention(
    `The retention period specified is either in the past or is not a valid value. The value must be either -1 or an integer between 1 and ${longestRetentionDays}.`,
  );
}

/** Throws InvalidParameterValue for an account id that is not 12 digits. */
export function checkAccount(account: string, parameter: string): void {
  if (!/^\d{12}$/.test(account)) throw invalidValue(`Invalid account number '${account}' for ${parameter}`);
}

/** Adds tags to existing tags, replacing equal keys. Throws InvalidTagFault or TagLimitExceededFault. */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(existing.map((tag) => [tag.Key, tag]));
  const keys = new Set<string>();
  for (const { Key = '', Value = '' } of added) {
    if (Key.length < 1 || Key.length > 128 || !tagText.test(Key) || Key.toLowerCase().startsWith('aws:')) {
      throw redshiftFault('InvalidTagFault', `The tag key '${Key}' is invalid.`);
    }
    if (Value.length > 256 || !tagText.test(Value)) {
      throw redshiftFault('InvalidTagFault', `The value of the tag '${Key}' is invalid.`);
    }
    if (keys.has(Key)) throw redshiftFault('InvalidTagFault', `The tag key '${Key}' is specified more than once.`);
    keys.add(Key);
    merged.set(Key, { Key, Value });
  }
  if (merged.size > 50) throw redshiftFault('TagLimitExceededFault', 'You have exceeded the number of tags allowed.');
  return [...merged.values()];
}

/** Whether any tag matches a list operation's filters: one of its TagKeys and one of its TagValues. */
export function hasTags(
  tags: readonly Tag[],
  { TagKeys = [], TagValues = [] }: { TagKeys?: string[] | undefined; TagValues?: string[] | undefined },
): boolean {
  return tags.some(
    ({ Key = '', Value = '' }) =>
      (TagKeys.length === 0 || TagKeys.includes(Key)) && (TagValues.length === 0 || TagValues.includes(Value)),
  );
}
