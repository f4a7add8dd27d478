import { InvalidInputError, InvalidStateError, PreconditionFailedError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { untilDeleted } from '../../snapshots/retention.ts';
import type { RetentionInput } from '../input/options.ts';
import type { BackupChanges, BackupSettings, RegionCopy, RegionCopyChange, ScheduleChange } from './backend.ts';
import type { CopyPeriodsInput, RegionCopyInput, ScheduleInput, UpdateBackupSettingsInput } from './input.ts';
import { overlaps } from './windows.ts';

/**
 * Returns the settings of an input that differ from those of the cluster. Throws PRECONDITION_FAILED if the cluster does
 * not meet an expectation of the input, INVALID_STATE if the copy to another region is on or off, against the input, and
 * INVALID_INPUT for a value that this cluster cannot have.
 */
export function differencesOf(
  cluster: ClusterRecord,
  settings: BackupSettings,
  input: UpdateBackupSettingsInput,
): BackupChanges {
  const name = cluster.kind.identifier(cluster);
  requireExpected(name, settings, input.expectedAutomatedRetentionDays);
  requirePossible(name, settings, input);
  return {
    automatedDays: differing(input.automatedRetentionDays, settings.automatedDays),
    manualDays: differing(periodOf(input.manualRetention), settings.manualDays),
    backupWindow: differing(input.backupWindow, settings.backupWindow),
    schedule: scheduleChange(name, settings, input.schedule),
    regionCopy: regionCopyChange(cluster, settings, input.regionCopy),
  };
}

/** Whether one period is shorter than another, which can be unknown; -1 stands for forever. */
export function isShorter(days: number, before: number | null): boolean {
  const long = (period: number) => (period < 0 ? Infinity : period);
  return long(days) < (before === null ? Infinity : long(before));
}

/** Returns a period as in the AWS API: a number of days, or -1 for forever; undefined if it is omitted. */
function periodOf(retention: Maybe<RetentionInput>): number | undefined {
  if (retention == null) return undefined;
  return retention.forever ? untilDeleted : (retention.days ?? undefined);
}

function differing<Value>(asked: Maybe<Value>, current: Value | null): Value | undefined {
  return asked == null || asked === current ? undefined : asked;
}

function requireExpected(name: string, { automatedDays }: BackupSettings, expected: Maybe<number>): void {
  if (expected == null || expected === automatedDays) return;
  throw new PreconditionFailedError(
    `Cannot change the backup settings of cluster ${name}: its retention period of automated snapshots is ${automatedDays ?? 'unknown'}, or is being changed to it, but expectedAutomatedRetentionDays is ${expected}. Read the cluster again before you change it.`,
  );
}

/** Throws for values that the service allows, but not for this cluster. */
function requirePossible(name: string, settings: BackupSettings, input: UpdateBackupSettingsInput): void {
  const { leastAutomatedDays, maintenanceWindow } = settings;
  const { automatedRetentionDays: days, backupWindow } = input;
  if (days != null && days < leastAutomatedDays) {
    throw new InvalidInputError(
      `automatedRetentionDays is ${days}; for the node type of cluster ${name} it must be ${leastAutomatedDays} or more.`,
      ['input', 'automatedRetentionDays'],
    );
  }
  if (backupWindow != null && maintenanceWindow !== null && overlaps(backupWindow, maintenanceWindow)) {
    throw new InvalidInputError(
      `backupWindow is ${backupWindow}, which overlaps the maintenance window of cluster ${name}, ${maintenanceWindow}. Choose another time.`,
      ['input', 'backupWindow'],
    );
  }
}

function scheduleChange(
  name: string,
  { schedule }: BackupSettings,
  input: Maybe<ScheduleInput>,
): ScheduleChange | undefined {
  const { attach, detach } = input ?? {};
  const isAttached = (each: string) => each.toLowerCase() === schedule?.identifier.toLowerCase();
  if (attach != null) return isAttached(attach) && !schedule?.isFailed ? undefined : { attach };
  if (detach == null) return undefined;
  if (isAttached(detach)) return { detach };
  const state = schedule ? `the schedule ${schedule.identifier} is attached` : 'no schedule is attached';
  throw new PreconditionFailedError(
    `Cannot detach the snapshot schedule ${detach} from cluster ${name}: ${state}. Read the cluster again before you change it.`,
  );
}

function regionCopyChange(
  cluster: ClusterRecord,
  { regionCopy, needsGrant }: BackupSettings,
  input: Maybe<RegionCopyInput>,
): RegionCopyChange | undefined {
  const name = cluster.kind.identifier(cluster);
  const { enable, update, disable } = input ?? {};
  if (enable) {
    if (regionCopy !== null) throw isOn(name, regionCopy);
    requireOther(cluster, enable.region);
    if (needsGrant && enable.grant == null) throw lacksGrant(name, enable.region);
    return { enable: { region: enable.region, grant: enable.grant, ...periodsIn(enable) } };
  }
  if (!update && !disable) return undefined;
  if (regionCopy === null) throw isOff(name, disable ? 'disable' : 'update');
  if (disable) return { disable };
  const { automatedDays, manualDays } = periodsIn(update ?? {});
  const periods = {
    automatedDays: differing(automatedDays, regionCopy.automatedDays),
    manualDays: differing(manualDays, regionCopy.manualDays),
  };
  return Object.values(periods).every((each) => each === undefined) ? undefined : { update: periods };
}

function periodsIn({ automatedRetentionDays, manualRetention }: CopyPeriodsInput) {
  return { automatedDays: automatedRetentionDays ?? undefined, manualDays: periodOf(manualRetention) };
}

function requireOther({ source }: ClusterRecord, region: string): void {
  if (region !== source.region) return;
  throw new InvalidInputError(
    `regionCopy.enable.region is ${region}, the region of the cluster; it must be another region.`,
    ['input', 'regionCopy', 'enable', 'region'],
  );
}

function lacksGrant(name: string, region: string): InvalidInputError {
  return new InvalidInputError(
    `Cannot copy the snapshots of cluster ${name} without regionCopy.enable.grant: the cluster is encrypted with an AWS KMS key. Create a snapshot copy grant for a key in ${region} in AWS, and set grant to its name.`,
    ['input', 'regionCopy', 'enable', 'grant'],
  );
}

function isOn(name: string, { region }: RegionCopy): InvalidStateError {
  return new InvalidStateError(
    'OTHER',
    `Cannot enable the copy of snapshots of cluster ${name}: they are already copied to ${region}, and AWS copies to one region only. Use regionCopy.update to change the retention periods, or regionCopy.disable first to change the region.`,
  );
}

function isOff(name: string, verb: 'update' | 'disable'): InvalidStateError {
  return new InvalidStateError(
    'OTHER',
    `Cannot ${verb} the copy of snapshots of cluster ${name}: they are not copied to another region. Use regionCopy.enable to copy them.`,
  );
}
