import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished, Readable } from 'node:stream';
import type { Principal } from '../access/principal.ts';
import type { ErrorCode } from '../errors.ts';
import { createPlaces, type Places } from '../limits/places.ts';
import { createRequestRate, rateSeconds } from '../limits/request-rate.ts';
import type { LimitSettings } from '../limits/settings.ts';
import type { AuthenticateRequest } from './authentication/authenticate.ts';
import {
  isSmall,
  isSmallJson,
  maximumBody,
  noPlace,
  readBody,
  readSmall,
  smallBody,
  tooLarge,
} from './operations/body.ts';
import type { FastPath } from './operations/fast-path.ts';
import type { ServerContext } from './operations/server-context.ts';
import { answerBrowsers, type CrossOrigin } from './browsers.ts';
import { answerWithGraphiql, isForPage } from './graphiql.ts';
import { identify, observe } from './observation/request.ts';
import type { ObservedRequest, RequestObserver } from './observation/observer.ts';
import type { TrustedProxies } from './connections/addresses.ts';
import { type Admission, type Refusal, retryAfterSeconds } from './connections/admission.ts';
import type { GatewayResponse } from './connections/response.ts';
import { type AnswerWithFile, createStaticFile, type StaticFile } from './static-file.ts';
import { answerHealth, type IsReady, liveness, readiness } from './connections/health.ts';

export const endpoint = '/graphql';

/** Executes a GraphQL request for a principal and writes the response. */
type Execute = (request: IncomingMessage, response: ServerResponse, context: ServerContext) => Promise<void> | void;

/** The parts of the server that answer a request, of one version of the settings. */
export interface RequestParts {
  readonly authenticate: AuthenticateRequest;
  readonly yoga: Execute;
  readonly fastPath: FastPath;
  readonly limits: LimitSettings;
}

export interface RequestOptions extends CrossOrigin {
  /** Returns the parts of the current version; a request keeps those with which it started. */
  current(): RequestParts;
  readonly observer: RequestObserver;
  readonly trustedProxies: TrustedProxies;
  readonly admission: Admission;
  /** Reads the files that every caller can request without authentication, by their path; called at most once. */
  readFiles(): ReadonlyMap<string, StaticFile>;
  /** Undefined if another port serves health checks. */
  readonly isReady: IsReady | undefined;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** Answers HTTP requests. Preflights, health checks and static files need no authentication. */
export function createRequestListener(options: RequestOptions) {
  const { observer, isReady, stopping } = options;
  const answer = createAnswer(options);
  const fileAt = createFileLookup(options);
  return async (request: IncomingMessage, response: GatewayResponse): Promise<void> => {
    const id = identify(request, response);
    if (stopping.aborted) response.addHeaders('connection', 'close');
    lowerCaseHeaders(request);
    if (answerBrowsers(request, response, options)) return;
    if (hasSeveralHosts(request)) return writeRefusal(response, 400, severalHosts);
    const path = pathOf(request.url);
    if (answerOpenly(path, response, isReady)) return;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answerWithFile = isRead ? fileAt(path) : undefined;
    if (answerWithFile) return answerWithFile(request, response);
    const observed = observe(request, response, id, options);
    await observer.run(observed, () => answer(request, response, path, observed));
  };
}

/** Returns the function that finds a static file. A server that only answers operations never reads the files. */
function createFileLookup({ readFiles }: RequestOptions): (path: string | undefined) => AnswerWithFile | undefined {
  let files: ReadonlyMap<string, AnswerWithFile> | undefined;
  return (path) => {
    if (path === undefined || path === endpoint) return undefined;
    files ??= new Map(Array.from(readFiles(), ([name, file]) => [name, createStaticFile(file)]));
    return files.get(path);
  };
}

/** Returns the function that admits and authenticates a request, reads its body and has it executed. */
function createAnswer({ current, admission, isReady }: RequestOptions) {
  const places = createPlaces(() => largeBodies);
  const rate = createRequestRate(() => current().limits);
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string | undefined,
    observed: ObservedRequest,
  ): Promise<void> => {
    const refuse = (status: number, message: string, code: ErrorCode = 'INVALID_INPUT', retryAfterSeconds?: number) => {
      observed.codes.add(code);
      writeRefusal(response, status, message, code, retryAfterSeconds);
    };
    const isOverloaded = (refused: Refusal) => {
      if (typeof refused === 'string') refuse(503, refused, 'RATE_LIMITED', retryAfterSeconds);
      return refused !== undefined;
    };
    if (isOverloaded(await admission.admit(request, response))) return;
    const { authenticate, yoga, fastPath, limits } = current();
    const principal = await authenticate(request, response);
    if (principal === undefined) {
      observed.codes.add(response.statusCode === 401 ? 'UNAUTHENTICATED' : 'UPSTREAM');
      return;
    }
    observed.subject = principal.subject;
    const wait = await rate.count(principal.subject);
    if (wait > 0) return refuse(429, tooManyMessage(limits, wait), 'RATE_LIMITED', wait);
    if (path !== endpoint && path !== `${endpoint}/`) {
      const connection = request.method === 'GET' ? {} : { connection: 'close' };
      response
        .writeHead(404, { 'content-type': 'text/plain; charset=utf-8', ...connection })
        .end(isReady ? elsewhere : onlyGraphQL);
      return;
    }
    if (!isReadable(request)) return refuse(400, unreadable);
    if (isForPage(request)) return answerWithGraphiql(request, response);
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    // A few compressed kilobytes can expand to many megabytes, which the size limit would not detect.
    if (encoding !== 'identity') return refuse(415, unsupportedEncoding(encoding));
    if (isSmallJson(request)) {
      const body = await readSmall(request);
      if (isOverloaded(await admission.turn(response))) return;
      const context = { principal, hasLargeBody: false, observed };
      if (!(await fastPath(body, request, response, context)))
        await yoga(Object.assign(request, { body: Readable.from([body]) }), response, context);
      return;
    }
    let hasLargeBody = false;
    const body = await readBody(request, () => (hasLargeBody = takePlace(places, principal, response)));
    if (body === tooLarge) return refuse(413, tooLargeMessage);
    if (body === noPlace) return refuse(429, noPlaceMessage, 'RATE_LIMITED', 1);
    if (isOverloaded(await admission.turn(response))) return;
    const sent = body === undefined ? request : Object.assign(request, { body });
    await yoga(sent, response, { principal, hasLargeBody, observed });
  };
}

