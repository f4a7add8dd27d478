import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { nodes } from '../limits/field-prices.ts';
import { lookup } from '../limits/price.ts';
import { encodeGlobalId, readGlobalId } from '../snapshots/global-id.ts';
import type { Context } from './context.ts';
import { errorsOfEveryChange } from './errors/error-unions.ts';
import { AccountIdScalar, DateTimeScalar } from './scalars.ts';

/**
 * Why the response to an operation that selects a field can differ from an earlier response to the same operation, for
 * callers that can read the same records and with the same AWS responses: the field depends on the subject or on other
 * permissions of the caller, or it reports the AWS calls that the response made.
 */
export type Variation = 'BY_CALLER' | 'BY_CALLS';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** Why the field can have another value in a repeated response. */
    readonly variation?: Variation;
  }
}

/** The schema builder, to which every `*.schema.ts` and every file of this folder adds its types. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultNodeNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    AccountId: { Input: string; Output: string };
    ID: { Input: string; Output: string };
  };
}>({
  // The errors plugin must come first: an error thrown by a plugin before it would not become a typed error.
  plugins: [ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    /** The errors that every mutation can return; a field adds its own. */
    defaultTypes: errorsOfEveryChange,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  relay: {
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    // Invalid ids are rejected by the resolver, not here, so that one invalid id does not fail all of `nodes`.
    decodeGlobalID: readGlobalId,
    nodeFieldOptions: { nullable: false },
    idFieldOptions: { description: 'The Node ID of this object, for `node(id:)`.' },
    nodeTypeOptions: { description: 'An object with an ID.' },
    nodeQueryOptions: {
      description: 'Looks up an object by its Node ID, usually in one AWS call. Null if the object no longer exists.',
      args: { id: { description: 'The Node ID of the object.' } },
      extensions: { price: lookup },
      resolve: (_root, { id }, ctx) => ctx.fleet.lookups.node(id),
    },
    nodesQueryOptions: {
      description:
        'Looks up at most 100 objects by their Node IDs, and returns them in the order of `ids`. Objects of the same source are read together if that takes fewer AWS calls. An object that no longer exists is null.',
      args: { ids: { description: 'The Node IDs of the objects, at most 100.' } },
      // A list of more ids than allowed fails as a whole.
      nullable: { list: true, items: true },
      extensions: { price: nodes },
      resolve: (_root, { ids }, ctx) => ctx.fleet.lookups.nodes(ids),
    },
    cursorFieldOptions: {
      description: 'The cursor of this record. Pass it as `after` to read the records that follow.',
    },
  },
});

/** Defines the fields of an input type. */
export type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

builder.addScalarType('DateTime', DateTimeScalar);
builder.addScalarType('AccountId', AccountIdScalar);
builder.queryType({ description: 'The root of all queries.' });
builder.mutationType({
  description:
    'The root of all mutations. Each mutation validates its entire input before it changes anything, and sends each change to AWS only once. With `dryRun`, a mutation only returns the AWS calls that it would make.',
});
