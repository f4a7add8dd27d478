import { GraphQLError } from 'graphql';
import { InvalidInputError, SnapgateError, ThrottledError } from '../errors.ts';

/**
 * What a client sees of an error: the text and code of those written for it, the messages of GraphQL itself,
 * and nothing of any other.
 */
export function toClientError(error: unknown): Error {
  if (!(error instanceof GraphQLError)) return toGraphQLError(error);
  const { originalError } = error;
  if (originalError === undefined || originalError instanceof GraphQLError) return withCode(withoutOrigin(error));
  return toGraphQLError(originalError, error);
}

/** The server library tells in an extension what a parser said of a body, which may quote the body. */
function withoutOrigin(error: GraphQLError): GraphQLError {
  if (!('originalError' in error.extensions)) return error;
  return new GraphQLError(error.message, { extensions: { code: error.extensions['code'], http: { status: 400 } } });
}

/** GraphQL gives no code to a variable of the wrong type, which is an input like any other. */
function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions['code'] !== undefined || !error.message.startsWith('Variable "$')) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    extensions: { ...error.extensions, code: 'INVALID_INPUT' },
  });
}

function toGraphQLError(error: unknown, at?: GraphQLError): GraphQLError {
  const location = { nodes: at?.nodes, path: at?.path };
  if (!(error instanceof SnapgateError)) {
    return new GraphQLError('Unexpected error.', { ...location, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  }
  const { code, fault, requestId } = error;
  const field = error instanceof InvalidInputError && error.field.length > 0 ? error.field : undefined;
  const retryAfterSeconds = error instanceof ThrottledError ? error.retryAfterSeconds : undefined;
  const extensions = {
    code,
    ...(fault && { fault }),
    ...(requestId && { requestId }),
    ...(field && { field }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  return new GraphQLError(error.message, { ...location, extensions });
}
