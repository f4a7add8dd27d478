import type { Client } from 'graphql-sse';

/** What an event shows of a snapshot. */
export interface Progress {
  readonly status: string;
  readonly progress: { readonly percent: number | null } | null;
}

const query = 'subscription ($id: ID!) { snapshotProgress(id: $id) { status progress { percent } } }';

/**
 * Yields a snapshot at once and after every change, until AWS is no longer creating it. A stream ends also when the gateway
 * stops: then opens another one, which starts with the current state. To leave the loop closes the stream. Throws the
 * errors of an event, and the NetworkError of the client if it cannot connect.
 */
export async function* followSnapshot(streams: Client, id: string): AsyncGenerator<Progress> {
  let status = 'CREATING';
  while (status === 'CREATING' || status === 'COPYING') {
    const events = streams.iterate<{ readonly snapshotProgress: Progress }>({ query, variables: { id } });
    for await (const { data, errors } of events) {
      if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
      if (!data) continue;
      status = data.snapshotProgress.status;
      yield data.snapshotProgress;
    }
  }
}
