import { GraphQLError } from 'graphql';

/** Creates an error that refuses the whole request; its code and message are shown to the client. */
export function refusal(
  code: 'INVALID_INPUT' | 'FORBIDDEN' | 'ALLOWANCE_EXCEEDED' | 'RATE_LIMITED',
  message: string,
  extensions: object = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}
