import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
} from 'graphql';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { KeptTexts } from './kept-texts.ts';
import type { WriteObject } from './objects.ts';
import { toGraphQLError } from './path.ts';
import { type ExecutionRequest, type Operation, Run } from './run.ts';
import type { Conditions } from './selection.ts';
import { Compiler, UnsupportedError } from './values.ts';

/** The result of an operation. */
export interface ExecutedOperation {
  /** The text of `data` in JSON, as JSON.stringify would write the data of GraphQL.js. */
  readonly data: string;
  /** The errors in the order of GraphQL.js; empty if there are none. */
  readonly errors: readonly GraphQLError[];
}

/** An operation whose selection was analyzed once. */
export interface CompiledOperation {
  /** Executes the operation. The result is a promise only if a resolver has returned one. Never throws or rejects. */
  execute(request: ExecutionRequest): MaybePromise<ExecutedOperation>;
}

/**
 * Compiles an operation of a valid document for these values of its @skip and @include; undefined for an operation that
 * only GraphQL.js executes: mutations, subscriptions, introspection, and types that are recognized by `isTypeOf`.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  { conditions, kept }: { readonly conditions: Conditions; readonly kept: KeptTexts },
): CompiledOperation | undefined {
  const operation = getOperationAST(document, operationName);
  const type = schema.getQueryType();
  if (operation?.operation !== 'query' || type == null) return undefined;
  const fixed: Operation = { schema, operation, fragments: fragmentsOf(document) };
  try {
    const { write } = new Compiler(fixed, conditions, kept).object(type, [operation.selectionSet]);
    return { execute: (request) => execute(fixed, write, request) };
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
}

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((each) => [each.name.value, each]));
}

function execute(operation: Operation, write: WriteObject, request: ExecutionRequest): MaybePromise<ExecutedOperation> {
  const run = new Run(operation, request);
  const finish = (data: string): ExecutedOperation => {
    run.finish();
    return { data, errors: run.errors.list };
  };
  const fail = (error: unknown) => {
    run.errors.add(toGraphQLError(error), undefined);
    return finish('null');
  };
  try {
    const written = write(run, request.rootValue, undefined);
    return typeof written === 'string' ? finish(written) : written.then(finish, fail);
  } catch (error) {
    return fail(error);
  }
}
