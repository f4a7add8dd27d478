import type { IncomingMessage, ServerResponse } from 'node:http';
import { anonymous, type Principal } from '../../access/principal.ts';
import { type Authenticate, RefusedError } from './authentication.ts';
import { isLoopback } from './loopback.ts';
import { signInPage } from './sign-in-page.ts';

/** Returns the principal of a request, or answers the request with 401 or 503 and returns `undefined`. */
export type AuthenticateRequest = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Principal | undefined>;

/**
 * Protects everything that speaks GraphQL, GraphiQL included. Of a refused request only the headers are read.
 * Without authentication every request for this machine by its own name is accepted. `onRefusal` is called for the others.
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
      refuse(request, response, error);
      return undefined;
    }
  };
}

/** The page of a name that was made to point at this machine would send that name. */
const acceptLoopback: Authenticate = async (_authorization, host) => {
  if (isLoopback(URL.parse(`http://${host}`)?.hostname ?? '')) return anonymous;
  throw new RefusedError('Without authentication this gateway answers to localhost and 127.0.0.1 alone.');
};

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, challenge, message }: RefusedError,
): void {
  // A browser gets a page to enter the token in, as its address bar takes no header.
  const isBrowser = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
  const code = status === 401 ? 'UNAUTHENTICATED' : 'UPSTREAM';
  response
    .writeHead(status, {
      'content-type': isBrowser ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
      ...(status === 401 ? { 'www-authenticate': challenge } : { 'retry-after': '5' }),
      // What is left of the body is not read.
      ...(request.method === 'GET' ? {} : { connection: 'close' }),
    })
    .end(isBrowser ? signInPage(message) : JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}
