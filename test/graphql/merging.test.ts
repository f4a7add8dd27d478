import { type GraphQLInterfaceType, type GraphQLObjectType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';

const nodes = schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType);

/** Snapshots and clusters have different statuses, so a query that selects both needs an alias. */
const different = ['status'];

/** Fields that frontends select on any object. */
const common = ['status', 'progress', 'tags'];

describe('a query over `node`', () => {
  it('can select every field of all types, except `status`, without an alias', () => {
    const fields = nodes.flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({ name: field.name, type: String(field.type) })),
    );
    const types = Map.groupBy(fields, ({ name }) => name);
    const conflicts = [...types].flatMap(([name, own]) =>
      new Set(own.map(({ type }) => type)).size > 1 ? [name] : [],
    );
    expect(conflicts).toEqual(different);
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
