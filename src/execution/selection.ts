import {
  type DirectiveNode,
  type FieldNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { Operation } from './run.ts';

/** Whether each variable in a @skip or @include is true. */
export type Conditions = ReadonlyMap<string, boolean>;

/** The fields of a selection on an object type, by their names in the response, in the order of GraphQL.js. */
export function collectFields(
  operation: Operation,
  conditions: Conditions,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const addField = (node: FieldNode): undefined => {
    const key = node.alias?.value ?? node.name.value;
    const nodes = fields.get(key);
    if (nodes) nodes.push(node);
    else fields.set(key, [node]);
  };
  /** Returns the fragment of a selection, the first time that it is spread. */
  const fragmentOf = (each: InlineFragmentNode | FragmentSpreadNode) => {
    if (each.kind === Kind.INLINE_FRAGMENT) return each;
    const { value: name } = each.name;
    const fragment = operation.fragments[name];
    if (fragment === undefined || spread.has(name) || !applies(operation, fragment.typeCondition, type))
      return undefined;
    spread.add(name);
    return fragment;
  };
  const visit = (set: SelectionSetNode): void => {
    for (const each of set.selections.filter((selection) => isIncluded(selection, conditions))) {
      const fragment = each.kind === Kind.FIELD ? addField(each) : fragmentOf(each);
      if (fragment && applies(operation, fragment.typeCondition, type)) visit(fragment.selectionSet);
    }
  };
  for (const set of sets) visit(set);
  return fields;
}

function applies(
  { schema }: Operation,
  condition: Parameters<typeof typeFromAST>[1] | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined) return true;
  const conditional = typeFromAST(schema, condition) as GraphQLNamedType | undefined;
  return conditional === type || (isAbstractType(conditional) && schema.isSubType(conditional, type));
}

/** Whether the @skip and @include of a selection let it be executed. */
function isIncluded({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.every((directive) => {
    const condition = conditionOf(directive, conditions);
    return !(directive.name.value === 'skip' && condition) && !(directive.name.value === 'include' && !condition);
  });
}

function conditionOf({ arguments: given = [] }: DirectiveNode, conditions: Conditions): boolean {
  const value = given.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE) return conditions.get(value.name.value) ?? false;
  return value?.kind === Kind.BOOLEAN && value.value;
}
