import {
  type DocumentNode,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Variation } from '../../graphql/builder.ts';

/** How the responses of an operation can be kept: separately for each caller, only if they made no AWS calls, or both. */
export type Keepability = ReadonlySet<Variation>;

/**
 * Returns how the responses of a valid operation can be kept; undefined if they are not kept, because it is not a query,
 * or because it reads the schema. The result does not depend on the variables.
 */
export function keepabilityOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
): Keepability | undefined {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'query') return undefined;
  const variations = new Set<Variation>();
  let readsSchema = false;
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    // Fragments are searched even if only other operations use them.
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Field: ({ name }) => {
      const variation = types.getFieldDef()?.extensions.variation;
      if (variation !== undefined) variations.add(variation);
      readsSchema ||= name.value === '__schema' || name.value === '__type';
    },
  });
  visit({ kind: Kind.DOCUMENT, definitions: document.definitions }, visitor);
  return readsSchema ? undefined : variations;
}
