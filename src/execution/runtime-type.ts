import { GraphQLError, type GraphQLAbstractType, type GraphQLSchema, isObjectType } from 'graphql';
import type { FieldPlan } from './fields.ts';

/** Returns the error of GraphQL.js for a value of an abstract type whose object type is not known. */
export function invalidRuntimeType(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  { parentType, definition, nodes }: FieldPlan,
  name: unknown,
): GraphQLError {
  const at = { nodes };
  const field = `field "${parentType.name}.${definition.name}"`;
  if (name == null) {
    return new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for ${field}. Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      at,
    );
  }
  if (typeof name !== 'string') {
    return new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for ${field}, which is not a valid Object type name.`,
    );
  }
  const found = schema.getType(name);
  if (found === undefined) {
    return new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      at,
    );
  }
  if (!isObjectType(found)) {
    return new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, at);
  }
  return new GraphQLError(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`, at);
}
