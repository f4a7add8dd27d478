import type { IncomingMessage, ServerResponse } from 'node:http';
import { anonymous, type Principal } from '../access/principal.ts';
import { type Authenticate, RefusedError } from './authentication.ts';
import { signInPage } from './sign-in-page.ts';
import { isLoopback } from './start-up.ts';

/** Lets a request in as its principal, or answers it with 401 or 503 and gives `undefined`. */
export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<Principal | undefined>;

/**
 * Guards everything that speaks GraphQL, GraphiQL included. Nothing of a refused request is read but its headers.
 * Without authentication everybody comes in who asks for this machine by its own name. `onRefusal` hears of the others.
 */
export function createDoor(
  authenticate: Authenticate = letIn,
  onRefusal: (error: RefusedError) => void = () => {},
): Door {
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

/** A page whose name was made to point at this machine would ask for that name. */
const letIn: Authenticate = async (_authorization, host) => {
  if (isLoopback(URL.parse(`http://${host}`)?.hostname ?? '')) return anonymous;
  throw new RefusedError('Without authentication this gateway answers to localhost and 127.0.0.1 alone.');
};

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, challenge, message }: RefusedError,
): void {
  // A browser is given a page to enter the token in, as nobody can write a header into its address bar.
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
