import { GraphQLError } from 'graphql';
import { withoutEnd } from '../errors.ts';

/** Creates an error that refuses the whole request; its code and message are shown to the client. */
export function refusal(
  code: 'INVALID_INPUT' | 'FORBIDDEN' | 'ALLOWANCE_EXCEEDED' | 'RATE_LIMITED',
  message: string,
  extensions: object = {},
  nodes?: GraphQLError['nodes'],
): GraphQLError {
  return new GraphQLError(message, { nodes, extensions: { code, ...extensions } });
}

/** The maximum length of a message of GraphQL, in characters. */
const longestMessage = 1000;

/** Shortens the message of an error of GraphQL, which can quote a value of any length several times. */
export function shortened(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, path, extensions } = error;
  if (message.length <= longestMessage) return error;
  return new GraphQLError(withoutEnd(message, longestMessage), { nodes, source, positions, path, extensions });
}
