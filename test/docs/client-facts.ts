import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  introspectionFromSchema,
  type IntrospectionType,
  type IntrospectionTypeRef,
  isAbstractType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';

/** The arguments that select a page of a list; every other argument selects the list. */
const pageArguments = new Set(['first', 'last', 'after', 'before']);

/** What client caches need to know about a schema: the module docs/clients/schema.ts. */
export function clientFacts(schema: GraphQLSchema): string {
  const objects = objectTypes(schema);
  const names = (types: readonly GraphQLObjectType[]) => JSON.stringify(types.map(({ name }) => name));
  const isEntity = (type: GraphQLObjectType) => type.getInterfaces().some(({ name }) => name === 'Node');
  return `// \`npm run docs:write\` writes this file from schema.graphql.

/** The object types of each interface and union. */
export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possibleTypes(schema))};

/** The types with an \`id\` of their own: each object is one record of a cache. */
export const entityTypes: string[] = ${names(objects.filter(isEntity))};

/** All other types: an object is a part of the object that contains it, even if it has a field \`id\`. */
export const valueTypes: string[] = ${names(objects.filter((type) => !isEntity(type)))};

/** The types of pages of a list. */
export const pageTypes: string[] = ${names(objects.filter(isPage))};

/** The fields that return a page of a list, by type, with the arguments that select the list. */
export const listFields: Record<string, Record<string, string[]>> = ${JSON.stringify(listFields(schema))};
`;
}

/**
 * The introspection result that graphcache needs, one type per line: docs/clients/introspection.json. Scalars, enums and
 * inputs are one type \`Any\`, because graphcache does not look at them.
 */
export function clientIntrospection(schema: GraphQLSchema): string {
  const { __schema } = introspectionFromSchema(schema);
  const types = __schema.types.filter(({ name }) => !name.startsWith('__')).flatMap(minified);
  const roots = { queryType: 'Query', mutationType: 'Mutation', subscriptionType: 'Subscription' };
  const rootTypes = Object.entries(roots).map(([key, name]) => `"${key}": { "name": "${name}" }`);
  const lines = [...types, { kind: 'SCALAR', name: 'Any' }].map((type) => `  ${JSON.stringify(type)}`);
  return `{ "__schema": { ${rootTypes.join(', ')}, "types": [\n${lines.join(',\n')}\n] } }\n`;
}

function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter((type) => !isIntrospectionType(type) && !roots.includes(type))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function isPage(type: GraphQLObjectType): boolean {
  const fields = type.getFields();
  return 'edges' in fields && 'pageInfo' in fields;
}

function possibleTypes(schema: GraphQLSchema): Record<string, string[]> {
  const abstract = Object.values(schema.getTypeMap()).filter((type) => isAbstractType(type));
  return Object.fromEntries(
    abstract.map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .toSorted(),
    ]),
  );
}

function listFields(schema: GraphQLSchema): Record<string, Record<string, string[]>> {
  const returnsPage = (type: GraphQLOutputType) => {
    const named = getNamedType(type);
    return isObjectType(named) && isPage(named);
  };
  const query = schema.getQueryType();
  const found = [...(query ? [query] : []), ...objectTypes(schema)].map((type) => {
    const lists = Object.values(type.getFields()).filter((field) => returnsPage(field.type));
    const argumentsOf = (args: readonly { readonly name: string }[]) =>
      args.map(({ name }) => name).filter((name) => !pageArguments.has(name));
    return [type.name, Object.fromEntries(lists.map(({ name, args }) => [name, argumentsOf(args)]))] as const;
  });
  return Object.fromEntries(found.filter(([, fields]) => Object.keys(fields).length > 0));
}

function minified(type: IntrospectionType): object[] {
  const named = (types: readonly { readonly name: string }[]) => types.map(({ name }) => ({ kind: 'OBJECT', name }));
  if (type.kind === 'UNION') return [{ kind: type.kind, name: type.name, possibleTypes: named(type.possibleTypes) }];
  if (type.kind !== 'OBJECT' && type.kind !== 'INTERFACE') return [];
  const fields = type.fields.map(({ name, type, args }) => ({
    name,
    type: reference(type),
    args: args.map(({ name }) => ({ name, type: any })),
  }));
  const interfaces = type.interfaces.map(({ name }) => ({ kind: 'INTERFACE', name }));
  const possible = type.kind === 'INTERFACE' ? { possibleTypes: named(type.possibleTypes) } : {};
  return [{ kind: type.kind, name: type.name, fields, interfaces, ...possible }];
}

const any = { kind: 'SCALAR', name: 'Any' };

function reference(type: IntrospectionTypeRef): object {
  if (type.kind === 'NON_NULL' || type.kind === 'LIST') return { kind: type.kind, ofType: reference(type.ofType) };
  return type.kind === 'SCALAR' || type.kind === 'ENUM' ? any : { kind: type.kind, name: type.name };
}
