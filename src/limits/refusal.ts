import { GraphQLError } from 'graphql';

/** An error of the whole request, written for the client. */
export function refusal(
  code: 'INVALID_INPUT' | 'FORBIDDEN' | 'QUOTA_EXCEEDED' | 'THROTTLED',
  message: string,
  extensions: object = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}
