import { type Gateway, headersFor } from './connect.ts';

/** The body of a request: the text of an operation, or the id of a trusted document. */
export interface RequestBody {
  readonly query?: string;
  readonly documentId?: string;
  readonly variables?: unknown;
}

/** An entry of `errors` in a response. */
export interface ResponseEntry {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number | null };
}

/** A response with errors. `data` is what the gateway could read nevertheless, as the operation selects it. */
export class ResponseError extends Error {
  readonly errors: readonly ResponseEntry[];
  readonly data: unknown;
  readonly status: number;
  /** Identifies the request in the log of the gateway. */
  readonly requestId: string | null;

  constructor(errors: readonly ResponseEntry[], data: unknown, { status, headers }: Response) {
    super(errors.map(({ message }) => message).join('\n'));
    this.name = 'ResponseError';
    this.errors = errors;
    this.data = data;
    this.status = status;
    this.requestId = headers.get('x-request-id');
  }
}

/** Sends a query or mutation, and returns its data. Throws a ResponseError if the response has errors. */
export async function send(gateway: Gateway, body: RequestBody): Promise<unknown> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(await headersFor(gateway)),
    },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: readonly ResponseEntry[] };
  if (errors) throw new ResponseError(errors, data, response);
  return data;
}

/** The variables of an operation, which can be omitted if all of them can. */
export type Variables<V> = object extends V ? [variables?: V] : [variables: V];
