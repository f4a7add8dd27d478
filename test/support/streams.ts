import { readEvents } from './event-stream.ts';
import type { Gateway } from './gateway.ts';

/** Starts a subscription, and reads its events one by one; undefined at the end of the stream. */
export async function subscribe(
  gateway: Pick<Gateway, 'url'>,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
) {
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: controller.signal,
  });
  const events = readEvents(response);
  return { response, leave: () => controller.abort(), next: async () => (await events.next()).value };
}
