import {
  buildSchema,
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createCompiledOperations } from '../../src/execution/compiled-operations.ts';
import { runs } from '../support/runs.ts';
import { onlyDefaults, type Random, randomOf, randomOperation } from './random-operations.ts';

const text = /* GraphQL */ `
  interface Node {
    id: ID!
    strict: Node!
    loose: Node
    name: String!
  }
  union Any = One | Two
  enum Color {
    RED
    GREEN
  }
  scalar Moment
  type One implements Node {
    id: ID!
    strict: Node!
    loose: Node
    name: String!
    int: Int
    float: Float!
    flag: Boolean
    color: Color!
    colors: [Color!]
    ones: [One!]!
    others: [Two]
    nested: [[One!]]!
    any: Any
    anys: [Any!]
    moment: Moment
    required: One!
  }
  type Two implements Node {
    id: ID!
    strict: Node!
    loose: Node
    name: String!
    text(of: String = "x"): String!
    any: Any!
    list: [String!]
    twos: [Two!]
  }
  type Query {
    one: One
    two: Two!
    node: Node
    nodes: [Node!]!
    any: Any
    anys: [Any]
    text(of: String = "y"): String
  }
`;

/** Creates a schema whose resolvers fail, return null or wrong values, and wait, as the random numbers decide. */
function hostileSchema(random: Random, failures: number): GraphQLSchema {
  const schema = buildSchema(text);
  const some = (probability: number) => random() < probability;
  const make = (depth: number): unknown => ({ __typename: some(0.5) ? 'One' : 'Two', depth });
  const leafOf = (name: string): unknown => {
    if (name === 'Int') return some(0.1) ? 1.5 : Math.floor(random() * 100);
    if (name === 'Float') return some(0.1) ? Infinity : random() * 1e9;
    if (name === 'Boolean') return some(0.5);
    if (name === 'Color') return some(0.1) ? 'BLUE' : 'RED';
    return ['plain', 'with "quotes"', 'ünïcode \u2028 \ud83d\ude00 \ud800', '\\ \n \u0000', ''][
      Math.floor(random() * 5)
    ];
  };
  const valueOf = (type: any, depth: number): unknown => {
    if (some(failures)) return null;
    if (some(failures)) return new GraphQLError('returned');
    if (some(failures / 2)) return Symbol.iterator in Object(type) ? 1 : { __typename: 'Unknown' };
    if (type.ofType && String(type).endsWith('!')) return valueOf(type.ofType, depth);
    if (String(type).startsWith('[')) {
      return Array.from({ length: Math.floor(random() * 4) }, () => later(() => valueOf(type.ofType, depth)));
    }
    if (isAbstractType(type)) return make(depth + 1);
    return isObjectType(type) ? { __typename: type.name, depth } : leafOf(type.name);
  };
  const later = (value: () => unknown): unknown => {
    if (some(failures / 2)) return failLater();
    if (!some(0.2)) return value();
    const result = value();
    return some(0.5) ? Promise.resolve(result) : Promise.resolve().then(() => result);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type))
      type.resolveType = (value: any) => (some(0.1) ? Promise.resolve(value.__typename) : value.__typename);
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (some(0.3)) Object.assign(field.extensions, {});
      else Object.assign(field, { extensions: { price: () => ({}) } });
      field.resolve = (source: any) => {
        if (some(failures)) throw new Error('thrown');
        return later(() => valueOf(field.type, source?.depth ?? 0));
      };
    }
  }
  return schema;
}

/** A promise that fails; nothing may wait for it if its list is not read to the end. */
function failLater(): Promise<never> {
  const failing = Promise.reject(new Error('late'));
  failing.catch(() => {});
  return failing;
}

/** Executes an operation with GraphQL.js and compiled, on equal schemas whose resolvers make the same random choices. */
async function both(seed: number, failures: number) {
  const source = randomOperation(buildSchema(text), randomOf(seed), { argumentsOf: onlyDefaults, depth: 5 });
  const document = parse(source);
  const [one, other] = [hostileSchema(randomOf(seed), failures), hostileSchema(randomOf(seed), failures)];
  if (validate(one, document).length > 0) return undefined;
  const expected = await execute({ schema: one, document });
  const variableValues = getVariableValues(
    other,
    getOperationAST(document)?.variableDefinitions ?? [],
    {},
  ).variableValues;
  if (variableValues === undefined) throw new Error('The variables are not valid.');
  const compiled = createCompiledOperations(other).find(document, undefined, variableValues);
  if (compiled === undefined) throw new Error(`The operation is not compiled: ${source}`);
  const { data, errors } = await compiled.execute({ contextValue: {}, variableValues });
  return {
    source,
    expected: { data: JSON.stringify(expected.data), errors: (expected.errors ?? []).map(describeError) },
    actual: { data, errors: errors.map(describeError) },
  };
}

function describeError({ message, path, locations, originalError }: GraphQLError) {
  return { message, path, locations, original: originalError?.message };
}

describe('a compiled operation returns the bytes and errors of GraphQL.js', () => {
  it.each([
    ['without failures', 0],
    ['with some failures', 0.03],
    ['with many failures', 0.15],
  ])('%s', async (_name, failures) => {
    let compared = 0;
    for (let seed = 1; seed <= runs(150, 20_000); seed += 1) {
      const result = await both(seed, failures);
      if (result === undefined) continue;
      compared += 1;
      expect(result.actual, `seed ${seed}`).toEqual(result.expected);
    }
    expect(compared).toBeGreaterThan(100);
  });
});
