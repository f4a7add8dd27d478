import { isObject } from '../document/hidden.ts';

/** The value of a cell: a text, or a number, which tables align to the right; null if the value is null. */
export type Cell = string | number | null;

/**
 * Converts a value of a response to a cell. The values of a list are joined by commas; a tag is `key=value`, an object with
 * one field is its value, and any other object is JSON.
 */
export function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Array.isArray(value) ? value.map(itemOf).join(', ') : JSON.stringify(value);
}

function itemOf(item: unknown): string {
  if (!isObject(item)) return String(cellOf(item) ?? '');
  const [key, value, ...others] = Object.keys(item);
  if (key === 'key' && value === 'value' && others.length === 0) return `${String(item[key])}=${String(item[value])}`;
  return key !== undefined && value === undefined ? itemOf(item[key]) : JSON.stringify(item);
}
