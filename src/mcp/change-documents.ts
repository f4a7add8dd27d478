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

/** Separates the name of a field of an error from its type. */
const separator = '_';

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

/** Returns the members of a result that is an error which the schema declares; undefined if it is a payload. */
export function declaredErrorOf(typename: string, members: Readonly<Record<string, unknown>>): object | undefined {
  const type = schema.getType(typename);
  if (!isObjectType(type) || !isError(type)) return undefined;
  const known = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([name, value]) => [name.slice(`${typename}${separator}`.length), value]));
}

function isError(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Error');
}

function resultsOf({ name, type }: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
  const result = getNamedType(type);
  if (!isUnionType(result)) throw new TypeError(`The result of ${name} is not a union.`);
  return result.getTypes();
}

/** Errors have fields of the same name and different types, such as `reason`. */
function fragmentOf(type: GraphQLObjectType): string {
  return `... on ${type.name} ${membersOf(type, isError(type) ? `${type.name}${separator}` : '')}`;
}

function membersOf(type: GraphQLObjectType, prefix = ''): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  const alias = (name: string) => (prefix === '' ? name : `${prefix}${name}: ${name}`);
  return `{ ${fields.map(({ name, type }) => `${alias(name)} ${selectionOf(type)}`).join(' ')} }`;
}

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  const brief = briefs[named.name];
  if (brief !== undefined || isLeafType(named)) return brief ?? '';
  if (isUnionType(named) || isInterfaceType(named)) throw new TypeError(`The fields of ${named.name} are not known.`);
  return membersOf(named);
}
