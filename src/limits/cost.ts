import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getOperationAST,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** What the price of a field depends on, besides its arguments. */
export interface Fleet {
  /** Sources that the principal sees. */
  readonly sources: number;
  /** AWS pages that one list may read. */
  readonly maximumPages: number;
  /** Whether records have to be tested for their tags, because the principal may not see all. */
  readonly isPartial: boolean;
}

/** An operation and the variables it came with, which may be wrong. */
export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Arguments = Readonly<Record<string, unknown>>;

/**
 * AWS calls of a field alone, how many objects it is a list of, how many are on the page below it, and the calls that
 * counting all of its list takes besides.
 */
interface Price {
  readonly calls: number;
  readonly listed?: number;
  readonly page?: number;
  readonly count?: number;
}

const look: Price = { calls: 2 };
const costlyConditions = ['tags', 'untagged', 'orphaned', 'exposure', 'withoutSnapshotSince'];

/** The AWS calls that a field may make; a field that is not here makes none of its own. */
const prices: Readonly<Record<string, (args: Arguments, fleet: Fleet) => Price>> = {
  'Query.node': () => look,
  'Query.nodes': ({ ids }) => ({ calls: 2 * sizeOf(ids), listed: sizeOf(ids) }),
  'Query.snapshot': (_args, { sources }) => ({ calls: 2 + sources }),
  'Query.cluster': () => look,
  'Query.snapshots': list,
  'Query.clusters': list,
  'Query.sources': (_args, { sources }) => ({ calls: 0, listed: sources }),
  'Query.snapshotSummary': ({ filter }, fleet) => ({ calls: wholeFleet(filter, fleet) }),
  'SnapshotConnection.sources': (_args, { sources }) => ({ calls: 0, listed: sources }),
  'ClusterConnection.sources': (_args, { sources }) => ({ calls: 0, listed: sources }),
  'SnapshotSummary.sources': (_args, { sources }) => ({ calls: 0, listed: sources }),
  'Source.manualSnapshots': () => ({ calls: 20 }),
  'Snapshot.cluster': () => look,
  'Snapshot.tags': () => ({ calls: 1 }),
  'Snapshot.sharing': () => ({ calls: 1 }),
  'Cluster.tags': () => ({ calls: 1 }),
  'Cluster.snapshots': snapshotsOfOne,
  'Cluster.latestSnapshot': () => ({ calls: 10 }),
  'Cluster.snapshotDays': () => ({ calls: 10 }),
  'Subscription.snapshotProgress': () => look,
};

/** Every change reads what it changes, makes its calls, and may read back each. */
const change = ({ input }: Arguments): Price => {
  const { snapshotIds, revokeAccess, everyone, accounts } = (input ?? {}) as Arguments;
  const records = Math.max(1, sizeOf(snapshotIds));
  const parties = revokeAccess || everyone ? 21 : sizeOf(accounts);
  return { calls: records * (8 + 2 * parties), page: records };
};

/**
 * The most AWS calls that an operation may make, retries apart: known before anything is executed. It counts both
 * branches of conditions, and what several fields could share once for each.
 */
export function costOf({ schema, document, operationName, variables }: Asked, fleet: Fleet): number {
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

/** Calls of a selection: those made once, those made for each record of the page it is selected on, and how often that is counted. */
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
  fleet: Fleet,
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
    if (!isObjectType(parent) && !isInterfaceType(parent)) return nothing;
    const field = parent.getFields()[node.name.value];
    if (!field) return nothing;
    if (isCount(parent, node)) return { ...nothing, counts: 1 };
    const { calls, listed = 1, page = 1, count = 0 } = priceOf(parent, node, variables, fleet);
    const inside = node.selectionSet ? ofSet(node.selectionSet, getNamedType(field.type)) : nothing;
    if (holdsPage(parent, node)) return { ...nothing, each: inside.once + inside.each };
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

/** Whether a field has the records of a page or of a batch, of which the field above it knows the number. */
function holdsPage({ name }: GraphQLNamedType, node: FieldNode): boolean {
  if (name.endsWith('Connection')) return node.name.value === 'nodes' || node.name.value === 'edges';
  return name.endsWith('Payload') && node.name.value === 'results';
}

/** Whether a field counts the list that the field above it is. */
function isCount({ name }: GraphQLNamedType, node: FieldNode): boolean {
  return name.endsWith('Connection') && node.name.value === 'totalCount';
}

function priceOf(parent: GraphQLNamedType, node: FieldNode, variables: Arguments, fleet: Fleet): Price {
  const { value: name } = node.name;
  if (parent.name === 'Mutation') return change(argumentsOf(node, variables));
  const declaring = [parent, ...(isObjectType(parent) || isInterfaceType(parent) ? parent.getInterfaces() : [])];
  const price = declaring.map((type) => prices[`${type.name}.${name}`]).find((each) => each !== undefined);
  return price?.(argumentsOf(node, variables), fleet) ?? { calls: 0 };
}

function argumentsOf(node: FieldNode, variables: Arguments): Arguments {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]),
  );
}

function list({ first, last, filter, orderBy }: Arguments, fleet: Fleet): Price {
  const wanted = Number(first ?? last ?? 20);
  const page = wanted >= 1 && wanted <= 100 ? wanted : 100;
  const whole = wholeFleet(filter, fleet);
  // What is in order has been read in full already.
  if (orderBy != null) return { calls: whole, page, count: 0 };
  // Every source may be entered, however many there are.
  return { calls: fleet.maximumPages + fleet.sources + tests(filter, fleet), page, count: whole };
}

/** AWS picks the snapshots of one cluster itself, so that a page of them is a page of AWS, which may come in parts. */
function snapshotsOfOne(args: Arguments, fleet: Fleet): Price {
  const price = list(args, { ...fleet, sources: 1 });
  const isAsItIs = args['orderBy'] == null && sizeOf(Object.keys(args['filter'] ?? {})) === 0 && !fleet.isPartial;
  return isAsItIs ? { ...price, calls: 5 } : price;
}

/** Every source in full. */
function wholeFleet(filter: unknown, fleet: Fleet): number {
  return 100 + 10 * fleet.sources + tests(filter, fleet);
}

/** Conditions for which AWS is asked record by record. */
function tests(filter: unknown, { isPartial }: Fleet): number {
  const names = Object.keys(filter ?? {});
  return isPartial || names.some((name) => costlyConditions.includes(name)) ? 500 : 0;
}

function sizeOf(list: unknown): number {
  return Array.isArray(list) ? list.length : list == null ? 0 : 1;
}
