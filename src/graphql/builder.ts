import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import { nodes } from '../limits/field-prices.ts';
import { lookup } from '../limits/price.ts';
import { encodeGlobalId, readGlobalId } from '../snapshots/global-id.ts';
import type { Context } from './context.ts';
import { errorsOfEveryChange } from './error-unions.ts';
import { AccountIdScalar, DateTimeScalar } from './scalars.ts';

/** The one schema builder; every `*.schema.ts` and every file of this folder adds its types to it. */
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
  // The errors plugin has to stand first: what fails in a plugin before it would not become a typed error.
  plugins: [ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    /** What every change can meet; a field names its own besides. */
    defaultTypes: errorsOfEveryChange,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
      description: 'The payload of the change, or an error that could be expected of it.',
    },
  },
  relay: {
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    // Refused by the resolver, not here: one bad id of `nodes` must not cost the answer of the others.
    decodeGlobalID: readGlobalId,
    nodeFieldOptions: { nullable: false },
    idFieldOptions: { description: 'The id of this object for `node(id:)`.' },
    nodeTypeOptions: { description: 'Anything that can be read again by its id.' },
    nodeQueryOptions: {
      description: 'Reads one object again by its id, mostly in one AWS call. Null when it no longer exists.',
      args: { id: { description: 'The `id` of any object of this API.' } },
      extensions: { price: lookup },
      resolve: (_root, { id }, ctx) => ctx.fleet.lookups.node(id),
    },
    nodesQueryOptions: {
      description:
        'Reads up to 100 objects again by their ids, in the order asked; those of one source are read together where that is fewer AWS calls. Those that no longer exist are null.',
      args: { ids: { description: 'Ids of objects of this API, 100 at most.' } },
      extensions: { price: nodes },
      resolve: (_root, { ids }, ctx) => ctx.fleet.lookups.nodes(ids),
    },
    cursorFieldOptions: { description: 'Give it as `after` to read what follows this record.' },
  },
});

builder.addScalarType('DateTime', DateTimeScalar);
builder.addScalarType('AccountId', AccountIdScalar);
builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description:
    'Everything that can be changed. Each change checks its whole input first, is sent to AWS once, and with `dryRun` only tells the AWS calls it would make.',
});
