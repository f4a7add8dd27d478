import type { Filter } from '@aws-sdk/client-rds';

import { invalidCombination, invalidValue } from '../fault.ts';

const valuesPerFilter = 100;

/** For each filter name of an operation, the values of an item; an item matches if any value does. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/**
 * Returns a test for an operation's `Filters`: an item must match every filter. Names and values are case sensitive.
 * Throws InvalidParameterValue for an unknown name, InvalidParameterCombination for no or too many values.
 */
export function filterTest<T>(filters: readonly Filter[], fields: FilterFields<T>): (item: T) => boolean {
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const read = Object.hasOwn(fields, Name) ? fields[Name] : undefined;
    if (!read) throw invalidValue(`Unrecognized filter name: ${Name}`);
    const wanted = new Set(Values);
    if (wanted.size === 0) throw invalidCombination(`The values of the filter ${Name} must not be empty.`);
    if (Name === 'db-cluster-id' && wanted.size > valuesPerFilter) {
      throw invalidCombination(
        `Only up to ${valuesPerFilter} unique filter DB Cluster Identifiers may be specified per filter.`,
      );
    }
    return (item: T) => read(item).some((value) => value !== undefined && wanted.has(value));
  });
  return (item) => tests.every((test) => test(item));
}
