import { type GraphQLInterfaceType, type GraphQLObjectType, isAbstractType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';

/** Returns the fields that the possible types of an abstract type define with different types, and these types. */
const conflictsIn = (possible: readonly GraphQLObjectType[]) => {
  const fields = possible.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  const named = Map.groupBy(fields, ({ field }) => field.name);
  return [...named.values()].filter((own) => new Set(own.map(({ field }) => String(field.type))).size > 1);
};

const nodes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType);

/** Snapshots and clusters have different statuses, so a query that selects both needs an alias. */
const different = ['status'];

/** Fields that frontends select on any object. */
const common = ['status', 'progress', 'tags'];

describe('a query over `node`', () => {
  it('can select every field of all types, except `status`, without an alias', () => {
    expect(conflictsIn(nodes).map(([first]) => first?.field.name)).toEqual(different);
  });

  it('finds a `status`, `progress` or `tags` of another type in no other object', () => {
    const others = Object.values(schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && !nodes.includes(type))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ name }) => common.includes(name))
          .map(({ name }) => `${type.name}.${name}`),
      );
    expect(others).toEqual(['SourceReport.status']);
  });
});

it('a field that needs an alias beside a field of another type says so in its description', () => {
  const silent = Object.values(schema.getTypeMap())
    .filter((type) => isAbstractType(type))
    .flatMap((type) => conflictsIn(schema.getPossibleTypes(type)).flat())
    .filter(
      ({ field }) => !/ needs an alias for one of them, because their types differ/.test(field.description ?? ''),
    );
  expect(silent.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
});
