import * as z from 'zod';
import type { InputProblem } from '../../errors.ts';
import { shown } from './rules.ts';

/** A rule for a text with a format; `expected` completes "… must be". */
export function textRule(field: string, format: RegExp, expected: string) {
  return z.string().regex(format, { error: ({ input }) => `${field} is ${shown(input)}; it must be ${expected}.` });
}

/** A rule for a whole number in a range. */
export function rangeRule(field: string, least: number, most: number) {
  return z.int().refine((value) => value >= least && value <= most, {
    error: ({ input }) => `${field} is ${shown(input)}; it must be ${least} to ${most}.`,
  });
}

/** A retention period of which exactly one member is given. */
export interface RetentionInput {
  readonly days?: number | null | undefined;
  readonly forever?: boolean | null | undefined;
}

/** The rule for the default retention period of manual snapshots, at `field`. */
export function retentionRule(field: string) {
  return z.object({
    days: rangeRule(`${field}.days`, 1, 3653).nullish(),
    forever: z
      .boolean()
      .refine((forever) => forever, {
        error: () => `${field}.forever is false; it must be true. To keep snapshots for some days, use days.`,
      })
      .nullish(),
  });
}

/** The identifiers of security groups. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html */
export function securityGroupsRule(field: string) {
  return z
    .array(textRule(`A security group in ${field}`, /^sg-[0-9a-f]{8,40}$/, '`sg-` and hexadecimal digits'))
    .min(1, { error: () => `${field} is empty; it must have at least one security group, or be omitted.` });
}

/** Returns the problems of a value under a path in the arguments. */
export function problemsAt(path: readonly string[], rule: z.ZodType, value: unknown): InputProblem[] {
  const issues = rule.safeParse(value).error?.issues ?? [];
  return issues.map((issue) => ({ field: [...path, ...issue.path.map(String)], message: issue.message }));
}

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minutesPerWeek = 7 * 24 * 60;

/** Returns the minutes of a weekly window such as `sat:23:30-sun:00:30`; undefined for another text. */
export function minutesOfWeekly(window: string): number | undefined {
  const format = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)-([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/;
  const [, startDay = '', startHour, startMinute, endDay = '', endHour, endMinute] =
    format.exec(window.toLowerCase()) ?? [];
  if (!days.includes(startDay) || !days.includes(endDay)) return undefined;
  const at = (day: string, hour = '0', minute = '0') => (days.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute);
  const length = at(endDay, endHour, endMinute) - at(startDay, startHour, startMinute);
  return length > 0 ? length : length + minutesPerWeek;
}
