import type { NormalizedSchema } from '@smithy/core/schema';

import { Fault, invalidValue, missingParameter } from '../fault.ts';
import { requiredMembers } from './schemas.ts';

/** A parsed AWS Query request: `Tags.Tag.1.Key=a` becomes the path Tags, Tag, 1, Key with the value `a`. */
export interface ParameterTree {
  value?: string;
  readonly children: Map<string, ParameterTree>;
}

/** Parses a form body or a query string. Throws MalformedQueryString for an invalid escape or a repeated name. */
export function parseParameters(text: string): ParameterTree {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw malformed('a percent sign is not followed by two hexadecimal digits');
  const root: ParameterTree = { children: new Map() };
  for (const [name, value] of new URLSearchParams(text)) {
    let node = root;
    for (const part of name.split('.')) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    if (node.value !== undefined) throw malformed(`the parameter ${name} is specified more than once`);
    node.value = value;
  }
  return root;
}

/** Returns the text of one top-level parameter. */
export function parameter(tree: ParameterTree, name: string): string | undefined {
  return tree.children.get(name)?.value;
}

/**
 * Decodes an operation's input. Throws InvalidParameterValue, MalformedQueryString, UnknownParameter for a parameter that
 * the operation does not have, and `missing` for a required one.
 */
export function decodeInput(
  input: NormalizedSchema,
  tree: ParameterTree,
  missing: (name: string) => Fault,
): Record<string, unknown> {
  const children = new Map([...tree.children].filter(([name, node]) => !isOfProtocol(name) || node.children.size > 0));
  if (input.isStructSchema()) return decodeStructure(input, { children }, '', missing);
  for (const name of children.keys()) throw unknown(name);
  return {};
}

/** Whether a top-level parameter belongs to AWS Query or to the signature, not to the operation. */
function isOfProtocol(name: string): boolean {
  return name === 'Action' || name === 'Version' || name.startsWith('X-Amz-');
}

function decodeStructure(
  schema: NormalizedSchema,
  tree: ParameterTree,
  path: string,
  missing = missingParameter,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  const left = new Set(tree.children.keys());
  for (const [name, member] of schema.structIterator()) {
    const element = memberName(name, member);
    const node = tree.children.get(element);
    if (node) decoded[name] = decode(member, node, `${path}${name}`);
    left.delete(element);
  }
  for (const name of left) throw unknown(`${path}${name}`);
  for (const name of requiredMembers(schema)) {
    if (decoded[name] === undefined) throw missing(`${path}${name}`);
  }
  return decoded;
}

function decodeList(schema: NormalizedSchema, tree: ParameterTree, path: string): unknown[] {
  const item = schema.getValueSchema();
  const element = memberName('member', item);
  // SDKs send the model's element name; handwritten clients often send the protocol's default, `member`.
  const names = [...tree.children.keys()];
  const other = names.find((name) => name !== element && name !== 'member');
  if (other !== undefined) throw unknown(`${path}.${other}`);
  if (names.length > 1) throw malformed(`${path} has items named ${names.join(' and ')}`);
  const [items] = tree.children.values();
  if (!items) return [];
  requireNoText(items, `${path}.${element}`);
  const numbered = [...items.children].map(([index, node]) => {
    if (!/^[1-9]\d{0,5}$/.test(index)) throw malformed(`${path}.${element}.${index} is not a list position`);
    return { position: Number(index), node };
  });
  return numbered
    .toSorted((left, right) => left.position - right.position)
    .map(({ position, node }) => decode(item, node, `${path}.${element}.${position}`));
}

function decode(schema: NormalizedSchema, node: ParameterTree, path: string): unknown {
  const isList = schema.isListSchema();
  if (isList || schema.isStructSchema()) {
    requireNoText(node, path);
    return isList ? decodeList(schema, node, path) : decodeStructure(schema, node, `${path}.`);
  }
  const text = node.value;
  if (text === undefined) throw malformed(`${path} has no value`);
  if (node.children.size > 0) throw malformed(`${path} has both a value and members`);
  return decodeScalar(schema, text, path);
}

/** Throws for a list or structure with a text, except the empty one, with which SDKs send an empty list. */
function requireNoText({ value = '' }: ParameterTree, path: string): void {
  if (value !== '') throw malformed(`${path} has a value, but must have members`);
}

function decodeScalar(schema: NormalizedSchema, text: string, path: string): unknown {
  if (schema.isBooleanSchema()) return decodeBoolean(text, path);
  if (schema.isNumericSchema()) {
    // Schemas do not distinguish integers from doubles. The only double inputs are capacities of Serverless v2.
    const isInteger = !(path.includes('ServerlessV2') && path.endsWith('Capacity'));
    if ((isInteger ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/).test(text)) return Number(text);
    throw invalidValue(`Invalid value '${text}' for ${path}. Must be ${isInteger ? 'an integer' : 'a number'}`);
  }
  if (schema.isTimestampSchema()) {
    const date = parseTimestamp(text);
    if (!date) throw invalidValue(`Invalid value '${text}' for ${path}. Must be a date in ISO 8601 format`);
    return date;
  }
  return text;
}

function decodeBoolean(text: string, path: string): boolean {
  const folded = text.toLowerCase();
  if (folded !== 'true' && folded !== 'false') {
    throw invalidValue(`Invalid value '${text}' for ${path}. Must be true or false`);
  }
  return folded === 'true';
}

const timestamp = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Reads an ISO 8601 date, in UTC unless it names a time zone; returns undefined for any other text. */
export function parseTimestamp(text: string): Date | undefined {
  if (!timestamp.test(text)) return undefined;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  // `new Date` would read February 30 as March 2.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Returns the name of a member on the wire. */
export function memberName(name: string, schema: NormalizedSchema): string {
  return schema.getMergedTraits().xmlName ?? name;
}

function unknown(name: string): Fault {
  return new Fault('UnknownParameter', `The parameter ${name} is not recognized`);
}

function malformed(reason: string): Fault {
  return new Fault('MalformedQueryString', `The query string contains a syntax error: ${reason}`, 404);
}
