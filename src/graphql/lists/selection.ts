import {
  type FieldNode,
  type GraphQLResolveInfo,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/**
 * Whether a field inside the field being resolved is selected, by its path of field names. If not, work that only the
 * inner field needs can be skipped.
 */
export function isSelected(info: GraphQLResolveInfo, ...path: readonly string[]): boolean {
  const [node, ...others] = info.fieldNodes;
  // With directives, the selection also depends on variables.
  if (node === undefined || others.length > 0 || hasDirectives(info)) return isIn(info, path);
  const known = selections.get(node) ?? new Map<string, boolean>();
  selections.set(node, known);
  const name = path.join('.');
  const found = known.get(name) ?? isIn(info, path);
  known.set(name, found);
  return found;
}

/** The paths that are selected below fields of documents without conditions. */
const selections = new WeakMap<FieldNode, Map<string, boolean>>();
const conditional = new WeakMap<OperationDefinitionNode, boolean>();

/** Whether any selection of the operation, or of the fragments of its document, has directives. */
function hasDirectives({ operation, fragments }: GraphQLResolveInfo): boolean {
  const known = conditional.get(operation);
  if (known !== undefined) return known;
  const definitions = [operation, ...Object.values(fragments)];
  const has = definitions.some(({ selectionSet }) => areConditional(selectionSet));
  conditional.set(operation, has);
  return has;
}

function areConditional({ selections: all }: SelectionSetNode): boolean {
  return all.some(
    (each) =>
      (each.directives?.length ?? 0) > 0 ||
      ('selectionSet' in each && each.selectionSet !== undefined && areConditional(each.selectionSet)),
  );
}

function isIn(info: GraphQLResolveInfo, path: readonly string[]): boolean {
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
