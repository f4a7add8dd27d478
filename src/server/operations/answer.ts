import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { type FetchAPI, processRegularResult } from 'graphql-yoga';
import type { Usage } from '../../aws/usage.ts';
import type { Cost } from '../../limits/budget.ts';
import type { ServerLog } from '../observation/log.ts';
import type { ObservedRequest } from '../observation/observer.ts';
import { observeResult, observeUsage } from '../observation/result.ts';
import { withUsage } from '../plugins/aws-usage.ts';
import { toClientError } from './client-errors.ts';
import { type CompressedStart, completeWith, compressStart } from './compressed-start.ts';
import { compress, type Encoding, encodingFor } from './encodings.ts';

/** The result of an operation. */
export interface Answer {
  /** The JSON text of the data; undefined if the operation was refused. */
  readonly data: Buffer | undefined;
  readonly errors: readonly GraphQLError[];
  readonly usage: AnswerUsage;
  readonly cost: Cost | undefined;
  /** Keeps the compressed start of the response for later responses with the same data. */
  readonly kept?: KeptStarts | undefined;
}

/** The part of the usage of a request that its response reports. */
export type AnswerUsage = Pick<Usage, 'calls' | 'coalesced' | 'cached' | 'failures' | 'scope'>;

/** The compressed starts of a ready response. */
export interface KeptStarts {
  get(encoding: Encoding): CompressedStart | undefined;
  set(encoding: Encoding, start: CompressedStart): void;
}

export interface AnswerOptions {
  readonly observed: ObservedRequest;
  readonly mediaType: string;
  readonly log: ServerLog;
}

/** Writes the response to an operation, and adds to what is observed of the request. */
export async function writeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  options: AnswerOptions,
): Promise<void> {
  const { usage, cost, errors, data } = answer;
  const { calls, coalesced, cached } = usage;
  const { observed } = options;
  observeUsage(observed, usage);
  observed.cost = cost?.announced;
  observed.aws = { calls, coalesced, cached };
  const acceptEncoding = request.headers['accept-encoding'];
  if (errors.length === 0 && data) await writeData(response, data, answer, acceptEncoding, options.mediaType);
  else await writeErrors(response, answer, acceptEncoding, options);
}

const prefix = Buffer.from('{"data":');
/** A larger body is not copied to add its extensions. */
const mostCopied = 16 * 1024;

async function writeData(
  response: ServerResponse,
  data: Buffer,
  { usage, cost, kept }: Answer,
  acceptEncoding: string | undefined,
  mediaType: string,
): Promise<void> {
  const { extensions } = withUsage(cost ? { extensions: { cost } } : {}, usage);
  const end = Buffer.from(`,"extensions":${JSON.stringify(extensions)}}`);
  const length = prefix.length + data.length + end.length;
  const encoding = encodingFor(length, acceptEncoding);
  if (encoding !== undefined) {
    const known = kept?.get(encoding);
    const start = known ?? (await compressStart(Buffer.concat([prefix, data]), encoding));
    if (known === undefined) kept?.set(encoding, start);
    writeBody(response, completeWith(start, end, encoding), { mediaType, encoding });
  } else if (length <= mostCopied) {
    writeBody(response, Buffer.concat([prefix, data, end], length), { mediaType });
  } else if (!response.destroyed) {
    response.cork();
    response.writeHead(200, headersOf(length, { mediaType }));
    response.write(prefix);
    response.write(data);
    response.end(end);
    response.uncork();
  }
}

/** How a body is sent. */
interface Sent {
  readonly mediaType: string;
  readonly encoding?: Encoding | undefined;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function writeBody(response: ServerResponse, body: Buffer, sent: Sent): void {
  if (response.destroyed) return;
  response.writeHead(sent.status ?? 200, headersOf(body.length, sent));
  response.end(body);
}

/** Returns the headers as a list of names and values, which Node.js writes faster than an object. */
function headersOf(length: number, { mediaType, encoding, headers }: Sent): string[] {
  const list = ['content-type', mediaType, 'content-length', String(length), 'cache-control', 'no-store'];
  if (encoding) list.push('content-encoding', encoding);
  if (headers) list.push(...Object.entries(headers).flat());
  return list;
}

/** Converts a result with errors in the same way as GraphQL Yoga, and writes it. */
async function writeErrors(
  response: ServerResponse,
  { data, errors, usage, cost }: Answer,
  acceptEncoding: string | undefined,
  { observed, mediaType, log }: AnswerOptions,
): Promise<void> {
  const masked = errors.map((error) => {
    const shown = toClientError(error);
    if (shown !== error) log.error(error);
    return shown as GraphQLError;
  });
  const parsed = data && (JSON.parse(data.toString()) as Record<string, unknown> | null);
  const result = {
    errors: masked,
    ...(parsed !== undefined && { data: parsed }),
    ...(cost && { extensions: { cost } }),
  };
  observeResult(observed, result);
  const [type = ''] = mediaType.split(';', 1);
  const { body: text, init } = processRegularResult(withUsage(result, usage), capturing, type) as unknown as Captured;
  const { 'Content-Type': _type, ...headers } = init.headers;
  const body = Buffer.from(text);
  const encoding = encodingFor(body.length, acceptEncoding);
  const sent = encoding === undefined ? body : await compress(body, encoding);
  writeBody(response, sent, { mediaType, encoding, status: init.status, headers });
}

/** What GraphQL Yoga would create a response from. */
class Captured {
  readonly body: string;
  readonly init: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  constructor(body: string, init: Captured['init']) {
    this.body = body;
    this.init = init;
  }
}
const capturing = { Response: Captured } as unknown as FetchAPI;
