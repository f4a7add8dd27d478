import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  print,
  validateInputValue,
  valueToLiteral,
} from 'graphql';
import { UsageError } from '../../../errors/usage.ts';
import { valueAt } from '../document/hidden.ts';
import type { Table } from '../document/rows.ts';
import { valueOf } from '../variables/values.ts';

/** What a flag sets in a filter: the field, and the texts of its value. */
export interface Condition {
  readonly flag: string;
  readonly field: string;
  readonly texts: readonly string[];
}

/** A column: its selection in GraphQL, such as `size { totalMegabytes }`. With several inner fields, it is a list. */
export type Columns = Readonly<Record<string, string>>;

/** Returns the condition of a flag; none if the flag is not set. */
export function condition(
  flag: string,
  field: string,
  value: string | boolean | readonly string[] | undefined,
): Condition[] {
  if (value === undefined) return [];
  return [{ flag, field, texts: typeof value === 'object' ? value : [String(value)] }];
}

/** Returns the argument `filter` with conditions; empty without any. Throws a UsageError for a value that is not valid. */
export function filterOf(schema: GraphQLSchema, type: string, conditions: readonly Condition[]): string {
  const fields = fieldsOf(schema, type);
  const literals = conditions.map(({ flag, field, texts }) => {
    const fieldType = fields[field]?.type;
    if (fieldType === undefined) throw new Error(`${type} has no field ${field}.`);
    return `${field}: ${literalOf(flag, fieldType, valueOf(flag, fieldType, texts))}`;
  });
  return literals.length === 0 ? '' : `filter: { ${literals.join(', ')} }`;
}

/** Returns the argument `orderBy` for a text such as `created-at:desc`; empty for `none`. */
export function orderOf(schema: GraphQLSchema, type: string, text: string): string {
  if (text === 'none') return '';
  const [name = '', direction = 'asc'] = text.split(':');
  const fields = fieldsOf(schema, type);
  const parts = [
    ['field', name],
    ['direction', direction],
  ] as const;
  const literals = parts.map(([field, value]) => {
    const fieldType = fields[field]?.type;
    return `${field}: ${String(fieldType && valueOf('--order-by', fieldType, [value]))}`;
  });
  return `orderBy: { ${literals.join(', ')} }`;
}

/** Returns arguments in parentheses; empty without any. */
export function argumentsOf(...given: readonly string[]): string {
  const present = given.filter((each) => each !== '');
  return present.length === 0 ? '' : `(${present.join(', ')})`;
}

/** Returns the chosen columns. Throws a UsageError that names the allowed columns. */
export function chosenColumns(columns: Columns, chosen: readonly string[]): Columns {
  const names = chosen.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown = names.filter((name) => !Object.hasOwn(columns, name));
  if (unknown.length === 0) return Object.fromEntries(names.map((name) => [name, columns[name] ?? '']));
  throw new UsageError(
    `There is no column ${unknown.join(', ')}. Allowed columns: ${Object.keys(columns).join(', ')}.`,
  );
}

/** Returns the selections of columns, in which each object occurs once. */
export function selectionOf(columns: Columns): string {
  const groups = Map.groupBy(Object.values(columns), (selection) => selection.split(' ', 1).join(''));
  return [...groups].map(([name, all]) => (all.every((each) => each === name) ? name : within(name, all))).join(' ');
}

function within(name: string, all: readonly string[]): string {
  return `${name} { ${all.map((each) => each.slice(name.length).replace(/[{}]/g, '')).join(' ')} }`;
}

/** Returns the table of the records of a list, with these columns. */
export function tableOfNodes(list: string, columns: Columns): Table {
  return {
    name: list,
    columns: Object.entries(columns).map(([name, selection]) => ({ name, path: pathOf(selection) })),
    rowsOf: (data) => {
      const rows = valueAt(data, [list, 'nodes']);
      return Array.isArray(rows) ? rows : [];
    },
  };
}

function pathOf(selection: string): readonly string[] {
  const names = selection.match(/\w+/g) ?? [];
  return names.length > 2 ? names.slice(0, 1) : names;
}

/** The units of ages, in hours. A year has 365 days. */
const hours = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };

/** Returns an age such as `90d` in hours. Throws a UsageError that names the flag. */
export function hoursOf(flag: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5})([hdwy])$/.exec(text) ?? [];
  const factor = Object.entries(hours).find(([name]) => name === unit)?.[1];
  if (factor !== undefined) return Number(number) * factor;
  throw new UsageError(`${flag} is ${JSON.stringify(text)}. It must be an age, such as 12h, 90d, 6w or 1y.`);
}

/** Returns an age in whole days. Throws a UsageError for a part of a day. */
export function daysOf(flag: string, text: string): number {
  const days = hoursOf(flag, text) / 24;
  if (Number.isInteger(days)) return days;
  throw new UsageError(`${flag} is ${JSON.stringify(text)}. It must be whole days, such as 90d, 6w or 1y.`);
}

function fieldsOf(schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`The schema has no input type ${name}.`);
  return type.getFields();
}

function literalOf(flag: string, type: GraphQLInputType, value: unknown): string {
  validateInputValue(value, type, ({ message }) => {
    throw new UsageError(`${flag}: ${message}`);
  });
  const literal = valueToLiteral(value, type);
  return literal ? print(literal) : '';
}
