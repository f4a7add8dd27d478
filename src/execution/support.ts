import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode, visit } from 'graphql';

/** Why graphql-js executes an operation. */
export type UnsupportedReason = 'operation' | 'introspection' | 'directive' | 'fragment-variables' | 'conditions';

/** Returns why an operation cannot be compiled; undefined if it can. Looks at all fragments of its document. */
export function unsupported(document: DocumentNode, operation: OperationDefinitionNode): UnsupportedReason | undefined {
  if (operation.operation !== OperationTypeNode.QUERY) return 'operation';
  let reason: UnsupportedReason | undefined;
  visit(document, {
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Field: ({ name: { value } }) => {
      if (value === '__schema' || value === '__type') reason ??= 'introspection';
    },
    Directive: ({ name: { value } }) => {
      if (value !== 'skip' && value !== 'include') reason ??= 'directive';
    },
    FragmentDefinition: ({ variableDefinitions = [] }) => {
      if (variableDefinitions.length > 0) reason ??= 'fragment-variables';
    },
  });
  return reason;
}

/** Returns the names of the variables of an operation that @skip and @include use. */
export function conditionNames(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (node) => {
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => names.has(name));
}
