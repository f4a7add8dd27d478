import { type Client, createClient } from 'graphql-sse';
import { fetchStream, type Gateway, headersFor } from './connect.ts';

/**
 * Creates a client of graphql-sse, which opens one stream for each subscription, and opens it again, with current headers,
 * when the connection breaks.
 */
export function createStreams(gateway: Gateway): Client {
  return createClient({ url: gateway.url, headers: () => headersFor(gateway), fetchFn: fetchStream });
}

/** What an event shows of a snapshot. */
export interface Progress {
  readonly status: string;
  readonly progress: { readonly percent: number | null } | null;
}

/** The errors of an event, and the code of the first one. */
export class EventError extends Error {
  readonly code: unknown;

  constructor(
    errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[],
  ) {
    super(errors.map(({ message }) => message).join('\n'));
    this.name = 'EventError';
    this.code = errors[0]?.extensions?.['code'];
  }
}

const query = 'subscription ($id: ID!) { snapshotProgress(id: $id) { status progress { percent } } }';

/**
 * Yields a snapshot at once and after every change, until AWS is no longer creating it. A stream ends also when the gateway
 * stops: then opens another one, whose first event is the current state. Leaving the loop closes the stream. Throws an
 * EventError for an event with errors, and the NetworkError of the client if it cannot connect.
 */
export async function* followSnapshot(streams: Client, id: string): AsyncGenerator<Progress> {
  let status = 'CREATING';
  while (status === 'CREATING' || status === 'COPYING') {
    const events = streams.iterate<{ readonly snapshotProgress: Progress }>({ query, variables: { id } });
    for await (const { data, errors } of events) {
      if (errors) throw new EventError(errors as never);
      if (!data) continue;
      status = data.snapshotProgress.status;
      yield data.snapshotProgress;
    }
  }
}
