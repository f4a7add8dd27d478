import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getOperationAST,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { Arguments, FleetSize, PriceOf } from './price.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The maximum number of AWS calls of the field; a field without a price makes none. */
    readonly price?: PriceOf;
  }
}

/** An operation and its variables, which have not been validated. */
export interface PricedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Returns the maximum number of AWS calls of an operation without retries, computed before execution from the prices
 * that its fields declare. Fields with @skip or @include always count, and calls that several fields share count for
 * each of them.
 */
export function costOf({ schema, document, operationName, variables }: PricedOperation, fleet: FleetSize): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return 0;
  const fragments = new Map(
    document.definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const defaults = operation.variableDefinitions?.map(({ variable, defaultValue }) => [
    variable.name.value,
    defaultValue && valueFromASTUntyped(defaultValue),
  ]);
  return createCalculation(
    schema,
    fragments,
    { ...Object.fromEntries(defaults ?? []), ...variables },
    fleet,
  )(operation.selectionSet, root).once;
}

/** The calls of a selection: once, per record of its page, and the number of times that it counts the list. */
interface Sum {
  readonly once: number;
  readonly each: number;
  readonly counts: number;
}

const nothing: Sum = { once: 0, each: 0, counts: 0 };

function add(one: Sum, other: Sum): Sum {
  return { once: one.once + other.once, each: one.each + other.each, counts: one.counts + other.counts };
}

function createCalculation(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Arguments,
  fleet: FleetSize,
) {
  const known = new Map<string, Sum>();

  const ofFragment = (name: string): Sum => {
    const sum = known.get(name);
    const fragment = fragments.get(name);
    if (sum || !fragment) return sum ?? nothing;
    const fresh = ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    known.set(name, fresh);
    return fresh;
  };

  const ofField = (node: FieldNode, parent: GraphQLNamedType): Sum => {
    const field = fieldOf(parent, node);
    if (!field) return nothing;
    const price = field.extensions.price?.(argumentsOf(node, variables), fleet) ?? {};
    if (price.isCount) return { ...nothing, counts: 1 };
    const inside = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type)) : nothing;
    if (price.isPage) return { ...nothing, each: inside.once + inside.each };
    const { calls = 0, listed = 1, page = 1, count = 0 } = price;
    return { ...nothing, once: calls + inside.once * listed + inside.each * page + inside.counts * count };
  };

  const ofSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined): Sum => {
    if (!type) return nothing;
    const sums = set.selections.map((each) => {
      if (each.kind === Kind.FIELD) return ofField(each, type);
      if (each.kind === Kind.FRAGMENT_SPREAD) return ofFragment(each.name.value);
      const condition = each.typeCondition ? schema.getType(each.typeCondition.name.value) : type;
      return ofSet(each.selectionSet, condition);
    });
    return sums.reduce(add, nothing);
  };

  return ofSet;
}

function fieldOf(parent: GraphQLNamedType, node: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
}

function argumentsOf(node: FieldNode, variables: Arguments): Arguments {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]),
  );
}
