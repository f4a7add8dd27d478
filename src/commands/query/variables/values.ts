import {
  getNamedType,
  getNullableType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { UsageError } from '../../../errors/usage.ts';

/**
 * Converts the texts of a flag to a value of an input type: a list takes several texts, values separated by commas, or a
 * JSON list; an input object is JSON; an enum value can be written in small letters and with hyphens. Throws a UsageError
 * that names the flag and what its type allows.
 */
export function valueOf(flag: string, type: GraphQLInputType, texts: readonly string[]): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return texts.flatMap((text) => itemsOf(flag, nullable.ofType, text));
  const [text, second] = texts;
  if (text === undefined || second !== undefined) throw new UsageError(`${flag} takes one value, but was given twice.`);
  return single(flag, nullable, text);
}

function itemsOf(flag: string, type: GraphQLInputType, text: string): readonly unknown[] {
  if (text.trimStart().startsWith('[')) {
    const list = readJson(flag, text, 'a JSON list');
    if (Array.isArray(list)) return list;
  }
  if (isInputObjectType(getNamedType(type))) return [single(flag, type, text)];
  if (text === '') return [];
  return text.split(',').map((each) => single(flag, type, each.trim()));
}

function single(flag: string, type: GraphQLInputType, text: string): unknown {
  const named = isNonNullType(type) ? type.ofType : type;
  if (isInputObjectType(named)) return readJson(flag, text, `JSON of the type ${named.name}`);
  if (isEnumType(named)) {
    const name = text.toUpperCase().replaceAll('-', '_');
    const names = named.getValues().map((value) => value.name);
    return names.includes(name) ? name : reject(flag, text, `one of ${names.join(', ')}`);
  }
  return scalar(flag, String(named), text);
}

function scalar(flag: string, type: string, text: string): unknown {
  if (type === 'Boolean') return text === 'true' || (text !== 'false' && reject(flag, text, 'true or false'));
  if (type === 'Int' && !/^[+-]?\d+$/.test(text)) return reject(flag, text, 'a whole number');
  if (type === 'Float' && (text.trim() === '' || !Number.isFinite(Number(text)))) {
    return reject(flag, text, 'a number');
  }
  // Other scalars, such as DateTime, check their texts themselves.
  return type === 'Int' || type === 'Float' ? Number(text) : text;
}

function readJson(flag: string, text: string, expected: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return reject(flag, text, expected);
  }
}

function reject(flag: string, text: string, expected: string): never {
  throw new UsageError(`${flag} is ${JSON.stringify(text)}. It must be ${expected}.`);
}
