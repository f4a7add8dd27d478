import { type Client, createClient } from 'graphql-sse';

/** Where the gateway is, and the headers of each request, such as `Authorization: Bearer <token>` with a current token. */
export interface Gateway {
  readonly url: string;
  readonly headers?: () => Headers | Promise<Headers>;
}

type Headers = Readonly<Record<string, string>>;

/** The headers for the next request. */
export async function headersFor({ headers }: Gateway): Promise<Record<string, string>> {
  return { ...(await headers?.()) };
}

/**
 * The client for subscriptions, which opens one stream of server-sent events for each. It reconnects, with current
 * headers, when the connection breaks. When a stream ends as it should, it ends the subscription.
 */
export function createStreams(gateway: Gateway): Client {
  return createClient({ url: gateway.url, headers: () => headersFor(gateway) });
}
