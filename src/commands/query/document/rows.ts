import {
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isObjectType,
  isOutputType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { keyOf } from '../../../cookbook/documents.ts';
import { isObject, valueAt } from './hidden.ts';
import { fieldsIn, fragmentsOf, type SingleField, type SingleOperation } from './lists.ts';
import { isRows, type VariableValues } from './paging.ts';

/** A column of a table: where its value is in a row. */
export interface Column {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** A table of a response. Its columns are known before the response. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Returns its rows; none if the response has none. */
  rowsOf(data: unknown): readonly unknown[];
}

/** What columns are determined with. */
interface Reader {
  readonly schema: GraphQLSchema;
  readonly fragments: ReturnType<typeof fragmentsOf>;
  /** The dimensions of the keys of a group, if the rows are groups. */
  readonly dimensions: readonly string[];
}

/**
 * Returns the tables of an operation: one for each list outside of other lists, which are the records of a connection, the
 * groups of a summary, and a list of the query itself. Without such a list, the response is one row.
 */
export function tablesOf(schema: GraphQLSchema, single: SingleOperation, values: VariableValues): readonly Table[] {
  const { operation, fields, document } = single;
  const fragments = fragmentsOf(document);
  const lists = operation.operation === 'query' ? fields.filter((each) => isTable(each, single)) : [];
  if (lists.length > 0) {
    return lists.map((list) => ({
      name: (list.path.length > 1 ? list.path.slice(0, -1) : list.path).join('.'),
      columns: columnsOf({ schema, fragments, dimensions: dimensionsOf(list, single, values) }, list),
      rowsOf: (data) => listAt(data, list.path),
    }));
  }
  const roots = fields.filter(({ path }) => path.length === 1);
  const keys = new Set(fieldsIn(operation.selectionSet, fragments).map(keyOf));
  const reader = { schema, fragments, dimensions: [] };
  const [root] = roots;
  if (keys.size === 1 && root && !isList(root.field.type)) {
    return [{ name: root.path.join(''), columns: columnsOf(reader, root), rowsOf: (data) => rowIn(data, root.path) }];
  }
  const type = schema.getRootType(operation.operation);
  const columns = type ? columnsIn(reader, operation.selectionSet, type) : [];
  return [{ name: '', columns: withoutRepetition(columns), rowsOf: (data) => rowIn(data, []) }];
}

function rowIn(data: unknown, path: readonly string[]): readonly unknown[] {
  const value = valueAt(data, path);
  return isObject(value) ? [value] : [];
}

function listAt(data: unknown, path: readonly string[]): readonly unknown[] {
  const value = valueAt(data, path);
  return Array.isArray(value) ? value : [];
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

function isTable(each: SingleField, { fields }: SingleOperation): boolean {
  if (!isList(each.field.type)) return false;
  if (each.path.length === 1) return true;
  const owner = ownerOf(each, fields);
  const type = owner && getNamedType(owner.field.type);
  if (!isObjectType(type) || !('isComplete' in type.getFields())) return false;
  return isRows(each.field.name) || each.field.name === 'groups';
}

function ownerOf({ path }: SingleField, fields: readonly SingleField[]): SingleField | undefined {
  const place = JSON.stringify(path.slice(0, -1));
  return fields.find((each) => JSON.stringify(each.path) === place);
}

/** The dimensions by which a summary groups, in the order of the keys of its groups. */
function dimensionsOf(list: SingleField, { fields }: SingleOperation, values: VariableValues): readonly string[] {
  const owner = list.field.name === 'groups' ? ownerOf(list, fields) : undefined;
  const [node] = owner?.nodes ?? [];
  if (owner === undefined || node === undefined) return [];
  const { groupBy } = getArgumentValues(owner.field, node, values);
  return Array.isArray(groupBy) ? groupBy.map(camelCased) : [];
}

function camelCased(name: unknown): string {
  return String(name)
    .toLowerCase()
    .replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function columnsOf(reader: Reader, { field, nodes }: SingleField): readonly Column[] {
  const type = getNamedType(field.type);
  return withoutRepetition(nodes.flatMap(({ selectionSet }) => columnsIn(reader, selectionSet, type)));
}

function columnsIn(
  reader: Reader,
  selectionSet: SelectionSetNode | undefined,
  type: GraphQLNamedOutputType,
): readonly Column[] {
  return (selectionSet?.selections ?? []).flatMap((each) => {
    if (each.kind === Kind.FIELD) return columnsOfField(reader, each, fieldOf(type, each));
    const fragment = each.kind === Kind.INLINE_FRAGMENT ? each : reader.fragments.get(each.name.value);
    const condition = fragment?.typeCondition && reader.schema.getType(fragment.typeCondition.name.value);
    const inner = condition && isOutputType(condition) ? condition : type;
    return columnsIn(reader, fragment?.selectionSet, inner);
  });
}

function fieldOf(type: GraphQLNamedOutputType, { name }: FieldNode): GraphQLField<unknown, unknown> | undefined {
  return 'getFields' in type ? type.getFields()[name.value] : undefined;
}

/** An object has a column for each of its fields; a list is one column, except for the keys of a group. */
function columnsOfField(
  reader: Reader,
  node: FieldNode,
  field: GraphQLField<unknown, unknown> | undefined,
): readonly Column[] {
  const key = keyOf(node);
  if (field === undefined || isList(field.type)) return keyColumns(reader, node) ?? [{ name: key, path: [key] }];
  if (node.selectionSet === undefined) return [{ name: key, path: [key] }];
  const inner = columnsIn({ ...reader, dimensions: [] }, node.selectionSet, getNamedType(field.type));
  return inner.map(({ name, path }) => ({ name: `${key}.${name}`, path: [key, ...path] }));
}

/** The keys of a group have one column for each dimension, if their values are selected. */
function keyColumns({ dimensions, fragments }: Reader, node: FieldNode): readonly Column[] | undefined {
  if (node.name.value !== 'keys' || dimensions.length === 0) return undefined;
  const value = fieldsIn(node.selectionSet, fragments).find(({ name }) => name.value === 'value');
  return value && dimensions.map((name, index) => ({ name, path: [keyOf(node), index, keyOf(value)] }));
}

function withoutRepetition(columns: readonly Column[]): readonly Column[] {
  return [...new Map(columns.map((each) => [each.name, each])).values()];
}
