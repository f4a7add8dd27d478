import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  Kind,
  parse,
  type SelectionSetNode,
  separateOperations,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { keyOf, operationOf, selections, withSelections } from '../../../cookbook/documents.ts';
import { fieldsIn, fragmentsOf, type SingleField, type SingleOperation } from './lists.ts';
import { hidden } from './hidden.ts';

/** The most records of a page. */
const maximumPage = 100;

/** The values of the variables of an operation, as graphql-js returns them. */
export type VariableValues = NonNullable<Parameters<typeof getArgumentValues>[2]>;

/** A list of which as many pages are read as needed. */
export interface PagedList {
  /** Its place in the response. */
  readonly path: readonly string[];
  /** The number of records to read; infinite for all. */
  readonly wanted: number;
  /** Whether `wanted` is a limit that is not part of the document. */
  readonly isLimited: boolean;
  /** The names of the fields of its connection, by their keys in the response. */
  readonly fields: ReadonlyMap<string, string>;
  readonly firstVariable: string;
  readonly afterVariable: string;
}

/** A document whose lists can be read page by page, by its variables. */
export interface PagedDocument {
  readonly document: DocumentNode;
  readonly lists: readonly PagedList[];
}

/**
 * Prepares the lists outside of other lists for reading all their pages. A list with `first: 100`, the largest page, or
 * without `first` is read to its end; any other `first` is the number of records to read. A list with `last`, `before` or
 * `after` is read as it is, and so is every list of a mutation. `limit` is the maximum number of records of each list.
 */
export function withPages(
  { document, operation, fields }: SingleOperation,
  values: VariableValues,
  limit: number | undefined,
): PagedDocument {
  const fragments = fragmentsOf(document);
  // The document of a further page would make a change again.
  const pageable = operation.operation === 'query' ? fields : [];
  const found = pageable.flatMap((each) => pagedList(each, fragments, values, limit) ?? []);
  const lists = found.map(({ list }, index) => ({
    ...list,
    firstVariable: `${hidden}first${index}`,
    afterVariable: `${hidden}after${index}`,
  }));
  const owners = new Map(found.flatMap(({ nodes }, index) => nodes.map((node) => [node, lists[index]] as const)));
  const rewritten = visit(operation, {
    Field: {
      enter: (node) => {
        const list = owners.get(node);
        return list && withPage(node, list);
      },
    },
  });
  const added = lists.flatMap(({ firstVariable, afterVariable }) =>
    variables(`$${firstVariable}: Int, $${afterVariable}: String`),
  );
  const variableDefinitions = [...(operation.variableDefinitions ?? []), ...added];
  const definitions = document.definitions.map((each) =>
    each === operation ? { ...rewritten, variableDefinitions } : each,
  );
  return { document: withoutUnused({ ...document, definitions }), lists };
}

/** Returns the document that reads only one of the lists of a document. */
export function pageOf(document: DocumentNode, { path }: PagedList): DocumentNode {
  const operation = operationOf(document);
  const pruned = { ...operation, selectionSet: along(operation.selectionSet, path) };
  return withoutUnused({
    ...document,
    definitions: document.definitions.map((each) => (each === operation ? pruned : each)),
  });
}

/** Returns the number of records of the next page of a list. */
export function pageSize({ wanted }: PagedList, read: number): number {
  return Math.min(maximumPage, wanted - read);
}

function pagedList(
  { path, nodes, field }: SingleField,
  fragments: ReturnType<typeof fragmentsOf>,
  values: VariableValues,
  limit = Infinity,
) {
  const [node] = nodes;
  const type = getNamedType(field.type);
  const isConnection = 'getFields' in type && 'pageInfo' in type.getFields();
  if (!isConnection || node === undefined) return undefined;
  const selected = nodes.flatMap(({ selectionSet }) => fieldsIn(selectionSet, fragments));
  if (!selected.some(({ name }) => isRows(name.value))) return undefined;
  const [{ first, last, before, after }, ...others] = nodes.map((each) => getArgumentValues(field, each, values)) as [
    Record<string, unknown>,
    ...Record<string, unknown>[],
  ];
  // Selections for different types of an object can ask for different numbers.
  if (others.some((other) => other['first'] !== first || other['after'] !== after)) return undefined;
  if (last != null || before != null || after != null) return undefined;
  if (typeof first === 'number' && first < 1) return undefined;
  const own = typeof first !== 'number' || isLargestPage(node) ? Infinity : first;
  const names = new Map(selected.map((each) => [keyOf(each), each.name.value]));
  return { nodes, list: { path, wanted: Math.min(own, limit), isLimited: limit < own, fields: names } };
}

/** Whether a field of a connection has its records. */
export function isRows(name: string | undefined): boolean {
  return name === 'nodes' || name === 'edges';
}

/** A literal `first: 100` asks for the largest page, not for 100 records. */
function isLargestPage({ arguments: given = [] }: FieldNode): boolean {
  const value = given.find(({ name }) => name.value === 'first')?.value;
  return value?.kind === Kind.INT && Number(value.value) === maximumPage;
}

function withPage(node: FieldNode, { wanted, isLimited, firstVariable, afterVariable }: PagedList): FieldNode {
  const isSingle = wanted <= maximumPage && !isLimited;
  const kept = (node.arguments ?? []).filter(({ name }) => name.value !== 'first' && name.value !== 'after');
  const [field] = selections(`{ x(first: $${firstVariable}, after: $${afterVariable}) }`) as [FieldNode];
  const given: readonly ArgumentNode[] = [...kept, ...(field.arguments ?? [])];
  const position = isSingle ? [] : selections(`{ ${hidden}page: pageInfo { hasNextPage endCursor } }`);
  return withSelections({ ...node, arguments: given }, position);
}

function variables(text: string): readonly VariableDefinitionNode[] {
  return operationOf(parse(`query (${text}) { x }`, { noLocation: true })).variableDefinitions ?? [];
}

/** Keeps only the fields along a path, and everything within its last field. */
function along(selectionSet: SelectionSetNode, [key, ...rest]: readonly string[]): SelectionSetNode {
  const kept = selectionSet.selections.flatMap((each) => {
    if (each.kind === Kind.FRAGMENT_SPREAD) return [];
    if (each.kind === Kind.FIELD && (keyOf(each) !== key || rest.length === 0)) return keyOf(each) === key ? each : [];
    if (each.selectionSet === undefined) return [];
    const path = each.kind === Kind.FIELD ? rest : [key ?? '', ...rest];
    const inner = along(each.selectionSet, path);
    return inner.selections.length > 0 ? { ...each, selectionSet: inner } : [];
  });
  return { ...selectionSet, selections: kept };
}

/** Removes the fragments and the variables that the operation does not use, which GraphQL does not allow. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const operation = operationOf(document);
  const needed = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  const used = new Set<string>();
  visit(needed, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(needed, {
    VariableDefinition: (definition) => (used.has(definition.variable.name.value) ? undefined : null),
  });
}
