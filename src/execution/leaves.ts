import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect';
import { type Sink, writeBytes, writeString, writeText } from './sink.ts';

/** Writes a value that is not null, or throws the error of its type. */
export type WriteLeaf = (sink: Sink, value: unknown) => undefined;

/** Creates the writer of a scalar or an enum. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) return enumWriter(type);
  const isUnchanged = unchanged.get(type.coerceOutputValue) ?? never;
  return (sink, value) => writeJson(sink, isUnchanged(value) ? value : coerced(type, value));
}

const never = () => false;
const isString = (value: unknown) => typeof value === 'string';
/** The values that the scalars of GraphQL return as they are. */
const unchanged: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map<unknown, (value: unknown) => boolean>([
  [GraphQLString.coerceOutputValue, isString],
  [GraphQLID.coerceOutputValue, isString],
  [GraphQLFloat.coerceOutputValue, Number.isFinite],
  [GraphQLBoolean.coerceOutputValue, (value) => typeof value === 'boolean'],
]);

function enumWriter(type: GraphQLEnumType): WriteLeaf {
  const names = new Map(type.getValues().map(({ name, value }) => [value as unknown, Buffer.from(`"${name}"`)]));
  return (sink, value) => {
    const name = names.get(value);
    return name ? writeBytes(sink, name) : writeJson(sink, coerced(type, value));
  };
}

function coerced(type: GraphQLLeafType, value: unknown): unknown {
  const result = type.coerceOutputValue(value);
  if (result != null) return result;
  throw new Error(
    `Expected \`${inspect(type)}.coerceOutputValue(${inspect(value)})\` to ` +
      `return non-nullable value, returned: ${inspect(result)}`,
  );
}

/** Writes what a scalar returned. JSON has no symbols and functions, and no infinite numbers: they become null. */
function writeJson(sink: Sink, value: unknown): undefined {
  if (typeof value === 'string') return writeString(sink, value);
  const json: string | undefined = JSON.stringify(value);
  return writeText(sink, json ?? 'null');
}
