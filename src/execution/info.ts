import type { GraphQLField, GraphQLObjectType, GraphQLResolveInfo, ResponsePath } from 'graphql';
import { abandon, type Run, type Spot } from './run.ts';

/** The field that a resolver is called for. */
export interface InfoSpot extends Spot {
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Describes the field for its resolver, as graphql-js does. Without an abort signal: a query is read to its end. */
export function resolveInfo(
  { plan, rootValue, variableValues }: Run,
  { parentType, field, nodes }: InfoSpot,
  path: ResponsePath,
): GraphQLResolveInfo {
  return {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType,
    path,
    schema: plan.schema,
    fragments: plan.fragments,
    rootValue,
    operation: plan.operation,
    variableValues,
    getAbortSignal: () => undefined,
    getAsyncHelpers: () => ({ promiseAll: (values) => Promise.all(values), track: abandon }),
  };
}
