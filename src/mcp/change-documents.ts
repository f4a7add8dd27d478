import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../schema.ts';

/** What the answer of a change contains of a record. Further fields could cost AWS calls. */
const briefs: Readonly<Record<string, string>> = {
  Snapshot: '{ id arn identifier status createdAt }',
  Cluster: '{ id arn identifier status }',
  Source: '{ account region service }',
  TableRestore: '{ id requestId restoreState }',
  Error: '{ code message fault requestId }',
};

/** Returns the document of a mutation, with everything that its payload and its errors say about the change. */
export function changeDocument(mutation: GraphQLField<unknown, unknown>): string {
  const [input] = mutation.args;
  const members = resultsOf(mutation).map(fragmentOf);
  return `mutation ($input: ${String(input?.type)}) { ${mutation.name}(input: $input) { __typename ${members.join(' ')} } }`;
}

/** Returns the part of the document that selects the payload, which describes the data of an answer. */
export function payloadDocument(mutation: GraphQLField<unknown, unknown>): string {
  const payloads = resultsOf(mutation).filter((type) => !isError(type));
  return `mutation { ${mutation.name} { ${payloads.map(fragmentOf).join(' ')} } }`;
}

/** Whether the type of a result is one of the errors that the schema declares. */
export function isErrorName(name: unknown): boolean {
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(type) && isError(type);
}

function isError(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Error');
}

function resultsOf({ name, type }: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
  const result = getNamedType(type);
  if (!isUnionType(result)) throw new TypeError(`The result of ${name} is not a union.`);
  return result.getTypes();
}

function fragmentOf(type: GraphQLObjectType): string {
  return `... on ${type.name} ${membersOf(type)}`;
}

function membersOf(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  return `{ ${fields.map(({ name, type }) => `${name} ${selectionOf(type)}`).join(' ')} }`;
}

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  const brief = briefs[named.name];
  if (brief !== undefined || isLeafType(named)) return brief ?? '';
  if (isUnionType(named) || isInterfaceType(named)) throw new TypeError(`The fields of ${named.name} are not known.`);
  return membersOf(named);
}
