import { GraphQLError } from 'graphql';
import { InvalidInputError, SnapgateError } from '../../errors.ts';

/**
 * Converts an error to what clients receive: the message and code of a SnapgateError, the message of a GraphQL error,
 * and no details of any other error.
 */
export function toClientError(error: unknown): Error {
  if (!(error instanceof GraphQLError)) return toGraphQLError(error);
  const { originalError } = error;
  if (originalError === undefined || originalError instanceof GraphQLError) return withCode(withoutOrigin(error));
  return toGraphQLError(originalError, error);
}

/** Removes the extension in which GraphQL Yoga reports the error of a body parser, which can quote the body. */
function withoutOrigin(error: GraphQLError): GraphQLError {
  if (!('originalError' in error.extensions)) return error;
  return new GraphQLError(error.message, { extensions: { code: error.extensions['code'], http: { status: 400 } } });
}

/** Adds INVALID_INPUT to the error of a variable with the wrong type, to which GraphQL gives no code. */
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
    return new GraphQLError('An unexpected error occurred in the gateway. Its log contains the cause.', {
      ...location,
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
  }
  const { code, fault, requestId } = error;
  const field = error instanceof InvalidInputError && error.field.length > 0 ? error.field : undefined;
  const extensions = {
    code,
    ...(fault && { fault }),
    ...(requestId && { requestId }),
    ...(field && { field }),
    ...('retryAfterSeconds' in error && { retryAfterSeconds: error.retryAfterSeconds }),
  };
  return new GraphQLError(error.message, { ...location, extensions });
}
