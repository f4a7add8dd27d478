import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { type FetchAPI, processRegularResult } from 'graphql-yoga';
import type { Usage } from '../../aws/usage.ts';
import type { Cost } from '../../limits/budget.ts';
import type { ServerLog } from '../observation/log.ts';
import type { ObservedRequest } from '../observation/observer.ts';
import { withUsage } from '../plugins/aws-usage.ts';
import { toClientError } from './client-errors.ts';
import { compress, minimumBytes, preferredEncoding } from './encodings.ts';

/** The result of an operation. */
export interface Answer {
  /** The JSON text of the data; undefined if the operation was refused. */
  readonly data: string | undefined;
  readonly errors: readonly GraphQLError[];
  readonly usage: Usage;
  readonly cost: Cost | undefined;
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
  { observed, mediaType, log }: AnswerOptions,
): Promise<void> {
  const { usage, cost, errors } = answer;
  const { calls, coalesced, cached, failures, scope } = usage;
  for (const code of failures) observed.codes.add(code);
  observed.isIncomplete = scope.isIncomplete ?? false;
  observed.cost = cost?.announced;
  observed.aws = { calls, coalesced, cached };
  const text =
    errors.length === 0 && answer.data ? textOf(answer.data, answer) : withErrors(answer, mediaType, observed, log);
  await write(request, response, text, mediaType);
}

/** The text of a response, with its status and further headers if these are not those of a success. */
interface Text {
  readonly body: Buffer;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function textOf(data: string, { usage, cost }: Answer): Text {
  const { extensions } = withUsage(cost ? { extensions: { cost } } : {}, usage);
  return { body: Buffer.from(`{"data":${data},"extensions":${JSON.stringify(extensions)}}`), status: 200 };
}

/** Converts a result with errors in the same way as GraphQL Yoga. */
function withErrors(
  { data, errors, usage, cost }: Answer,
  mediaType: string,
  observed: ObservedRequest,
  log: ServerLog,
): Text {
  const masked = errors.map((error) => {
    const shown = toClientError(error);
    if (shown !== error) log.error(error);
    return shown as GraphQLError;
  });
  const parsed = data === undefined ? undefined : (JSON.parse(data) as Record<string, unknown> | null);
  observed.hasData = Object.values(parsed ?? {}).some((value) => value !== null);
  for (const { extensions } of masked) {
    observed.codes.add(typeof extensions['code'] === 'string' ? extensions['code'] : 'INVALID_INPUT');
  }
  const result = {
    errors: masked,
    ...(parsed !== undefined && { data: parsed }),
    ...(cost && { extensions: { cost } }),
  };
  const [type = ''] = mediaType.split(';', 1);
  const { body, init } = processRegularResult(withUsage(result, usage), capturing, type) as unknown as Captured;
  const { 'Content-Type': _type, ...headers } = init.headers;
  return { body: Buffer.from(body), status: init.status, headers };
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

async function write(
  { headers: { 'accept-encoding': acceptEncoding } }: IncomingMessage,
  response: ServerResponse,
  { body, status, headers }: Text,
  mediaType: string,
): Promise<void> {
  const encoding = body.length < minimumBytes ? undefined : preferredEncoding(acceptEncoding);
  const sent = encoding === undefined ? body : await compress(body, encoding);
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': mediaType,
    'content-length': sent.length,
    'cache-control': 'no-store',
    ...(encoding && { 'content-encoding': encoding }),
    ...headers,
  });
  response.end(sent);
}
