import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getVariableValues,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  NoUnusedVariablesRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { expect } from 'vitest';
import type { CompiledOperations } from '../../src/execution/compiled-operations.ts';
import type { RandomOperation } from './operations.ts';

/** A result as its bytes and what its errors contain. */
interface Shown {
  readonly data: string;
  readonly errors: readonly object[];
}

function shown(data: string, errors: readonly GraphQLError[] = []): Shown {
  return {
    data,
    errors: errors.map(({ message, path, locations, originalError, extensions }) => ({
      message,
      path,
      locations,
      original: originalError?.message,
      extensions,
    })),
  };
}

/** Executes an operation with graphql-js. */
async function interpret(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: RandomOperation['variables'],
  contextValue: unknown,
  rootValue: unknown,
): Promise<Shown> {
  const result: ExecutionResult = await execute({ schema, document, variableValues, contextValue, rootValue });
  return shown(JSON.stringify(result.data), result.errors);
}

/** Executes an operation as compiled; undefined if it is not supported. */
async function runCompiled(
  operations: CompiledOperations,
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: RandomOperation['variables'],
  contextValue: unknown,
  rootValue: unknown,
): Promise<Shown | undefined> {
  const operation = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  const values = getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
  if (!values.variableValues) throw new Error(values.errors.join());
  const compiled = operations.find(document, undefined, values.variableValues);
  if (!compiled) return undefined;
  const { data, errors } = await compiled.execute({ contextValue, rootValue, variableValues: values.variableValues });
  return shown(data.toString(), errors);
}

const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

/** Parses an operation, which need not use all its variables; undefined if it is not valid. */
export function validDocument(schema: GraphQLSchema, text: string): DocumentNode | undefined {
  const document = parse(text);
  const found = validate(schema, document, rules);

  return found.length === 0 ? document : undefined;
}

/**
 * Expects the same bytes and errors of both engines, twice, so that kept JSON is used, too. `isWarmed` executes the
 * operation before, for resolvers whose values depend on what is cached.
 */
export async function expectEqual(
  operations: CompiledOperations,
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: RandomOperation['variables'],
  contextOf: () => unknown,
  { isWarmed = false, rootValue }: { readonly isWarmed?: boolean; readonly rootValue?: unknown } = {},
): Promise<Shown> {
  if (isWarmed) await interpret(schema, document, variables, contextOf(), rootValue);
  const expected = await interpret(schema, document, variables, contextOf(), rootValue);
  expect(await runCompiled(operations, schema, document, variables, contextOf(), rootValue)).toEqual(expected);
  expect(await runCompiled(operations, schema, document, variables, contextOf(), rootValue)).toEqual(expected);
  return expected;
}
