import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { answers } from './listen.ts';

/**
 * The schema of snapgate over records in memory: two resolvers, and the default resolvers of graphql-js for everything
 * else. Dates are kept as text, as in snapgate.
 */
export function createMemorySchema(): GraphQLSchema {
  const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../../../schema.graphql'), 'utf8'));
  const byId = new Map(answers.snapshots.map((record) => [record.id, record]));
  const { node, snapshots } = schema.getQueryType()?.getFields() ?? {};
  if (!node || !snapshots) throw new Error('The schema has other fields.');
  node.resolve = (_root, { id }) => byId.get(id);
  snapshots.resolve = (_root, { first }) => ({ nodes: answers.snapshots.slice(0, first) });
  return schema;
}
