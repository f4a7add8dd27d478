import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  valueFromASTUntyped,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { keyOf, operationOf, selections, withSelections } from '../cookbook/documents.ts';
import { schema } from '../schema.ts';

/** How the rows of a list are limited. */
type ListKind = 'connection' | 'summary' | 'all';

/** The list of a question. */
export interface List {
  readonly kind: ListKind;
  /** The names of the fields that contain it. */
  readonly path: readonly string[];
  /** The number of rows of an answer, unless a caller asks for more or fewer. */
  readonly rows: number;
  readonly maximumRows: number;
}

/** A document whose list takes its bounds from the variables `limit` and `cursor`. */
export interface BoundedDocument {
  readonly document: DocumentNode;
  /** The variables of the question, without the bounds of its list. */
  readonly variables: readonly VariableDefinitionNode[];
  /** Undefined if the question has no list. */
  readonly list: List | undefined;
}

/** The fields that are added to a list, which are not part of the data of an answer. */
export const added = { page: 'mcpPage', total: 'mcpTotal', sources: 'mcpSources' } as const;

/** An answer has this many rows, unless the question itself asks for another number. */
const usualRows = 50;
const maximumRows: Readonly<Record<ListKind, number>> = { connection: 100, summary: 1000, all: 1000 };

const sources = `${added.sources}: sources { status error { code message } source { account region service } }`;
const additions = {
  first: `${added.page}: pageInfo { hasNextPage endCursor }`,
  last: `${added.page}: pageInfo { hasNextPage: hasPreviousPage endCursor: startCursor }`,
  summary: `${added.total}: groupCount`,
};

/** Returns the document of a question with bounds for its outermost list. */
export function boundList(document: DocumentNode): BoundedDocument {
  const typeInfo = new TypeInfo(schema);
  let list: List | undefined;
  let replaced: string | undefined;
  const bounded = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node, _key, _parent, _path, ancestors) {
        const path = [...ancestors.flatMap(responseNames), keyOf(node)];
        const kind = list === undefined ? kindOf(typeInfo.getType(), path) : undefined;
        if (kind === undefined) return undefined;
        const variable = boundOf(node)?.value;
        if (variable?.kind === Kind.VARIABLE) replaced = variable.name.value;
        const rows = replaced === undefined ? usualRows : Number(defaultOf(document, replaced));
        list = { kind, path, rows, maximumRows: maximumRows[kind] };
        return kind === 'all' ? undefined : withBounds(node, kind);
      },
    }),
  );
  const variables = variablesOf(document).filter(({ variable }) => variable.name.value !== replaced);
  if (list === undefined || list.kind === 'all') return { document, variables, list };
  const withVariables = visit(bounded, {
    OperationDefinition: (node) => ({ ...node, variableDefinitions: [...variables, ...boundVariables(list?.kind)] }),
  });
  return { document: withVariables, variables, list };
}

function kindOf(type: GraphQLOutputType | null | undefined, path: readonly string[]): ListKind | undefined {
  if (isListType(getNullableType(type))) return path.length === 1 ? 'all' : undefined;
  const named = getNamedType(type);
  if (!isObjectType(named)) return undefined;
  if ('pageInfo' in named.getFields()) return 'connection';
  return 'groupCount' in named.getFields() ? 'summary' : undefined;
}

/** Whether an argument limits a list. */
export function isBound(argument: string): boolean {
  return ['first', 'last', 'after', 'before'].includes(argument);
}

function boundOf({ arguments: args = [] }: FieldNode): ArgumentNode | undefined {
  return args.find(({ name }) => name.value === 'first' || name.value === 'last');
}

function withBounds(node: FieldNode, kind: ListKind): FieldNode {
  const bound = boundOf(node)?.name.value === 'last' ? 'last' : 'first';
  const ofCursor = kind === 'summary' ? '' : `, ${bound === 'last' ? 'before' : 'after'}: $cursor`;
  const extras = kind === 'summary' ? additions.summary : additions[bound];
  const [field] = selections(`{ x(${bound}: $limit${ofCursor}) }`) as [FieldNode];
  const others = (node.arguments ?? []).filter(({ name }) => !isBound(name.value));
  const given = [...others, ...(field.arguments ?? [])];
  return withSelections({ ...node, arguments: given }, selections(`{ ${extras} ${sources} }`));
}

function boundVariables(kind: ListKind | undefined): readonly VariableDefinitionNode[] {
  return variablesOf(parse(`query ($limit: Int!${kind === 'connection' ? ', $cursor: String' : ''}) { x }`));
}

function variablesOf(document: DocumentNode): readonly VariableDefinitionNode[] {
  return operationOf(document).variableDefinitions ?? [];
}

function defaultOf(document: DocumentNode, name: string): unknown {
  const definition = variablesOf(document).find(({ variable }) => variable.name.value === name);
  return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
}

function responseNames(ancestor: ASTNode | readonly ASTNode[]): readonly string[] {
  return 'kind' in ancestor && ancestor.kind === Kind.FIELD ? [keyOf(ancestor)] : [];
}
