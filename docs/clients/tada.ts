import { initGraphQLTada, type TadaDocumentNode } from 'gql.tada';
import { print } from 'graphql';
import type { Gateway } from './connect.ts';
import type { introspection } from './graphql-env.d.ts';
import { send, type Variables } from './send.ts';

/** Types an operation or fragment by the schema. DateTime is a text such as `2026-03-01T04:05:06.000Z`, AccountId one of 12 digits. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { AccountId: string; DateTime: string };
}>();

export { type FragmentOf, readFragment, type ResultOf, type VariablesOf } from 'gql.tada';

/** Sends a query or mutation, and returns its typed data. Throws a ResponseError if the response has errors. */
export async function execute<R, V>(
  gateway: Gateway,
  document: TadaDocumentNode<R, V>,
  ...[variables]: Variables<V>
): Promise<R> {
  return (await send(gateway, { query: print(document), variables })) as R;
}
