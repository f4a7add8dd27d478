import { buildSchema, getNamedType, type GraphQLSchema, isEnumType, isObjectType, isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/errors.ts';
import { schema } from '../../src/schema.ts';
import { sources } from '../support/import-graph.ts';
import { parseSource, type Source, stringOf, walk } from '../support/syntax.ts';

describe('every error class', () => {
  it('has a GraphQL type that implements Error and is a member of a mutation result', () => {
    expect(namesOfClasses(errors).length).toBeGreaterThan(5);
    expect(missingTypes(namesOfClasses(errors), schema)).toEqual([]);
  });
});

describe('every code of the ErrorCode enum', () => {
  it('exists in errors.ts', () => {
    const known = codesOf(sources.find(({ path }) => path === 'src/errors.ts'));
    expect(known.length).toBeGreaterThan(5);
    expect(codesIn(schema).length).toBeGreaterThan(5);
    expect(codesIn(schema).filter((code) => !known.includes(code))).toEqual([]);
  });
});

describe('the check of errors', () => {
  it('covers the classes that extend SnapgateError', () => {
    class NearError extends errors.SnapgateError {}
    class FarError extends Error {}
    expect(namesOfClasses({ NearError, FarError, isError: () => true, SnapgateError: errors.SnapgateError })).toEqual([
      'NearError',
    ]);
  });

  it('reports the first missing part of each class', () => {
    const sample = buildSchema(`
      interface Error { message: String! }
      type WholeError implements Error { message: String! }
      type BareError { message: String! }
      type UnusedError implements Error { message: String! }
      input QueriedError { a: Int }
      type Payload { id: ID }
      union ChangeResult = Payload | WholeError | BareError
      union Found = Payload | UnusedError
      type Query { found: Found }
      type Mutation { change: ChangeResult!, count: Int }
      enum ErrorCode { ONE TWO }
    `);
    expect(missingTypes(['WholeError', 'BareError', 'UnusedError', 'QueriedError', 'NoError'], sample)).toEqual([
      'BareError does not implement Error',
      'UnusedError is in no union that a mutation returns',
      'QueriedError has no object type',
      'NoError has no object type',
    ]);
    expect(codesIn(sample)).toEqual(['ONE', 'TWO']);
  });

  it.each([
    "export type ErrorCode = 'ONE' | 'TWO';\ntype Other = 'THREE';",
    "export const errorCodes = ['ONE', 'TWO'] as const;\nexport type ErrorCode = (typeof errorCodes)[number];",
    "const codes = { ONE: 'a', TWO: 'b' };\nexport type ErrorCode = keyof typeof codes;",
  ])('reads the codes from %j', (text) => {
    expect(codesOf(parseSource('src/errors.ts', text))).toEqual(['ONE', 'TWO']);
  });
});

function namesOfClasses(module: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(module)
    .filter(([, value]) => typeof value === 'function' && value.prototype instanceof errors.SnapgateError)
    .map(([name]) => name);
}

function missingTypes(names: readonly string[], of: GraphQLSchema): readonly string[] {
  const results = Object.values(of.getMutationType()?.getFields() ?? {}).map(({ type }) => getNamedType(type));
  const members = new Set(results.filter(isUnionType).flatMap((union) => union.getTypes().map(({ name }) => name)));
  return names.flatMap((name) => {
    const type = of.getType(name);
    if (!isObjectType(type)) return [`${name} has no object type`];
    if (!type.getInterfaces().some((each) => each.name === 'Error')) return [`${name} does not implement Error`];
    return members.has(name) ? [] : [`${name} is in no union that a mutation returns`];
  });
}

function codesIn(of: GraphQLSchema): readonly string[] {
  const type = of.getType('ErrorCode');
  return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
}

/** The codes of the type `ErrorCode`: its literals, or those of the constant that it is derived from. */
function codesOf(source: Source | undefined): readonly string[] {
  const codes = new Set<string>();
  const constants = new Set<string>();
  if (!source) return [];
  walk(source.program, (node, ancestors) => {
    const isInType = ancestors.some((each) => each.type === 'TSTypeAliasDeclaration' && each.id.name === 'ErrorCode');
    if (isInType && node.type === 'TSTypeQuery' && node.exprName.type === 'Identifier')
      constants.add(node.exprName.name);
    const code = stringOf(node);
    if (isInType && code !== undefined) codes.add(code);
  });
  walk(source.program, (node, ancestors) => {
    const declarator = ancestors.find(({ type }) => type === 'VariableDeclarator');
    const isInConstant =
      declarator?.type === 'VariableDeclarator' &&
      declarator.id.type === 'Identifier' &&
      constants.has(declarator.id.name);
    const code = node.type === 'Property' && node.key.type === 'Identifier' ? node.key.name : stringOf(node);
    if (isInConstant && code !== undefined && /^[A-Z][A-Z_]*$/.test(code)) codes.add(code);
  });
  return [...codes];
}
