import { type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode, valueFromASTUntyped } from 'graphql';

/**
 * Whether a field inside the field being resolved is selected, by its path of field names. If not, work that only the
 * inner field needs can be skipped.
 */
export function isSelected(info: GraphQLResolveInfo, ...path: readonly string[]): boolean {
  const sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return sets.some((set) => selects(info, set, path));
}

function selects(info: GraphQLResolveInfo, set: SelectionSetNode, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  return set.selections
    .filter((each) => isIncluded(info, each))
    .some((each) => {
      if (each.kind === Kind.FIELD) {
        if (each.name.value !== name) return false;
        return rest.length === 0 || (each.selectionSet !== undefined && selects(info, each.selectionSet, rest));
      }
      const inside = each.kind === Kind.FRAGMENT_SPREAD ? info.fragments[each.name.value] : each;
      return inside !== undefined && selects(info, inside.selectionSet, path);
    });
}

/** A condition that is null is an error, which the executor reports at the field. */
function isIncluded({ variableValues }: GraphQLResolveInfo, { directives = [] }: SelectionNode): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    const value = given.find((each) => each.name.value === 'if')?.value;
    const condition = value && valueFromASTUntyped(value, variableValues.coerced);
    return !(name.value === 'skip' && condition === true) && !(name.value === 'include' && condition === false);
  });
}
