import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { AuthenticateRequest } from './authentication/authenticate.ts';
import { maximumBody, readBody, tooLarge } from './body.ts';
import { answerBrowsers } from './browsers.ts';

export const endpoint = '/graphql';
export const liveness = '/health';
const readiness = '/ready';

/** Executes a GraphQL request of a principal and writes the response. */
type Execute = (
  request: IncomingMessage,
  response: ServerResponse,
  context: { readonly principal: Principal },
) => Promise<void> | void;

export interface RequestOptions {
  readonly yoga: Execute;
  readonly authenticate: AuthenticateRequest;
  /** Whose pages may ask, besides the gateway's own. */
  readonly origins: readonly string[];
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** Answers HTTP requests: browsers' questions and health without a principal, all else for the one that asks. */
export function createRequestListener({ yoga, authenticate, origins, stopping }: RequestOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (stopping.aborted) response.setHeader('connection', 'close');
    if (answerBrowsers(request, response, origins)) return;
    const path = pathOf(request.url);
    if (answerOpenly(path, request, response, stopping)) return;
    const principal = await authenticate(request, response);
    if (principal === undefined) return;
    if (path !== endpoint && path !== `${endpoint}/`) {
      const connection = request.method === 'GET' ? {} : { connection: 'close' };
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', ...connection }).end(elsewhere);
      return;
    }
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    // A few kilobytes can stand for many megabytes, and no limit would have been met on the way.
    if (encoding !== 'identity') return refuse(response, 415, `A body in ${encoding} is not read: send it as it is.`);
    const body = await readBody(request);
    if (body === tooLarge) return refuse(response, 413, tooLargeMessage);
    await yoga(body === undefined ? request : Object.assign(request, { body }), response, { principal });
  };
}

const elsewhere = `Nothing is served here. GraphQL is at ${endpoint}, liveness at ${liveness}, readiness at ${readiness}.\n`;
const tooLargeMessage = `The request body is larger than the ${maximumBody} bytes that are allowed.`;

/** Answers what needs no principal; true where that was all. */
function answerOpenly(
  path: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
): boolean {
  if (path === undefined) {
    response.writeHead(400).end();
    return true;
  }
  if (path === liveness || path === readiness) {
    const isStopping = path === readiness && stopping.aborted;
    response.writeHead(isStopping ? 503 : 200, { 'cache-control': 'no-store' }).end();
    return true;
  }
  if (path !== '/' || request.method !== 'GET') return false;
  response.writeHead(302, { location: endpoint }).end();
  return true;
}

/** Undefined for what is meant for a proxy, or cannot be read. */
function pathOf(target = ''): string | undefined {
  return /^\/(?!\/)/.test(target) ? URL.parse(target, 'http://localhost')?.pathname : undefined;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'INVALID_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
