import { day, hour, minute } from '../time/dates.ts';
import { every, together, weekly, type Recurrence } from '../time/recurrence.ts';
import { redshiftFault } from './faults.ts';

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const valuesPerField = 24;

/** A field of a cron expression. Only the days of the week can form a range that crosses the end, as in `SAT-SUN`. */
interface Field {
  readonly least: number;
  readonly most: number;
  readonly wraps: boolean;
}

const hours: Field = { least: 0, most: 23, wraps: false };
const days: Field = { least: 1, most: 7, wraps: true };

/**
 * Throws InvalidSchedule or ScheduleDefinitionTypeUnsupported for definitions that are not `rate(n hours)` of 1 to 24
 * hours or `cron(minute hours weekdays)`, or if two cron moments are less than an hour apart. Samples of AWS have more
 * than a day between two moments, so the documented longest interval applies to rates only.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#working-with-snapshot-scheduling
 */
export function checkDefinitions(definitions: string[]): string[] {
  if (definitions.length === 0) throw redshiftFault('InvalidSchedule', 'A schedule requires at least one definition.');
  const moments = definitions.flatMap((definition) => momentsOf(definition) ?? []).toSorted((a, b) => a - b);
  for (const [index, moment] of moments.entries()) {
    const next = moments[index + 1] ?? (moments[0] ?? 0) + 7 * day;
    if (moments.length > 1 && next - moment < hour) {
      throw redshiftFault('InvalidSchedule', 'The schedule definitions result in snapshots less than 1 hour apart.');
    }
  }
  return definitions;
}

/** Returns when a schedule with these valid definitions takes snapshots. The moments of a rate start at midnight UTC. */
export function recurrenceOf(definitions: readonly string[]): Recurrence {
  return together(
    definitions.map((definition) => {
      const moments = momentsOf(definition);
      return moments ? weekly(moments) : every(rateOf(definition) * hour, 0);
    }),
  );
}

/** Returns the moments of a cron expression in milliseconds since Sunday midnight; undefined for a rate. */
function momentsOf(definition: string): number[] | undefined {
  if (definition.startsWith('rate(')) {
    rateOf(definition);
    return undefined;
  }
  if (!definition.startsWith('cron(')) {
    throw redshiftFault('ScheduleDefinitionTypeUnsupported', `The definition ${definition} is not supported.`);
  }
  const [, minutes = '', hourField = '', dayField = ''] = /^cron\((\S+)\s+(\S+)\s+(\S+)\)$/.exec(definition) ?? [];
  const weekday = (name: string) => String(weekdays.indexOf(name) + 1);
  const numbered = dayField.toUpperCase().replaceAll(/SUN|MON|TUE|WED|THU|FRI|SAT/g, weekday);
  const [atHours, onDays] = [valuesOf(hourField, hours), valuesOf(numbered, days)];
  // AWS allows a single minute.
  if (!/^[0-5]?\d$/.test(minutes) || !atHours || !onDays) throw invalid(definition);
  return onDays.flatMap((each) => atHours.map((at) => (each - 1) * day + at * hour + Number(minutes) * minute));
}

function rateOf(definition: string): number {
  const [, text = ''] = /^rate\((\d{1,2}) hours?\)$/.exec(definition) ?? [];
  const rate = Number(text);
  if (text === '' || rate < 1 || rate > 24) throw invalid(definition);
  return rate;
}

/** Returns the values of a field in ascending order; undefined if the field is invalid. */
function valuesOf(text: string, field: Field): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, start, end, step = '1'] = /^(\*|\d{1,2})(?:-(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (start === undefined || (start === '*' && end !== undefined) || Number(step) < 1) return undefined;
    const from = start === '*' ? field.least : Number(start);
    // An increment without an end continues to the end of the field.
    const last = end ?? (start === '*' || part.includes('/') ? field.most : from);
    const size = field.most - field.least + 1;
    const to = Number(last) < from && field.wraps ? Number(last) + size : Number(last);
    const isInside = [from, Number(last)].every((value) => value >= field.least && value <= field.most);
    if (!isInside || to < from) return undefined;
    for (let value = from; value <= to; value += Number(step)) {
      values.add(((value - field.least) % size) + field.least);
    }
  }
  return values.size > valuesPerField ? undefined : [...values].toSorted((a, b) => a - b);
}

function invalid(definition: string): Error {
  return redshiftFault('InvalidSchedule', `The schedule definition ${definition} is not valid.`);
}
