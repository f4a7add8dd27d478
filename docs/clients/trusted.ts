import type { Gateway } from './connect.ts';
import { send, type Variables } from './send.ts';

/** A document of the client preset of GraphQL Code Generator, whose text is replaced by its id. */
export interface TrustedDocument<R, V> {
  readonly __apiType?: (variables: V) => R;
  readonly __meta__?: Readonly<Record<string, unknown>> | undefined;
}

/** Sends the id of a query or mutation, and returns its typed data. Throws a ResponseError if the response has errors. */
export async function executeTrusted<R, V>(
  gateway: Gateway,
  { __meta__: meta }: TrustedDocument<R, V>,
  ...[variables]: Variables<V>
): Promise<R> {
  return (await send(gateway, { documentId: String(meta?.['documentId']), variables })) as R;
}
