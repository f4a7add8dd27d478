import * as z from 'zod';
import { NotSupportedError } from '../../errors.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import { rangeRule, type RetentionInput, retentionRule } from '../input/options.ts';
import { shown } from '../input/rules.ts';
import type { BackupBackend, OptionalSetting } from './backend.ts';
import { isBackupWindow } from './windows.ts';

export interface UpdateBackupSettingsInput {
  readonly clusterId: string;
  readonly automatedRetentionDays?: Maybe<number>;
  readonly expectedAutomatedRetentionDays?: Maybe<number>;
  readonly manualRetention?: Maybe<RetentionInput>;
  readonly backupWindow?: Maybe<string>;
  readonly schedule?: Maybe<ScheduleInput>;
  readonly regionCopy?: Maybe<RegionCopyInput>;
  readonly dryRun?: Maybe<boolean>;
}

/** Has exactly one of the members. */
export interface ScheduleInput {
  readonly attach?: Maybe<string>;
  readonly detach?: Maybe<string>;
}

/** Has exactly one of the members. */
export interface RegionCopyInput {
  readonly enable?: Maybe<CopyPeriodsInput & { readonly region: string; readonly grant?: Maybe<string> }>;
  readonly update?: Maybe<CopyPeriodsInput>;
  readonly disable?: Maybe<boolean>;
}

export interface CopyPeriodsInput {
  readonly automatedRetentionDays?: Maybe<number>;
  readonly manualRetention?: Maybe<RetentionInput>;
}

/** The longest retention period of automated snapshots in every service, in days. */
const longestAutomated = 35;
const longestName = 255;

/** The input of a change, for the clusters of a service. */
export function inputRule({ leastAutomatedDays }: BackupBackend) {
  return z
    .object({
      automatedRetentionDays: automatedRule('automatedRetentionDays', leastAutomatedDays),
      manualRetention: retentionRule('manualRetention').nullish(),
      backupWindow: z
        .string()
        .refine(isBackupWindow, {
          error: ({ input }) =>
            `backupWindow is ${shown(input)}; it must be hh24:mi-hh24:mi in UTC, such as 03:00-03:30, and last at least 30 minutes.`,
        })
        .nullish(),
      schedule: z
        .object({ attach: nameRule('schedule.attach').nullish(), detach: nameRule('schedule.detach').nullish() })
        .nullish(),
      regionCopy: regionCopyRule.nullish(),
    })
    .refine(isChange, {
      error: `The input has no change. Set at least one of automatedRetentionDays, manualRetention, backupWindow, schedule and regionCopy.`,
    });
}

const copyPeriods = (field: string) => ({
  automatedRetentionDays: automatedRule(`${field}.automatedRetentionDays`, 1),
  manualRetention: retentionRule(`${field}.manualRetention`).nullish(),
});

const regionCopyRule = z.object({
  enable: z
    .object({
      ...copyPeriods('regionCopy.enable'),
      region: z.string().refine((text) => /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/.test(text), {
        error: ({ input }) =>
          `regionCopy.enable.region is ${shown(input)}; it must be the name of an AWS region, such as eu-west-1.`,
      }),
      grant: nameRule('regionCopy.enable.grant').nullish(),
    })
    .nullish(),
  update: z
    .object(copyPeriods('regionCopy.update'))
    .refine((periods) => periods.automatedRetentionDays != null || periods.manualRetention != null, {
      error: 'regionCopy.update has no change. Set automatedRetentionDays, manualRetention or both.',
    })
    .nullish(),
  disable: z
    .boolean()
    .refine((isDisabled) => isDisabled, {
      error: 'regionCopy.disable is false; only true is accepted. To copy snapshots to another region, use enable.',
    })
    .nullish(),
});

function automatedRule(field: string, least: number) {
  return rangeRule(field, least, longestAutomated).nullish();
}

/** The name of a snapshot schedule or snapshot copy grant. */
function nameRule(field: string) {
  return z.string().refine((text) => text.length <= longestName && /^[a-zA-Z][a-zA-Z0-9-]*$/.test(text), {
    error: ({ input }) =>
      `${field} is ${shown(input)}; it must have 1 to ${longestName} letters, digits and hyphens, and start with a letter.`,
  });
}

function isChange(input: Partial<Record<OptionalSetting | 'automatedRetentionDays', unknown>>): boolean {
  const { automatedRetentionDays, manualRetention, backupWindow, schedule, regionCopy } = input;
  return [automatedRetentionDays, manualRetention, backupWindow, schedule, regionCopy].some((each) => each != null);
}

/** What each member changes, as the end of "Cannot …". */
const settings: Readonly<Record<OptionalSetting, string>> = {
  manualRetention: 'set the default retention period of manual snapshots',
  backupWindow: 'set a backup window',
  schedule: 'attach or detach a snapshot schedule',
  regionCopy: 'copy the snapshots of a cluster to another region',
};

/** Throws NOT_SUPPORTED if the input has a member that the service does not support. */
export function requireSupported(
  { supported }: BackupBackend,
  input: UpdateBackupSettingsInput,
  serviceName: string,
): void {
  const names = Object.keys(settings) as OptionalSetting[];
  const others = names.filter((name) => input[name] != null && !supported.includes(name));
  if (others.length === 0) return;
  const what = new Intl.ListFormat('en', { type: 'disjunction' }).format(others.map((name) => settings[name]));
  throw new NotSupportedError(
    `Cannot ${what}: ${serviceName} does not support it. Leave out ${new Intl.ListFormat('en').format(others)}.`,
  );
}
