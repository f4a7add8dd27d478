import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { anonymous, type Principal } from '../access/principal.ts';
import { completeSettings } from '../aws/settings.ts';
import { type Context, type ContextOptions, createContextFactory } from '../context.ts';
import { createBudget, useBudget } from '../limits/budget.ts';
import { useDocuments } from '../limits/documents.ts';
import { defaultLimits, type LimitSettings } from '../limits/settings.ts';
import { useSubscriptionCaps } from '../limits/subscriptions.ts';
import { type TrustedDocuments, useTrustedDocuments } from '../limits/trusted-documents.ts';
import { useAwsUsage, useCompression, useFreshEvents, useNoStore, useTerms } from '../plugins.ts';
import { createRedisLink } from '../replicas/redis-link.ts';
import { schema } from '../schema.ts';
import { createErrorLog, type Log } from '../telemetry/log.ts';
import { createDoor } from './authenticate.ts';
import type { Authenticate } from './authentication.ts';
import { answerBrowsers, useForgeryPrevention, useReadableAddresses } from './browsers.ts';
import { toClientError } from './client-errors.ts';
import { drain, type ShutdownSettings, type StoppableServer } from './draining.ts';
import { firstQuery } from './graphiql.ts';

export interface ServerOptions extends ContextOptions {
  readonly log: Log;
  /** Left out, everybody comes in and may do everything. */
  readonly authenticate?: Authenticate | undefined;
  readonly limits?: LimitSettings | undefined;
  /** Left out, clients send their documents. */
  readonly documents?: TrustedDocuments | undefined;
  /** Whose pages may ask; left out, only the gateway's own. */
  readonly origins?: readonly string[] | undefined;
}

const maximumBody = 64 * 1024;
const endpoint = '/graphql';
const liveness = '/health';
const readiness = '/ready';
const maximumHeaders = 100;

/** Serves GraphQL and GraphiQL at `/graphql`, liveness at `/health` and readiness at `/ready`. Opens no port by itself. */
export function createServer(options: ServerOptions): StoppableServer {
  const { limits = defaultLimits, origins = [] } = options;
  const stopping = new AbortController();
  const log = createErrorLog(options.log);
  const aws = { ...options.aws, onFailure: log.failed };
  const loseRedis = (cause: unknown) =>
    log.failed(new Error('Redis does not answer: this replica counts and remembers on its own.', { cause }));
  const redis = options.aws.redis === undefined ? undefined : createRedisLink(options.aws.redis, undefined, loseRedis);
  const createContext = createContextFactory({ ...options, aws, redis, stopping: stopping.signal });
  const { requestSeconds } = completeSettings(options.aws).timeouts;
  const budget = createBudget({ limits, maximumPages: options.maximumPages, redis });
  const door = createDoor(options.authenticate, (error) => (error.status === 401 ? log.refused : log.failed)(error));
  const yoga = createYoga<{ principal: Principal }, Context>({
    schema,
    context: ({ principal }) => createContext(principal),
    graphqlEndpoint: endpoint,
    healthCheckEndpoint: liveness,
    landingPage: false,
    multipart: false,
    // Ours answers for the configured origins alone.
    cors: false,
    // Yoga's limit wraps every body in a stream; ours looks at the length first.
    maxRequestBodySize: false,
    logging: log,
    maskedErrors: { maskError: toClientError, isDev: false },
    graphiql: (request, { principal }) => ({
      title: 'snapgate',
      defaultQuery: firstQuery,
      headers: principal === anonymous ? '' : JSON.stringify({ authorization: request.headers.get('authorization') }),
    }),
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    // Ours keeps to limits, and to what a principal may know.
    parserAndValidationCache: false,
    plugins: [
      useForgeryPrevention(),
      useReadableAddresses(),
      useDocuments(limits),
      useBudget(budget),
      useSubscriptionCaps(limits),
      useTerms(requestSeconds),
      useAwsUsage(),
      useFreshEvents(createContext, budget),
      useNoStore(),
      ...(options.documents ? [useTrustedDocuments(options.documents)] : []),
      useCompression(),
    ],
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (stopping.signal.aborted) response.setHeader('connection', 'close');
    if (answerBrowsers(request, response, origins)) return;
    const path = pathOf(request.url);
    if (path === undefined) {
      response.writeHead(400).end();
      return;
    }
    if (path === liveness || path === readiness) {
      const isStopping = path === readiness && stopping.signal.aborted;
      response.writeHead(isStopping ? 503 : 200, { 'cache-control': 'no-store' }).end();
      return;
    }
    if (path === '/' && request.method === 'GET') {
      response.writeHead(302, { location: endpoint }).end();
      return;
    }
    const principal = await door(request, response);
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
  const server = createHttpServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 1_000,
      // Longer than the minute of usual load balancers, which would else send into a connection that is being closed.
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      serve(request, response).catch((error: unknown) => {
        log.error(error);
        response.destroy();
      });
    },
  );
  return Object.assign(server, {
    maxConnections: limits.connections,
    maxHeadersCount: maximumHeaders,
    stop: (settings: ShutdownSettings) => drain(server, stopping, settings),
  });
}

const elsewhere = `Nothing is served here. GraphQL is at ${endpoint}, liveness at ${liveness}, readiness at ${readiness}.\n`;

/** What asks a proxy, or cannot be read, is none. */
function pathOf(target = ''): string | undefined {
  return /^\/(?!\/)/.test(target) ? URL.parse(target, 'http://localhost')?.pathname : undefined;
}

const tooLarge = Symbol('too large');
const tooLargeMessage = `The request body is larger than the ${maximumBody} bytes that are allowed.`;

/** The body where its length was not announced, as it cannot be judged otherwise; undefined leaves it to be streamed. */
async function readBody(request: IncomingMessage): Promise<string | undefined | typeof tooLarge> {
  const announced = request.headers['content-length'];
  if (announced !== undefined) return Number(announced) > maximumBody ? tooLarge : undefined;
  if (request.headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBody) return tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'INVALID_INPUT' } }] });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
}
