import type { Filter } from '@aws-sdk/client-docdb';

import { invalidCombination, invalidValue } from '../fault.ts';

const valuesPerFilter = 100;

/** What each filter name of an operation reads from an item; any of the values will do. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/**
 * Makes a test of an operation's `Filters`: an item must satisfy every one. Names and values are case sensitive.
 * Faults: InvalidParameterValue for an unknown name, InvalidParameterCombination for no or too many values.
 */
export function filterTest<T>(filters: readonly Filter[], fields: FilterFields<T>): (item: T) => boolean {
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const read = Object.hasOwn(fields, Name) ? fields[Name] : undefined;
    if (!read) throw invalidValue(`Unrecognized filter name: ${Name}`);
    const wanted = new Set(Values);
    if (wanted.size === 0) throw invalidCombination(`The filter ${Name} must have at least one value.`);
    if (Name === 'db-cluster-id' && wanted.size > valuesPerFilter) {
      throw invalidCombination(
        `Only up to ${valuesPerFilter} unique filter DB Cluster Identifiers may be specified per filter.`,
      );
    }
    return (item: T) => read(item).some((value) => value !== undefined && wanted.has(value));
  });
  return (item) => tests.every((test) => test(item));
}
