import { createClient, type ExecutionResult, type RequestParams, type Sink } from 'graphql-sse';

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
 * Fetches a stream. The client would repeat every request that is refused. A refusal that a repetition cannot change, such
 * as that of an invalid token, is returned as a stream of one event with its errors instead.
 */
export async function fetchStream(input: string, init: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const isFinal = response.status >= 400 && response.status < 500 && response.status !== 429;
  if (!isFinal) return response;
  const { errors } = (await response.json()) as { readonly errors: unknown };
  const events = `event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`;
  return new Response(events, { headers: { 'content-type': 'text/event-stream' } });
}

/** Opens a stream of server-sent events for a subscription, and returns a function that closes it. */
export type Subscribe = (request: RequestParams, sink: Sink<ExecutionResult<Record<string, unknown>>>) => () => void;

/**
 * Returns how to subscribe. When the connection breaks, it is opened again, with current headers. The gateway also ends a
 * stream when it shuts down and when the token expires: if the last event says that the work goes on, subscribes again.
 */
export function createSubscribe(gateway: Gateway): Subscribe {
  const client = createClient({ url: gateway.url, headers: () => headersFor(gateway), fetchFn: fetchStream });
  return (request, sink) => {
    let isClosed = false;
    let close = () => {};
    const open = () => {
      let isGoingOn = false;
      close = client.subscribe<Record<string, unknown>, Record<string, unknown>>(request, {
        next: (result) => {
          isGoingOn = Object.values(result.data ?? {}).some(isInProgress);
          sink.next(result);
        },
        error: (error) => sink.error(error),
        complete: () => (isGoingOn && !isClosed ? open() : sink.complete()),
      });
    };
    open();
    return () => {
      isClosed = true;
      close();
    };
  };
}

const inProgress: readonly unknown[] = ['CREATING', 'COPYING', 'RESTORING', 'MODIFYING', 'PENDING', 'IN_PROGRESS'];

/** Whether the snapshot, cluster or table restore of an event is to change: a subscription must select its status. */
function isInProgress(value: unknown): boolean {
  const { status, restoreState } = (value ?? {}) as { readonly status?: unknown; readonly restoreState?: unknown };
  return inProgress.includes(status) || inProgress.includes(restoreState);
}
