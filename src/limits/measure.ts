import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The size of a document; the content of a fragment counts each time the fragment is spread. */
export interface Shape {
  /** The nesting depth of fields; fields below `__schema` and `__type` do not count. */
  readonly depth: number;
  readonly fields: number;
  /** The number of aliases in the operation that has the most. */
  readonly aliases: number;
  readonly directives: number;
  /** The number of root fields, without `__typename`, in the operation that has the most. */
  readonly rootFields: number;
  readonly isIntrospection: boolean;
}

const nothing: Shape = { depth: 0, fields: 0, aliases: 0, directives: 0, rootFields: 0, isIntrospection: false };

/**
 * Measures a document before it is validated, in time linear in its text: each fragment is measured once. Where a
 * fragment spreads itself, it counts as empty; validation rejects such documents.
 */
export function measure({ definitions }: DocumentNode): Shape {
  const fragments = new Map(definitions.filter(isFragment).map((each) => [each.name.value, each]));
  const measured = new Map<string, Shape>();

  const measureFragment = (name: string): Shape => {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, nothing);
    const fragment = fragments.get(name);
    const shape = fragment ? withDirectives(measureSet(fragment.selectionSet), fragment.directives?.length) : nothing;
    measured.set(name, shape);
    return shape;
  };

  const measureSet = (set: SelectionSetNode | undefined): Shape =>
    (set?.selections ?? [])
      .map((each) => withDirectives(measureSelection(each), each.directives?.length))
      .reduce(add, nothing);

  const measureSelection = (selection: SelectionNode): Shape => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value);
    const inside = measureSet(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return inside;
    const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      ...inside,
      depth: isIntrospection ? 1 : inside.depth + 1,
      fields: inside.fields + 1,
      aliases: inside.aliases + (selection.alias ? 1 : 0),
      rootFields: selection.name.value === '__typename' ? 0 : 1,
      isIntrospection: isIntrospection || inside.isIntrospection,
    };
  };

  const shapes = definitions
    .filter(isOperation)
    .map(({ selectionSet, directives }) => withDirectives(measureSet(selectionSet), directives?.length));
  return {
    ...shapes.reduce(add, nothing),
    aliases: Math.max(0, ...shapes.map(({ aliases }) => aliases)),
    rootFields: Math.max(0, ...shapes.map(({ rootFields }) => rootFields)),
  };
}

function add(one: Shape, other: Shape): Shape {
  return {
    depth: Math.max(one.depth, other.depth),
    fields: one.fields + other.fields,
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
    rootFields: one.rootFields + other.rootFields,
    isIntrospection: one.isIntrospection || other.isIntrospection,
  };
}

function withDirectives(shape: Shape, count = 0): Shape {
  return { ...shape, directives: shape.directives + count };
}

function isFragment(node: DocumentNode['definitions'][number]): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

function isOperation(node: DocumentNode['definitions'][number]): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}
