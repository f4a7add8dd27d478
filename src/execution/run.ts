import {
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  type FragmentDefinitionNode,
  locatedError,
  type OperationDefinitionNode,
  type ResponsePath,
  responsePathAsArray,
  type VariableValues,
} from 'graphql';
import type { FragmentMemory } from './fragments.ts';
import type { Output } from './parts.ts';

/** What all executions of a compiled operation share. */
export interface Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables of the conditions of @skip and @include. */
  readonly conditions: Conditions;
  /** Undefined if no fragments are kept. */
  readonly memory: FragmentMemory | undefined;
}

/** The values of the variables that @skip and @include use, by their names. */
export type Conditions = Readonly<Record<string, boolean>>;

/** One execution of a compiled operation. */
export interface Run extends Output {
  readonly plan: Plan;
  readonly contextValue: unknown;
  readonly rootValue: unknown;
  readonly variableValues: VariableValues;
  readonly errors: GraphQLError[];
  /** The positions that are null because of an error; undefined stands for the root. */
  readonly nulled: Set<ResponsePath | undefined>;
  /** The number of reasons not to keep the JSON in which they occur: errors, and functions that a parent provides. */
  obstacles: number;
  /** Whether the response is complete: what still waits was dropped, and is not continued. */
  isFinished: boolean;
}

/** What waits. It is undefined if nothing does; only failures that the position above handles reject it. */
export type Pending = Promise<unknown> | undefined;

/** Writes a value that a resolver has returned, or throws the error of the position. */
export type WriteValue = (run: Run, value: unknown, path: ResponsePath) => Pending;

/** A position of the response: a field, or the items of a list. */
export interface Spot {
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly isNonNull: boolean;
}

/** Reports an error at a nullable position, which becomes null; throws the located error at another position. */
export function fail(run: Run, { nodes, isNonNull }: Spot, error: unknown, path: ResponsePath): void {
  run.obstacles += 1;
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (isNonNull) throw located;
  report(run, located, path);
}

/** Reports an error, unless a position above it is null already. */
export function report({ nulled, errors }: Run, error: unknown, path: ResponsePath | undefined): void {
  if (nulled.has(undefined)) return;
  for (let above = path; above !== undefined; above = above.prev) if (nulled.has(above)) return;
  nulled.add(path);
  errors.push(error instanceof GraphQLError ? error : locatedError(error, undefined, undefined));
}

/** Handles the failures of promises that are not awaited any more. */
export function abandon(values: readonly unknown[]): void {
  for (const each of values) if (isPromiseLike(each)) each.then(ignore, ignore);
}

export function ignore(): void {}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  const isThing = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isThing && 'then' in value && typeof value.then === 'function';
}
