import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  isNonNullType,
  type ValueNode,
  Kind,
} from 'graphql';
import type { MaybePromise } from '../snapshots/maybe.ts';
import { locate, type Path } from './path.ts';
import { ResolveInfo, type Run } from './run.ts';

/** The JSON text of a value, or null for null. A promise only if a resolver has returned one. */
export type Written = MaybePromise<string | null>;

/** Writes a value of a type. Throws the error that makes the value, and possibly its parents, null. */
export type WriteValue = (run: Run, value: unknown, path: Path, field: FieldPlan) => Written;

/** A field of a selection on an object type. */
export interface FieldPlan {
  readonly key: string;
  /** The start of the member in JSON: the quoted key and a colon. */
  readonly prefix: string;
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  /** Undefined for a field that returns a member of its parent. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly takesInfo: boolean;
  readonly isNonNull: boolean;
  /** Whether the field always has the same value for the same parent, without errors of other fields. */
  readonly isPure: boolean;
  readonly argumentsOf: (run: Run) => Record<string, unknown>;
  readonly write: WriteValue;
}

/** Plans a field, whose value `write` writes. */
export function planField(
  definition: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  parentType: GraphQLObjectType,
  { write, isPure }: Pick<FieldPlan, 'write' | 'isPure'>,
): FieldPlan {
  const [node] = nodes;
  const key = node?.alias?.value ?? definition.name;
  return {
    key,
    prefix: `${JSON.stringify(key)}:`,
    parentType,
    nodes,
    definition,
    resolve: definition.resolve,
    takesInfo: definition.resolve === undefined || definition.resolve.length > 3,
    isNonNull: isNonNullType(definition.type),
    isPure,
    argumentsOf: argumentsOf(definition, node),
    write,
  };
}

/** Returns how the arguments of a field are read: once, unless they contain variables. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode | undefined,
): (run: Run) => Record<string, unknown> {
  if (node === undefined || definition.args.length === 0) return () => ({});
  const read = (run: Run) => getArgumentValues(definition, node, run.variableValues, undefined, run.hideSuggestions);
  if (node.arguments?.some(({ value }) => hasVariable(value))) return read;
  let known: Record<string, unknown> | undefined;
  return (run) => (known ??= read(run));
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true;
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  return value.kind === Kind.OBJECT && value.fields.some((each) => hasVariable(each.value));
}

/** Resolves and writes a field. An error is collected and makes the field null; that of a non-null field is thrown. */
export function writeField(run: Run, source: unknown, field: FieldPlan, at: Path | undefined): Written {
  const path: Path = { prev: at, key: field.key, typename: field.parentType.name };
  try {
    const value = resolveField(run, source, field, path);
    if (isPromiseLike(value)) return writeLater(run, value, field, path);
    const written = field.write(run, value, path, field);
    return typeof written === 'string' || written === null
      ? written
      : written.then(undefined, (raw: unknown) => fail(run, raw, field, field.isNonNull, path));
  } catch (raw) {
    return fail(run, raw, field, field.isNonNull, path);
  }
}

function resolveField(run: Run, source: unknown, field: FieldPlan, path: Path): unknown {
  const { resolve, definition, takesInfo } = field;
  if (resolve === undefined && isObject(source)) {
    const member = source[definition.name];
    if (typeof member !== 'function') return member;
  }
  const info = takesInfo ? new ResolveInfo(run, definition, field, path) : undefined;
  return (resolve ?? defaultFieldResolver)(source, field.argumentsOf(run), run.contextValue, info as ResolveInfo);
}

async function writeLater(
  run: Run,
  promise: PromiseLike<unknown>,
  field: FieldPlan,
  path: Path,
): Promise<string | null> {
  try {
    const value = await promise;
    const written = field.write(run, value, path, field);
    return typeof written === 'string' || written === null ? written : await written;
  } catch (raw) {
    return fail(run, raw, field, field.isNonNull, path);
  }
}

/** Collects the error of a value that becomes null, or throws it if the value cannot be null. */
export function fail(run: Run, raw: unknown, { nodes }: FieldPlan, isNonNull: boolean, path: Path): null {
  const error = locate(raw, nodes, path);
  if (isNonNull) throw error;
  run.errors.add(error, path);
  return null;
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
