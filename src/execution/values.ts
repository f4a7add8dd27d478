import {
  type GraphQLOutputType,
  type GraphQLAbstractType,
  defaultTypeResolver,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type ResponsePath,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect';
import { type InfoSpot, resolveInfo } from './info.ts';
import { leafWriter } from './leaves.ts';
import { listWriter } from './lists.ts';
import { fill, leaveHole } from './parts.ts';
import { isPromiseLike, type Pending, type Run, type WriteValue } from './run.ts';
import { writeText } from './sink.ts';

/** Writes the selected fields of an object of the given type. */
export type WriteObject = (
  run: Run,
  type: GraphQLObjectType,
  value: unknown,
  path: ResponsePath | undefined,
) => Pending;

/** Creates the writer of the values of a field, or of the items in it. */
export function valueWriter(spot: InfoSpot, type: GraphQLOutputType, writeObject: WriteObject): WriteValue {
  const inner = isNonNullType(type) ? type.ofType : type;
  const write = isListType(inner)
    ? listWriter(spot, inner.ofType, valueWriter(spot, inner.ofType, writeObject))
    : namedWriter(spot, inner, writeObject);
  if (!isNonNullType(type)) {
    return (run, value, path) => {
      if (value instanceof Error) throw value;
      if (value != null) return write(run, value, path);
      return writeText(run.sink, 'null');
    };
  }
  return (run, value, path) => {
    if (value instanceof Error) throw value;
    if (value != null) return write(run, value, path);
    throw new Error(`Cannot return null for non-nullable field ${spot.parentType.name}.${spot.field.name}.`);
  };
}

function namedWriter(
  spot: InfoSpot,
  type: GraphQLLeafType | GraphQLAbstractType | GraphQLObjectType,
  writeObject: WriteObject,
): WriteValue {
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return (run, value) => write(run.sink, value);
  }
  if (isAbstractType(type)) return abstractWriter(spot, type, writeObject);
  return objectWriter(spot, type, writeObject);
}

function abstractWriter(spot: InfoSpot, type: GraphQLAbstractType, writeObject: WriteObject): WriteValue {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, value, path) => {
    const resolved: unknown = resolveType(value, run.contextValue, resolveInfo(run, spot, path), type);
    const write = (name: unknown): Pending => {
      const runtimeType = validType(run, spot, type, name, value);
      return writeChecked(run, spot, runtimeType, value, path, writeObject);
    };
    return isPromiseLike(resolved) ? whenResolved(run, resolved, write) : write(resolved);
  };
}

function objectWriter(spot: InfoSpot, type: GraphQLObjectType, writeObject: WriteObject): WriteValue {
  if (!type.isTypeOf) return (run, value, path) => writeObject(run, type, value, path);
  return (run, value, path) => writeChecked(run, spot, type, value, path, writeObject);
}

/** Writes an object after `isTypeOf` has confirmed its type. */
function writeChecked(
  run: Run,
  spot: InfoSpot,
  type: GraphQLObjectType,
  value: unknown,
  path: ResponsePath,
  writeObject: WriteObject,
): Pending {
  if (!type.isTypeOf) return writeObject(run, type, value, path);
  const isOfType: unknown = type.isTypeOf(value, run.contextValue, resolveInfo(run, spot, path));
  const write = (isConfirmed: unknown): Pending => {
    if (isConfirmed) return writeObject(run, type, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
      nodes: spot.nodes,
    });
  };
  return isPromiseLike(isOfType) ? whenResolved(run, isOfType, write) : write(isOfType);
}

/** Leaves a hole for a value whose type is not known yet. */
function whenResolved(run: Run, resolved: PromiseLike<unknown>, write: (result: unknown) => Pending): Pending {
  const hole = leaveHole(run);
  return Promise.resolve(resolved).then((result) => {
    if (run.isFinished) throw new Error('Aborted!');
    return fill(run, hole, () => write(result));
  });
}

/** Returns the object type that an abstract type was resolved to, or throws the same errors as graphql-js. */
function validType(
  { plan: { schema } }: Run,
  { nodes, parentType, field }: InfoSpot,
  type: GraphQLAbstractType,
  name: unknown,
  value: unknown,
): GraphQLObjectType {
  const place = `for field "${parentType.name}.${field.name}"`;
  const resolve = `Abstract type "${type.name}" must resolve to an Object type at runtime ${place}`;
  if (name == null) {
    throw new GraphQLError(
      `${resolve}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(
      `${resolve} with value ${inspect(value)}, received "${inspect(name)}", which is not a valid Object type name.`,
    );
  }
  const found = schema.getType(name);
  const resolved = `Abstract type "${type.name}" was resolved to a`;
  if (!found) throw new GraphQLError(`${resolved} type "${name}" that does not exist inside the schema.`, { nodes });
  if (!isObjectType(found)) throw new GraphQLError(`${resolved} non-object type "${name}".`, { nodes });
  if (schema.isSubType(type, found)) return found;
  throw new GraphQLError(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`, { nodes });
}
