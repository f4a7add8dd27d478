import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
} from 'graphql';

/** Returns the operation of a document of one operation. */
export function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new TypeError('The document has no operation.');
  return operation;
}

/** Parses a selection set of one operation. */
export function selections(text: string): readonly SelectionNode[] {
  return operationOf(parse(text, { noLocation: true })).selectionSet.selections;
}

/** Returns a field with more selections. */
export function withSelections(field: FieldNode, added: readonly SelectionNode[]): FieldNode {
  const { selections: present = [] } = field.selectionSet ?? {};
  return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: [...present, ...added] } };
}

/** Returns the name of a field in a response. */
export function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
