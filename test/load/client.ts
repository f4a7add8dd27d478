import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A response and how long it took, in milliseconds. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** Creates a client that keeps its connections, of the given number at most. */
export function createClient(url: string, connections: number, localAddress?: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  return {
    /** Sends a GraphQL request once: a failed request is not repeated. Rejects if the connection fails. */
    async send(query: string, variables: object = {}): Promise<Reply> {
      const start = performance.now();
      const sent = request(`${url}/graphql`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json' },
        ...(localAddress !== undefined && { localAddress }),
      });
      sent.end(JSON.stringify({ query, variables }));
      const [response] = await once(sent, 'response');
      const body = await text(response);
      return { status: response.statusCode, body, milliseconds: performance.now() - start };
    },
    close: () => agent.destroy(),
  };
}

/** Returns a quantile of some numbers, rounded to a tenth. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) * 10) / 10;
}
