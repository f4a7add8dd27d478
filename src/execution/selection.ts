import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Conditions, Plan } from './run.ts';

/** The nodes of each selected field of an object, by response name, in the order of the response. */
export type CollectedFields = ReadonlyMap<string, readonly [FieldNode, ...FieldNode[]]>;

/** Collects the fields that selection sets select of an object type. */
export function collectFields(plan: Plan, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): CollectedFields {
  const { schema, fragments, conditions } = plan;
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const each of selections.filter((node) => isIncluded(node, conditions))) {
      if (each.kind === Kind.FIELD) {
        const name = (each.alias ?? each.name).value;
        const others = fields.get(name);
        if (others) others.push(each);
        else fields.set(name, [each]);
      } else if (each.kind === Kind.INLINE_FRAGMENT) {
        if (matches(schema, each, type)) collect(each.selectionSet);
      } else {
        const fragment = fragments[each.name.value];
        if (!fragment || visited.has(each.name.value) || !matches(schema, fragment, type)) continue;
        visited.add(each.name.value);
        collect(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) collect(set);
  return fields;
}

/** Whether @skip and @include let a node be part of the response. */
function isIncluded({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    const value = given[0] && valueFromASTUntyped(given[0].value, conditions);
    return value === (name.value === 'include');
  });
}

function matches(
  schema: GraphQLSchema,
  { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
  type: GraphQLObjectType,
): boolean {
  const condition = typeCondition && schema.getType(typeCondition.name.value);
  if (!condition || condition === type) return true;
  return isAbstractType(condition) && schema.isSubType(condition, type);
}
