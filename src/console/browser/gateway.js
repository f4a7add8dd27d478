import { queries } from './queries.js';
import { authorization } from './session.js';

/** @typedef {import('./queries.js').QueryName} QueryName */
/** @typedef {Readonly<Record<string, unknown>>} Variables */
/** @typedef {{ readonly message: string, readonly extensions?: { readonly code?: string } }} GraphQLError */

/** A request without a usable response. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {string | undefined} code The error code of the gateway; undefined if there was no response from it.
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/**
 * Sends a query of this page as a trusted document: by its id, without its text. Returns its data, and the errors of
 * fields that are null because of them. Throws a RequestError if nothing was returned.
 * @param {QueryName} name
 * @param {Variables} variables
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ data: any, errors: readonly GraphQLError[] }>}
 */
export async function send(name, variables, signal) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...authorization(),
    },
    body: JSON.stringify({ documentId: `x-snapgate:${name}`, variables }),
    signal: signal ?? null,
  });
  const { data, errors = [] } = await response.json().catch(() => {
    throw new RequestError(`The gateway responded with HTTP status ${response.status} and no JSON.`, undefined);
  });
  const hasData = data && Object.values(data).some((value) => value !== null);
  if (hasData) return { data, errors };
  const [error] = errors;
  throw new RequestError(error?.message ?? `The gateway responded with HTTP status ${response.status}.`, codeOf(error));
}

/**
 * The address of a query with its variables in GraphiQL.
 * @param {QueryName} name
 * @param {Variables} variables
 */
export function addressInGraphiQL(name, variables) {
  return `/graphql?${new URLSearchParams({ query: queries[name], variables: JSON.stringify(variables, null, 2) })}`;
}

/** @param {GraphQLError | undefined} error */
function codeOf(error) {
  return error?.extensions?.code;
}
