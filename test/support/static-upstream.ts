import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { account, type Gateway, type GatewayOptions, startGateway } from './gateway.ts';

/** A request that the upstream received: the parameters of the AWS Query protocol. */
export type StaticRequest = Readonly<Record<string, string>>;

/** A response: the content of the result element in XML, or a status and a complete body. */
export type StaticAnswer =
  | string
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

type AnswerTo = (request: StaticRequest) => StaticAnswer | Promise<StaticAnswer>;

/** The response for each AWS action, or a function that returns it. */
export type StaticAnswers = Readonly<Record<string, StaticAnswer | AnswerTo>>;

type Members = Readonly<Record<string, string | undefined>>;

/** Returns the XML of an element with these members. */
export function element(name: string, inner: Members): string {
  return `<${name}>${members(inner)}</${name}>`;
}

/** Returns the XML of members, whose values are XML; an undefined member is omitted. */
export function members(values: Members): string {
  return Object.entries(values)
    .map(([key, value]) => (value === undefined ? '' : `<${key}>${value}</${key}>`))
    .join('');
}

/** Returns the response of AWS to a refused call. */
export function errorAnswer(
  code: string,
  status: number,
  message = 'No.',
  headers: Readonly<Record<string, string>> = {},
): StaticAnswer {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`;
  return { status, body: `<ErrorResponse><Error>${error}</Error><RequestId>9e5c</RequestId></ErrorResponse>`, headers };
}

const ofEveryUpstream: Readonly<Record<string, StaticAnswer>> = { GetCallerIdentity: `<Account>${account}</Account>` };

/**
 * Starts an HTTP server that stands for AWS and gives fixed responses. The credentials belong to the home account, and
 * any other action without a response gets an empty result. The answers, which can be one function for all actions, can
 * be replaced while it runs.
 */
export async function startStaticUpstream(initial: StaticAnswers | AnswerTo = {}) {
  let answers = initial;
  const requests: StaticRequest[] = [];

  const answerTo = async (request: IncomingMessage): Promise<Exclude<StaticAnswer, string>> => {
    const parameters = Object.fromEntries(new URLSearchParams(await text(request)));
    requests.push(parameters);
    const { Action: action = '' } = parameters;
    const given =
      typeof answers === 'function'
        ? (ofEveryUpstream[action] ?? answers)
        : (answers[action] ?? ofEveryUpstream[action] ?? '');
    const answer = typeof given === 'function' ? await given(parameters) : given;
    if (typeof answer !== 'string') return answer;
    const result = `<${action}Result>${answer}</${action}Result>`;
    return { status: 200, body: `<${action}Response>${result}</${action}Response>` };
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body, headers } = await answerTo(request);
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'c0ffee', ...headers });
    response.end(body);
  };
  // The gateway closes its idle connections itself.
  const settings = { keepAliveTimeout: 600_000 };
  const server = createServer(settings, (request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The requests since the start, in order. */
    requests: requests as readonly StaticRequest[],
    /** Replaces all answers. */
    answer: (next: StaticAnswers | AnswerTo) => {
      answers = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A running static upstream. */
/**
 * Starts an upstream and a gateway that uses it, for all tests of the file or block that calls this. Their properties can
 * be used in tests only.
 */
export function useStaticUpstream(initial?: StaticAnswers | AnswerTo, options: GatewayOptions = {}) {
  const used = {} as { upstream: StaticUpstream; gateway: Gateway };
  beforeAll(async () => {
    used.upstream = await startStaticUpstream(initial);
    used.gateway = await startGateway({ ...options, aws: { ...options.aws, endpoint: used.upstream.url } });
  });
  afterAll(async () => {
    await used.gateway.close();
    await used.upstream.close();
  });
  return used;
}

export type StaticUpstream = Awaited<ReturnType<typeof startStaticUpstream>>;
