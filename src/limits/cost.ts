import {
  BREAK,
  type DocumentNode,
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
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
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
  const { variableValues } = variablesOf(args);
  if (!operation || variableValues === undefined) return 0;
  const fields = pricedFieldsOf(schema, document, operation);
  return sumOf(fields, { objects: 1, records: 0, count: 0 }, { fleet, variables: variableValues });
}

type VariableValues = Parameters<typeof getArgumentValues>[2];

/** A selected field that has a price, or a field inside that has one. */
interface PricedField {
  readonly price: PriceOf | undefined;
  readonly argumentsFor: (variables: VariableValues) => Arguments;
  readonly inside: readonly PricedField[];
}

/** The objects that a selection is evaluated on. */
interface Extent {
  readonly objects: number;
  /** The number of records on the pages of the enclosing connections. */
  readonly records: number;
  /** The calls of counting the lists of the enclosing connections. */
  readonly count: number;
}

/** What the prices of one request depend on. */
interface Priced {
  readonly fleet: FleetSize;
  readonly variables: VariableValues;
}

function sumOf(fields: readonly PricedField[], extent: Extent, priced: Priced): number {
  if (extent.objects === 0) return 0;
  return fields.reduce((sum, field) => sum + costOfField(field, extent, priced), 0);
}

function costOfField({ price: priceOf, argumentsFor, inside }: PricedField, extent: Extent, priced: Priced): number {
  const price = priceOf?.(argumentsFor(priced.variables), priced.fleet) ?? {};
  if (price.isCount) return extent.count;
  if (price.isPage) return sumOf(inside, { objects: extent.records, records: 0, count: 0 }, priced);
  const { calls = 0, atMost = Infinity, listed = 1, page, count } = price;
  const { objects } = extent;
  const within: Extent = {
    objects: objects * atLeastZero(listed),
    // An object between the connection and its records, such as a payload, belongs to the same page.
    records: page === undefined ? extent.records : objects * atLeastZero(page),
    count: count === undefined ? extent.count : objects * atLeastZero(count),
  };
  return Math.min(objects * atLeastZero(calls), atMost) + sumOf(inside, within, priced);
}

/** Clients choose arguments before they are validated: no field must make the other fields of an operation cheaper. */
function atLeastZero(value: number): number {
  return Math.max(0, value);
}

/** The priced fields of operations, and the schema that declares them: the same documents are sent again and again. */
const known = new WeakMap<
  OperationDefinitionNode,
  { readonly schema: GraphQLSchema; readonly fields: readonly PricedField[] }
>();

function pricedFieldsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly PricedField[] {
  const found = known.get(operation);
  if (found?.schema === schema) return found.fields;
  const root = schema.getRootType(operation.operation);
  const fragments = new Map(
    document.definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const fields = root ? createSelection(schema, fragments)(operation.selectionSet, root) : [];
  known.set(operation, { schema, fields });
  return fields;
}

/**
 * Returns the function that collects the priced fields of a selection. A document has few fields, even with its fragments
 * spread: other documents are rejected before this.
 */
function createSelection(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const ofField = (node: FieldNode, parent: GraphQLNamedType): readonly PricedField[] => {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return [];
    const { price } = field.extensions;
    const inside = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type)) : [];
    return price || inside.length > 0 ? [{ price, argumentsFor: argumentsOf(field, node), inside }] : [];
  };
  const ofSet = (set: SelectionSetNode, type: GraphQLNamedType | undefined): readonly PricedField[] => {
    if (!type) return [];
    return set.selections.flatMap((each) => {
      if (each.kind === Kind.FIELD) return ofField(each, type);
      const fragment = each.kind === Kind.FRAGMENT_SPREAD ? fragments.get(each.name.value) : each;
      if (!fragment) return [];
      const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      return ofSet(fragment.selectionSet, condition);
    });
  };
  return ofSet;
}

/** Returns the function that reads the arguments of a field; without variables, they are always the same. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): PricedField['argumentsFor'] {
  if (hasVariables(node)) return (variables) => argumentsIn(field, node, variables);
  const constant = argumentsIn(field, node, undefined);
  return () => constant;
}

function hasVariables({ arguments: given = [] }: FieldNode): boolean {
  let isFound = false;
  for (const argument of given) {
    visit(argument, {
      Variable: () => {
        isFound = true;
        return BREAK;
      },
    });
  }
  return isFound;
}

/** Returns the arguments; none if they are invalid, because the field then fails without a call. */
function argumentsIn(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: VariableValues): Arguments {
  try {
    return getArgumentValues(field, node, variables);
  } catch {
    return {};
  }
}
