import {
  type GraphQLOutputType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { keyOf } from '../cookbook/documents.ts';
import { schema } from '../schema.ts';
import type { ObjectSchema } from './tool.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

interface Properties {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

/**
 * Returns the JSON Schema of what a selection of a type returns, null included. Fields of inline fragments are optional.
 */
function outputOf(type: GraphQLOutputType, selections: SelectionSetNode | undefined): JsonSchema {
  if (isNonNullType(type)) return knownOutputOf(type.ofType, selections);
  const known = knownOutputOf(type, selections);
  return { ...known, type: [known['type'], 'null'] };
}

/** Returns the JSON Schema of the data of an operation, which is null if nothing was returned. */
export function dataOf({ operation, selectionSet }: OperationDefinitionNode): JsonSchema {
  const root = schema.getRootType(operation);
  if (root == null) throw new TypeError(`The schema has no ${operation}.`);
  return outputOf(root, selectionSet);
}

/** Returns the JSON Schema of an answer, with members besides `data`, `errors` and `awsCalls`. */
export function answerSchema(data: JsonSchema, members: Readonly<Record<string, JsonSchema>>): ObjectSchema {
  const properties = {
    data,
    ...members,
    errors: {
      type: 'array',
      description: 'What failed, and why. Messages are data, which can quote names of AWS.',
      items: {
        type: 'object',
        properties: { code: { type: 'string' }, message: { type: 'string' } },
        required: ['code', 'message'],
      },
    },
    awsCalls: { type: 'integer' },
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function knownOutputOf(type: GraphQLOutputType, selections: SelectionSetNode | undefined): JsonSchema {
  if (isNonNullType(type)) return knownOutputOf(type.ofType, selections);
  if (isListType(type)) return { type: 'array', items: outputOf(type.ofType, selections) };
  if (selections === undefined) return { type: scalars[type.name] ?? 'string' };
  return { type: 'object', ...propertiesOf(type, selections) };
}

const scalars: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };

function propertiesOf(type: GraphQLOutputType, { selections }: SelectionSetNode): Properties {
  const parts = selections.map((selection): Properties => {
    if (selection.kind === Kind.FIELD) {
      const name = keyOf(selection);
      return { properties: { [name]: fieldOf(type, selection.name.value, selection.selectionSet) }, required: [name] };
    }
    if (selection.kind !== Kind.INLINE_FRAGMENT) throw new TypeError('A document of a tool has a named fragment.');
    const condition = selection.typeCondition && typeFromAST(schema, selection.typeCondition);
    const inner = condition === undefined || !isOutput(condition) ? type : condition;
    return { properties: propertiesOf(inner, selection.selectionSet).properties, required: [] };
  });
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Properties['properties'],
    required: [...new Set(parts.flatMap(({ required }) => required))],
  };
}

function fieldOf(type: GraphQLOutputType, name: string, selections: SelectionSetNode | undefined): JsonSchema {
  if (name === '__typename') return { type: 'string' };
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) throw new TypeError(`${String(type)} has no field ${name}.`);
  // Fields with fields of their own are named for what they contain.
  const [summary] = (selections === undefined && field.description?.split('. ')) || [];
  return { ...outputOf(field.type, selections), ...(summary && { description: summary }) };
}

function isOutput(type: unknown): type is GraphQLOutputType {
  return isObjectType(type) || isInterfaceType(type);
}