/** Bounds the memory of large bodies, which are kept until their responses end. */
const largeBodies = { own: 8, all: 64 };

/** Takes a place until the response ends; returns false if there is none. */
function takePlace(places: Places, { subject }: Principal, response: ServerResponse): boolean {
  const free = places.take(subject);
  if (typeof free !== 'function') return false;
  finished(response, free);
  return true;
}

const elsewhere = `Not found. GraphQL is at ${endpoint}, liveness at ${liveness}, readiness at ${readiness}.\n`;
const onlyGraphQL = `Not found. GraphQL is at ${endpoint}.\n`;
const tooLargeMessage = `The request body is larger than the maximum of ${maximumBody} bytes. Send a smaller document or fewer variables.`;
const noPlaceMessage = `Too many requests with a body of more than ${smallBody} bytes are in progress: the limit is ${largeBodies.own} for each caller, and ${largeBodies.all} for all callers. Retry in 1 s.`;
const tooManyMessage = ({ requestsPerSecond }: LimitSettings, seconds: number) =>
  `You have sent more than ${requestsPerSecond} requests per second, on average over ${rateSeconds} seconds. Retry in ${seconds} s.`;
const unreadable =
  'The address of the request is not a valid URL. Send a Host header that is only a host and a port, and a target without a fragment.';
const severalHosts = 'The request has several Host headers. Send one, with one host.';
const unsupportedEncoding = (encoding: string) =>
  `The content-encoding ${encoding} is not supported. Send the body without compression.`;

/** Answers a request that needs no authentication; returns whether it did. */
function answerOpenly(path: string | undefined, response: ServerResponse, isReady: IsReady | undefined): boolean {
  if (path === undefined) {
    response.writeHead(400).end();
    return true;
  }
  if (isReady && answerHealth(path, response, isReady)) return true;
  if (path === liveness || path === readiness) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(onlyGraphQL);
    return true;
  }
  return false;
}

/** The path of a request target; undefined if the target is invalid or meant for a proxy. */
function pathOf(target = ''): string | undefined {
  if (target === endpoint) return endpoint;
  return /^\/(?!\/)/.test(target) ? URL.parse(target, 'http://localhost')?.pathname : undefined;
}

/** Whether the Host header and the target form a URL. GraphQL Yoga does not check them, and reads the URL as text. */
function isReadable({ headers, url = '' }: IncomingMessage): boolean {
  const host = headers.host || 'localhost';
  if (host === lastReadable && url === endpoint) return true;
  const isValid = URL.canParse(`http://${host}`) && !/[/\\?#@]/.test(host) && !url.includes('#');
  if (isValid) lastReadable = host;
  return isValid;
}

/** The last Host header that was valid: most requests have the same. */
let lastReadable: string | undefined;

/** The headers whose values are case-insensitive, in the parts that the gateway reads: RFC 9110, section 8 and 12. */
const caseInsensitive = ['accept', 'accept-encoding', 'cache-control', 'content-encoding', 'content-type'];

/** Converts the values of headers that are case-insensitive to lowercase, because GraphQL Yoga compares them as text. */
function lowerCaseHeaders({ headers }: Pick<IncomingMessage, 'headers'>): void {
  for (const name of caseInsensitive) {
    const value = headers[name];
    if (typeof value === 'string') headers[name] = value.toLowerCase();
  }
}

/**
 * Whether a request names several hosts, of which a proxy could choose another than this server (RFC 9112, section
 * 3.2). Node.js itself ignores all Host headers but the first.
 */
function hasSeveralHosts({ headers, rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 || headers.host?.includes(',') === true;
}

function writeRefusal(
  response: ServerResponse,
  status: number,
  message: string,
  code: ErrorCode = 'INVALID_INPUT',
  retryAfterSeconds?: number,
): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code, retryAfterSeconds } }] });
  const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  // Node.js reads the rest of a body before the next request. A new connection would cost more than a small body.
  const connection = isSmall(response.req) ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'application/json', ...connection, ...wait }).end(body);
}
