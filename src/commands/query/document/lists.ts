import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { keyOf, operationOf } from '../../../cookbook/documents.ts';

/** A field of a document that is not within a list: the operation has it at most once. */
export interface SingleField {
  /** Its place in the response. */
  readonly path: readonly string[];
  /** The selections of the field; several are merged in the response. */
  readonly nodes: readonly FieldNode[];
  readonly field: GraphQLField<unknown, unknown>;
}

/** A document of one operation, in which no field outside of lists is selected by the name of a fragment. */
export interface SingleOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The fields outside of lists with selections, each before those within it. */
  readonly fields: readonly SingleField[];
}

/** Replaces the fragment spreads outside of lists by inline fragments, and returns the fields outside of lists. */
export function readOperation(schema: GraphQLSchema, document: DocumentNode): SingleOperation {
  const operation = operationOf(document);
  const root = schema.getRootType(operation.operation);
  const reader = { schema, fragments: fragmentsOf(document), found: new Map<string, Found>() };
  const selectionSet = root ? expand(reader, operation.selectionSet, root, []) : operation.selectionSet;
  const expanded = { ...operation, selectionSet };
  return {
    document: { ...document, definitions: [expanded, ...reader.fragments.values()] },
    operation: expanded,
    fields: [...reader.found.values()],
  };
}

/** Returns the fragments of a document by their names. */
export function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((each) => [each.name.value, each]));
}

/** Returns the fields that a selection selects, also by fragments. */
export function fieldsIn(
  selectionSet: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((each) => {
    if (each.kind === Kind.FIELD) return each;
    if (each.kind === Kind.INLINE_FRAGMENT) return fieldsIn(each.selectionSet, fragments);
    return fieldsIn(fragments.get(each.name.value)?.selectionSet, fragments);
  });
}

interface Found extends SingleField {
  readonly nodes: FieldNode[];
}

interface Reader {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly found: Map<string, Found>;
}

function expand(
  reader: Reader,
  selectionSet: SelectionSetNode,
  type: GraphQLCompositeType,
  path: readonly string[],
): SelectionSetNode {
  const selections = selectionSet.selections.map((each): SelectionNode => {
    if (each.kind === Kind.FIELD) return expandField(reader, each, type, path);
    const fragment = each.kind === Kind.FRAGMENT_SPREAD ? reader.fragments.get(each.name.value) : each;
    if (fragment === undefined) return each;
    const { typeCondition, selectionSet: inner } = fragment;
    const condition = typeCondition && reader.schema.getType(typeCondition.name.value);
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition,
      directives: each.directives,
      selectionSet: expand(reader, inner, isCompositeType(condition) ? condition : type, path),
    };
  });
  return { ...selectionSet, selections };
}

function expandField(reader: Reader, node: FieldNode, type: GraphQLCompositeType, path: readonly string[]): FieldNode {
  const field = 'getFields' in type ? type.getFields()[node.name.value] : undefined;
  if (field === undefined || node.selectionSet === undefined) return node;
  const here = [...path, keyOf(node)];
  const nodes = placeOf(reader, here, field);
  const named = getNamedType(field.type);
  const isSingle = !isListType(getNullableType(field.type)) && isCompositeType(named);
  const selectionSet = isSingle ? expand(reader, node.selectionSet, named, here) : node.selectionSet;
  const expanded = { ...node, selectionSet };
  nodes.push(expanded);
  return expanded;
}

function placeOf({ found }: Reader, path: readonly string[], field: Found['field']): FieldNode[] {
  const key = JSON.stringify(path);
  const place = found.get(key) ?? { path, nodes: [], field };
  found.set(key, place);
  return place.nodes;
}
