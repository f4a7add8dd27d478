import {
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Arguments, FleetSize, PriceOf } from './price.ts';
import { variablesOf } from './variables.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The estimated number of AWS calls of the field; a field without a price makes none. */
    readonly price?: PriceOf;
  }
}

/**
 * Estimates the AWS calls of an operation without retries, before execution, from the prices that its fields declare.
 * Fields with @skip or @include always count. An operation with invalid variables costs nothing, because it is not
 * executed.
 */
export function costOf(args: ExecutionArgs, fleet: FleetSize): number {
  const { schema, document, operationName } = args;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return 0;
  const values = variablesOf(args);
  if (values.variableValues === undefined) return 0;
  const fragments = new Map(
    document.definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const argumentsOf = (field: GraphQLField<unknown, unknown>, node: FieldNode) =>
    argumentsIn(field, node, values.variableValues);
  return createCalculation(
    schema,
    fragments,
    argumentsOf,
    fleet,
  )(operation.selectionSet, root, {
    objects: 1,
    records: 0,
    count: 0,
  });
}

type VariableValues = Parameters<typeof getArgumentValues>[2];
type ArgumentsOf = (field: GraphQLField<unknown, unknown>, node: FieldNode) => Arguments;

/** The objects that a selection is evaluated on. */
interface Extent {
  readonly objects: number;
  /** The number of records on the pages of the enclosing connections. */
  readonly records: number;
  /** The calls of counting the lists of the enclosing connections. */
  readonly count: number;
}

/** A document has few fields, even with its fragments spread: other documents are rejected before this. */
function createCalculation(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  argumentsOf: ArgumentsOf,
  fleet: FleetSize,
) {
  const ofField = (node: FieldNode, parent: GraphQLNamedType, extent: Extent): number => {
    const field = fieldOf(parent, node);
    if (!field) return 0;
    const price = field.extensions.price?.(argumentsOf(field, node), fleet) ?? {};
    if (price.isCount) return extent.count;
    const inside = (within: Extent) =>
      node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type), within) : 0;
    if (price.isPage) return inside({ objects: extent.records, records: 0, count: 0 });
    const { calls = 0, atMost = Infinity, listed = 1, page, count } = price;
    const { objects } = extent;
    return (
      Math.min(objects * calls, atMost) +
      inside({
        objects: objects * listed,
        // An object between the connection and its records, such as a payload, belongs to the same page.
        records: page === undefined ? extent.records : objects * page,
        count: count === undefined ? extent.count : objects * count,
      })
    );
  };

  const ofSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined, extent: Extent): number => {
    if (!type || extent.objects === 0) return 0;
    const costs = set.selections.map((each) => {
      if (each.kind === Kind.FIELD) return ofField(each, type, extent);
      const fragment = each.kind === Kind.FRAGMENT_SPREAD ? fragments.get(each.name.value) : each;
      if (!fragment) return 0;
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      return ofSet(fragment.selectionSet, condition, extent);
    });
    return costs.reduce((sum, each) => sum + each, 0);
  };

  return ofSet;
}

function fieldOf(parent: GraphQLNamedType, node: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
}

/** Returns the arguments; none if they are invalid, because the field then fails without a call. */
function argumentsIn(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: VariableValues): Arguments {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}
