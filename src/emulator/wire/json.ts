import type { NormalizedSchema } from '@smithy/core/schema';

import { parseTimestamp } from './parameters.ts';

/**
 * Reads AWS members from JSON by their schema, dates in ISO 8601; throws an Error that names the invalid member. A null
 * is read as a member without a value, which gets no default.
 */
export function readMembers(
  schema: NormalizedSchema,
  json: Readonly<Record<string, unknown>>,
  path = schema.getName() ?? '',
): Record<string, unknown> {
  const members = new Map(schema.structIterator());
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const member = members.get(name);
    if (!member) throw new Error(`${path}.${name} is not a member of the AWS API`);
    if (value === null) read[name] = undefined;
    else if (value !== undefined) read[name] = readValue(member, value, `${path}.${name}`);
  }
  return read;
}

/** Returns AWS members in the form that `readMembers` reads, without members that the schema lacks. */
export function writeMembers(schema: NormalizedSchema, value: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(value));
  const written: Record<string, unknown> = {};
  for (const [name] of schema.structIterator()) {
    const member = values.get(name);
    if (member !== undefined) written[name] = member;
  }
  return written;
}

/** Reads a date that is not an AWS member, in epoch milliseconds; undefined if absent. Throws an Error if invalid. */
export function readTime(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const date = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (!date) throw new Error(`${name} must be an ISO 8601 date`);
  return date.getTime();
}

function readValue(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new Error(`${path} must be a list`);
    return value.map((item, index) => readValue(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (schema.isStructSchema()) {
    if (!isObject(value)) throw new Error(`${path} must be an object`);
    return readMembers(schema, value, path);
  }
  if (schema.isTimestampSchema()) {
    const date = typeof value === 'string' ? parseTimestamp(value) : undefined;
    if (!date) throw new Error(`${path} must be an ISO 8601 date`);
    return date;
  }
  const expected = scalarType(schema);
  if (typeof value !== expected) throw new Error(`${path} must be a ${expected}`);
  return value;
}

function scalarType(schema: NormalizedSchema): 'boolean' | 'number' | 'string' {
  if (schema.isBooleanSchema()) return 'boolean';
  return schema.isNumericSchema() ? 'number' : 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
