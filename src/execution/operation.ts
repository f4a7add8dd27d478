import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type VariableValues,
} from 'graphql';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { Inside } from './fields.ts';
import type { FragmentMemory } from './fragments.ts';
import { compileSets } from './objects.ts';
import { assemble, createOutput } from './parts.ts';
import { type Conditions, type Plan, report, type Run } from './run.ts';
import { unsupported } from './support.ts';

/** A result of an execution. */
export interface ExecutedOperation {
  /** The JSON text of the member `data`, in UTF-8. */
  readonly data: Buffer;
  /** The located errors, in the order and with the texts of graphql-js; empty if there are none. */
  readonly errors: readonly GraphQLError[];
}

/** What an operation is executed with. */
export interface ExecutionInput {
  readonly contextValue: unknown;
  /** The variables, as `getVariableValues` of graphql-js coerces them. */
  readonly variableValues: VariableValues;
  readonly rootValue?: unknown;
}

/** A query that writes its result as JSON, with the bytes and the errors of graphql-js. */
export interface CompiledOperation {
  /** Returns a promise only if a resolver does; never throws or rejects. */
  execute(input: ExecutionInput): MaybePromise<ExecutedOperation>;
}

/**
 * Compiles an operation of a validated document, for these values of the variables of @skip and @include. Undefined if
 * the operation is not supported: graphql-js must execute it.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  conditions: Conditions,
  memory?: FragmentMemory,
): CompiledOperation | undefined {
  const operation = getOperationAST(document, operationName);
  const queryType = schema.getQueryType();
  if (!operation || !queryType || unsupported(document, operation)) return undefined;
  const definitions = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = Object.assign(
    Object.create(null) as Record<string, FragmentDefinitionNode>,
    Object.fromEntries(definitions.map((each) => [each.name.value, each])),
  );
  const plan: Plan = { schema, operation, fragments, conditions, memory };
  const root = compileSets(plan, [operation.selectionSet]);
  let size = smallestOutput;
  return {
    execute: (input) => {
      const run = startRun(plan, input, size);
      const pending = writeRoot(run, root);
      const written = run.sink.position;
      const finish = (hasFailed: boolean): ExecutedOperation => {
        const data = hasFailed ? Buffer.from('null') : assemble(run, written);
        size = Math.max(smallestOutput, Math.ceil(run.sink.position * 1.1));
        return { data, errors: run.errors };
      };
      if (typeof pending === 'boolean') return end(run, finish(pending));
      const finished = pending.then(
        () => finish(false),
        (error: unknown) => {
          report(run, error, undefined);
          return finish(true);
        },
      );
      return finished.then((result) => end(run, result));
    },
  };
}

/** The bytes that an operation gets for its first result. */
const smallestOutput = 1024;

function startRun(plan: Plan, { contextValue, variableValues, rootValue }: ExecutionInput, size: number): Run {
  return {
    ...createOutput(size),
    plan,
    contextValue,
    rootValue,
    variableValues,
    errors: [],
    nulled: new Set(),
    obstacles: 0,
    isFinished: false,
  };
}

/** Ends an execution: values that arrive after it are dropped, at the same time as in graphql-js. */
function end(run: Run, result: ExecutedOperation): ExecutedOperation {
  run.isFinished = true;
  return result;
}

/** Writes the root object. Returns what it waits for, or whether an error left nothing of it. */
function writeRoot(run: Run, root: Inside): Promise<unknown> | boolean {
  try {
    const queryType = run.plan.schema.getQueryType();
    return (queryType && root.write(run, queryType, run.rootValue, undefined)) ?? false;
  } catch (error) {
    report(run, error, undefined);
    return true;
  }
}
