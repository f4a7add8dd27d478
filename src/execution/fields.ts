import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  isLeafType,
  isObjectType,
  Kind,
  type ResponsePath,
  visit,
} from 'graphql';
import { catchLate, catchNow, writeLate } from './errors.ts';
import { type InfoSpot, resolveInfo } from './info.ts';
import { isPromiseLike, type Pending, type Run } from './run.ts';
import { writeBytes } from './sink.ts';
import { valueWriter, type WriteObject } from './values.ts';

/** A compiled field of a selection. */
export interface CompiledField {
  /** Whether its JSON depends on its parent only. */
  readonly isPure: boolean;
  write(run: Run, source: unknown, parent: ResponsePath | undefined): Pending;
}

/** The objects inside a field: how to write them, and whether all that is selected of a type is pure. */
export interface Inside {
  readonly write: WriteObject;
  isPure(type: GraphQLObjectType): boolean;
}

/** Compiles `__typename`, which is known from the type. */
export function typenameField(type: GraphQLObjectType, prefix: string): CompiledField {
  const json = Buffer.from(`${prefix}"${type.name}"`);
  return { isPure: true, write: ({ sink }) => writeBytes(sink, json) };
}

/** Compiles a field of an object type; `prefix` is the JSON before its value. */
export function compileField(spot: InfoSpot, key: string, prefix: string, inside: Inside): CompiledField {
  const { field, parentType } = spot;
  const json = Buffer.from(prefix);
  const resolve = resolverOf(spot);
  const write = valueWriter(spot, field.type, inside.write);
  return {
    isPure: isPure(field, inside),
    write: (run, source, prev) => {
      const { sink, splices } = run;
      writeBytes(sink, json);
      const start = sink.position;
      const count = splices.length;
      const path: ResponsePath = { prev, key, typename: parentType.name };
      try {
        const value = resolve(run, source, path);
        if (isPromiseLike(value)) return writeLate(run, spot, write, value, path);
        const pending = write(run, value, path);
        return pending && catchLate(run, spot, path, start, count, pending);
      } catch (error) {
        return catchNow(run, spot, path, start, count, error);
      }
    },
  };
}

/** Whether a field and all that is selected in it depend on its parent only: rule 5 in docs/architecture.md. */
function isPure({ type, args, extensions }: GraphQLField<unknown, unknown>, inside: Inside): boolean {
  if (args.length > 0 || extensions.price !== undefined) return false;
  const named = getNamedType(type);
  return isLeafType(named) || (isObjectType(named) && inside.isPure(named));
}

type Resolve = (run: Run, source: unknown, path: ResponsePath) => unknown;

/** Resolvers that take the fourth argument get it; for the others, it is not created. */
function resolverOf(spot: InfoSpot): Resolve {
  const { field, nodes } = spot;
  const argumentsFor = argumentsOf(field, nodes[0]);
  if (!field.resolve) return defaultResolver(spot, argumentsFor);
  const resolve: GraphQLFieldResolver<unknown, unknown> = field.resolve;
  if (resolve.length > 3) {
    return (run, source, path) => resolve(source, argumentsFor(run), run.contextValue, resolveInfo(run, spot, path));
  }
  const short = resolve as (source: unknown, args: Arguments, context: unknown) => unknown;
  return (run, source) => short(source, argumentsFor(run), run.contextValue);
}

/** Reads the property of the name of the field. A function is called, and what it returns is not kept. */
function defaultResolver(spot: InfoSpot, argumentsFor: (run: Run) => Arguments): Resolve {
  const { name } = spot.field;
  return (run, source, path) => {
    if (typeof source !== 'object' || source === null) {
      if (typeof source !== 'function') return undefined;
    }
    const property = (source as Readonly<Record<string, unknown>>)[name];
    if (typeof property !== 'function') return property;
    run.obstacles += 1;
    return defaultFieldResolver(source, argumentsFor(run), run.contextValue, resolveInfo(run, spot, path));
  };
}

type Arguments = Readonly<Record<string, unknown>>;

const noArguments: Arguments = Object.freeze(Object.create(null) as Arguments);

/** Arguments without variables are coerced once. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (run: Run) => Arguments {
  if (field.args.length === 0) return () => noArguments;
  const coerce = (run: Pick<Run, 'variableValues'>) => getArgumentValues(field, node, run.variableValues);
  if (usesVariables(node)) return coerce;
  try {
    const once = getArgumentValues(field, node);
    return () => once;
  } catch {
    return coerce;
  }
}

function usesVariables(node: FieldNode): boolean {
  let isUsed = false;
  const look = () => void (isUsed = true);
  for (const each of node.arguments ?? []) visit(each, { [Kind.VARIABLE]: look });
  return isUsed;
}
