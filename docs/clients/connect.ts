import { type Client, createClient } from 'graphql-sse';

/** Where the gateway is, and how to get the current token; without authentication, omit `token`. */
export interface Gateway {
  readonly url: string;
  readonly token?: () => string | Promise<string>;
}

/** The headers for a request. */
export async function headersFor({ token }: Gateway): Promise<Record<string, string>> {
  return token ? { authorization: `Bearer ${await token()}` } : {};
}

/**
 * The client for subscriptions, which opens one stream of server-sent events for each. It reconnects, with a current
 * token, when the connection breaks. When a stream ends as it should, it ends the subscription.
 */
export function createStreams(gateway: Gateway): Client {
  return createClient({ url: gateway.url, headers: () => headersFor(gateway) });
}
