import { Kind, OperationTypeNode, parse } from 'graphql';
import { expect } from 'vitest';

/** What a page shows of an operation. */
export interface Operation {
  readonly type: OperationTypeNode;
  /** The first field at its top. */
  readonly field: string;
  readonly hasVariables: boolean;
}

/** Reads a block of GraphQL; throws if it does not start with an operation on a field. */
export function operationOf(text: string): Operation {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The block does not start with an operation.');
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD) throw new Error('The operation does not start with a field.');
  const hasVariables = (operation.variableDefinitions ?? []).length > 0;
  return { type: operation.operation, field: field.name.value, hasVariables };
}

/** The operation with the name of the type that its union returns, for `expectSuccess`. */
export function withTypename(text: string): string {
  return text.replace(/^ {4}\.\.\. on/m, '    __typename\n$&');
}

/** Requires data in every field of the response, and the payload of a mutation, without an error for any snapshot. */
export function expectSuccess(type: OperationTypeNode, { data, errors }: { data: any; errors?: unknown }): void {
  expect(errors).toBeUndefined();
  for (const [field, value] of Object.entries<any>(data)) {
    expect(value, field).not.toBeNull();
    if (type === OperationTypeNode.MUTATION) expect(value.__typename, field).toMatch(/Payload$/);
    for (const { error } of value.results ?? []) expect(error, field).toBeNull();
  }
}
