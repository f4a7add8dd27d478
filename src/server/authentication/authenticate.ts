import type { IncomingMessage, ServerResponse } from 'node:http';
import { anonymous, type Principal } from '../../access/principal.ts';
import { answerWithSignIn, isForPage } from '../graphiql.ts';
import { type Authenticate, RefusedError } from './authentication.ts';
import { isLoopback } from './loopback.ts';

/** Returns the principal of a request, or answers the request with 401 or 503 and returns `undefined`. */
export type AuthenticateRequest = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Principal | undefined>;

/**
 * Authenticates requests for GraphQL and GraphiQL. Reads only the headers of a rejected request, and calls `onRefusal`
 * with the reason. Without `authenticate`, accepts the requests whose Host header is a loopback name or address.
 */
export function createAuthenticateRequest(
  authenticate: Authenticate = acceptLoopback,
  onRefusal: (error: RefusedError) => void = () => {},
): AuthenticateRequest {
  return async (request, response) => {
    try {
      return await authenticate(request.headers.authorization, request.headers.host);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      onRefusal(error);
      await refuse(request, response, error);
      return undefined;
    }
  };
}

/** Prevents DNS rebinding: a page whose domain resolves to this machine sends that domain in the Host header. */
const acceptLoopback: Authenticate = async (_authorization, host) => {
  if (isLoopback(URL.parse(`http://${host}`)?.hostname ?? '')) return anonymous;
  throw new RefusedError(
    'The host name of this request is not allowed: without authentication, this gateway accepts only loopback names. Use localhost or 127.0.0.1, or configure authentication.',
  );
};

async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, challenge, message }: RefusedError,
): Promise<void> {
  const headers = status === 401 ? { 'www-authenticate': challenge } : { 'retry-after': '5' };
  // A browser receives a page to enter the token, because its address bar cannot send headers.
  if (isForPage(request)) return answerWithSignIn(response, { status, message, headers });
  const code = status === 401 ? 'UNAUTHENTICATED' : 'UPSTREAM';
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      // The rest of the body is not read.
      ...(request.method === 'GET' ? {} : { connection: 'close' }),
    })
    .end(JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}
