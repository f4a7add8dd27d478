import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as startRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Executor, ObservedRequest } from '../../src/server/observation/observer.ts';
import type { createPlugins } from '../../src/server/yoga.ts';
import type { TrustedDocuments } from '../../src/limits/trusted-documents.ts';
import { type GatewayOptions, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshot } from '../support/worlds.ts';

const names = '{ snapshots(first: 2) { nodes { identifier } } }';
const trusted: TrustedDocuments = {
  byId: new Map([['names', names]]),
  texts: new Set([names]),
  cost: 7,
  only: true,
  maxAgeSeconds: 0,
};

/** A request, and what the gateway must do with it on each path. */
interface Row {
  readonly options?: GatewayOptions;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isAuthenticated?: boolean;
  /** The path of the second and third of equal requests; by default, the fast path executes them, and the fourth is ready. */
  readonly second?: Executor | 'none';
  /** What both responses must have. */
  readonly status?: number;
  readonly code?: string;
  /** Further assertions on each response. */
  readonly check?: (response: Received) => void;
}

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly observed: ObservedRequest | undefined;
}

/** One entry for each plugin of GraphQL Yoga, and for each protection before it. */
const rows: Record<keyof ReturnType<typeof createPlugins> | (typeof before)[number], readonly Row[]> = {
  observation: [
    {
      check: ({ observed }) =>
        expect(observed).toMatchObject({ operation: { kind: 'query' }, cost: 6, aws: { calls: 0, cached: 1 } }),
    },
  ],
  forgery: [
    { headers: { 'content-type': 'text/plain' }, second: 'none', status: 403, code: 'FORBIDDEN' },
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `query=${encodeURIComponent(names)}`,
      second: 'none',
      status: 403,
    },
  ],
  readableRequests: [
    { headers: { 'content-type': 'application/yaml', 'x-graphql-yoga-csrf': '1' }, second: 'none', status: 415 },
    { body: '{"query":', second: 'none', status: 400 },
    { body: '[]', second: 'none', status: 400 },
    { body: { query: names, unknown: 1 }, second: 'none', status: 400 },
    { body: { query: names, variables: [] }, second: 'none', status: 400 },
    { body: { query: names, operationName: 1 }, second: 'none', status: 400 },
  ],
  acceptedTypes: [
    { headers: { accept: 'text/plain' }, second: 'none', status: 406 },
    {
      headers: { accept: 'application/graphql-response+json' },
      check: typeIs('application/graphql-response+json; charset=utf-8'),
    },
    {
      headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
      check: typeIs('application/graphql-response+json; charset=utf-8'),
    },
    { headers: { accept: 'application/json' }, check: typeIs('application/json; charset=utf-8') },
    { headers: { accept: 'text/event-stream' }, second: 'graphql-js', check: typeIs('text/event-stream') },
  ],
  documents: [
    { options: { limits: { depth: 2 } }, second: 'none', code: 'INVALID_INPUT' },
    { body: { query: '{ snapshots(first: 2) { unknown } }' }, second: 'none', code: 'GRAPHQL_VALIDATION_FAILED' },
    { body: { query: names, operationName: 'Absent' }, second: 'none' },
    {
      body: {
        query: 'query($first: Int) { snapshots(first: $first) { nodes { identifier } } }',
        variables: { first: 'x' },
      },
      second: 'graphql-js',
      status: 400,
      code: 'INVALID_INPUT',
    },
    {
      options: withGrant({ introspection: false }),
      isAuthenticated: true,
      body: { query: '{ __schema { queryType { name } } }' },
      second: 'none',
      code: 'FORBIDDEN',
    },
    { body: { query: '{ __schema { queryType { name } } }' }, second: 'graphql-js' },
  ],
  requestContext: [
    {
      body: { query: '{ viewer { subject } snapshots(first: 2) { nodes { identifier } } }' },
      check: ({ text }) => expect(text).toContain('"subject":"anonymous"'),
    },
  ],
  requestScope: [
    {
      headers: { 'cache-control': 'no-cache' },
      check: ({ observed }) => expect(observed?.aws).toEqual({ calls: 1, coalesced: 0, cached: 0 }),
    },
  ],
  budget: [
    {
      options: { limits: { cost: 1 } },
      headers: { 'cache-control': 'no-cache' },
      status: 200,
      code: 'ALLOWANCE_EXCEEDED',
    },
    { options: { limits: { costPerMinute: 1 } }, headers: { 'cache-control': 'no-cache' }, code: 'ALLOWANCE_EXCEEDED' },
  ],
  subscriptionCaps: [{ body: { query: 'subscription { snapshotProgress(id: "x") { node { id } } }' }, second: 'none' }],
  awsUsage: [{ check: ({ text }) => expect(JSON.parse(text).extensions.aws).toMatchObject({ coalesced: 0 }) }],
  freshEvents: [
    {
      body: { query: 'subscription { snapshotProgress(id: "x") { node { id } } }' },
      headers: { accept: 'text/event-stream' },
      second: 'none',
    },
  ],
  noStore: [{ check: ({ headers }) => expect(headers['cache-control']).toBe('no-store') }],
  trustedDocuments: [
    { options: { documents: trusted }, body: { query: `${names} ` }, second: 'none', status: 403, code: 'FORBIDDEN' },
    {
      options: { documents: trusted },
      body: { query: names },
      check: ({ observed }) => expect(observed).toMatchObject({ cost: 7, operation: { isTrusted: true } }),
    },
    {
      options: { documents: trusted },
      body: { documentId: 'names' },
      check: ({ observed }) => expect(observed).toMatchObject({ cost: 7, operation: { isTrusted: true } }),
    },
    { options: { documents: trusted }, body: { extensions: { persistedQuery: { version: 1, sha256Hash: 'names' } } } },
    { options: { documents: trusted }, body: { documentId: 'absent' }, second: 'none', status: 400 },
    { options: { documents: { ...trusted, only: false } }, body: { query: names, documentId: 'absent' } },
  ],
  compression: [
    {
      headers: { 'accept-encoding': 'br' },
      body: { query: large() },
      check: ({ headers }) => expect(headers['content-encoding']).toBe('br'),
    },
    {
      headers: { 'accept-encoding': 'gzip' },
      body: { query: large() },
      check: ({ headers }) => expect(headers['content-encoding']).toBe('gzip'),
    },
    {
      headers: { 'accept-encoding': 'gzip' },
      check: ({ headers }) => expect(headers['content-encoding']).toBeUndefined(),
    },
  ],
  eventStreams: [{ headers: { accept: 'text/event-stream, */*;q=0.1' } }],
  mediaTypes: [{}],
  masking: [
    { body: { query: '{ node(id: "x") { id } }' }, code: 'INVALID_INPUT' },
    {
      body: {
        query: '{ good: snapshots(first: 2) { nodes { identifier } } snapshots(first: 0) { nodes { identifier } } }',
      },
      code: 'INVALID_INPUT',
    },
    {
      body: { query: '{ node(id: "x") { id } }' },
      headers: { accept: 'application/graphql-response+json' },
      code: 'INVALID_INPUT',
    },
  ],
  hosts: [{ headers: { host: 'a.example' }, second: 'none', status: 401 }],
  origins: [
    {
      options: { origins: ['https://console.example.com'] },
      headers: { origin: 'https://console.example.com' },
      check: ({ headers }) => expect(headers['access-control-allow-origin']).toBe('https://console.example.com'),
    },
    {
      headers: { origin: 'https://other.example.com' },
      check: ({ headers }) => expect(headers['access-control-allow-origin']).toBeUndefined(),
    },
  ],
  bodies: [{ body: { query: `${names}${' '.repeat(1_100_000)}` }, second: 'none', status: 413 }],
  encodings: [{ headers: { 'content-encoding': 'gzip' }, second: 'none', status: 415 }],
  authentication: [
    {
      options: withGrant({}),
      headers: { authorization: 'Bearer x' },
      second: 'none',
      status: 401,
      code: 'UNAUTHENTICATED',
    },
    { options: withGrant({}), isAuthenticated: true, check: ({ observed }) => expect(observed?.subject).toBe('ada') },
  ],
  rate: [
    {
      options: { limits: { requestsPerSecond: 1 } },
      check: ({ observed }) => expect(observed?.subject).toBe('anonymous'),
    },
  ],
  headers: [{ check: ({ headers }) => expect(headers['x-content-type-options']).toBe('nosniff') }],
};

/** The protections before GraphQL Yoga and in it that are not plugins. */
const before = ['masking', 'hosts', 'origins', 'bodies', 'encodings', 'authentication', 'rate', 'headers'] as const;

function typeIs(type: string) {
  return ({ headers }: Received) => expect(headers['content-type']).toBe(type);
}

function large(): string {
  return `{ ${Array.from({ length: 10 }, (_, index) => `a${index}: snapshots(first: 2) { nodes { id arn identifier } }`).join(' ')} }`;
}

function withGrant(grant: { readonly introspection?: boolean }): GatewayOptions {
  return { authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'], introspection: true, ...grant }]) };
}

const snapshots = [makeSnapshot('REDSHIFT', 'one'), makeSnapshot('REDSHIFT', 'two'), makeSnapshot('REDSHIFT', 'three')];

const decoders: Readonly<Record<string, (body: Buffer) => Buffer>> = { gzip: gunzipSync, br: brotliDecompressSync };

async function send(
  url: string,
  { body = { query: names }, headers, isAuthenticated }: Row,
): Promise<Omit<Received, 'observed'>> {
  const sent = startRequest(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'same',
      ...(isAuthenticated && (await as())),
      ...headers,
    },
  });
  sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const received = await buffer(response);
  const decode = decoders[response.headers['content-encoding'] ?? 'identity'];
  const text = (decode?.(received) ?? received).toString();
  const { date: _date, ...others } = response.headers;
  return { status: response.statusCode ?? 0, headers: others, text };
}

/**
 * Sends the request of a row four times: GraphQL Yoga answers the first, because it does not know the document yet, and
 * the response to the third is kept, because it repeats the second.
 */
async function sendOften(row: Row): Promise<readonly [Received, Received, Received, Received]> {
  const ended: ObservedRequest[] = [];
  let heard = Promise.withResolvers<void>();
  const gateway = await startGateway({
    aws: { cache: { ageSeconds: 300 } },
    ...row.options,
    observer: {
      run: (_request, answer) => answer(),
      end: (request) => {
        ended.push({ ...request });
        heard.resolve();
      },
    },
  });
  try {
    await gateway.load({ snapshots });
    const sendOnce = async () => {
      heard = Promise.withResolvers();
      const received = await send(gateway.url, row);
      await heard.promise;
      return { ...received, observed: ended.at(-1) };
    };
    // The responses of AWS are cached before the comparison, and the reload forgets the documents.
    await sendOnce();
    gateway.apply({ ...row.options });
    return [await sendOnce(), await sendOnce(), await sendOnce(), await sendOnce()];
  } finally {
    await gateway.close();
  }
}

/** What must be equal, which the allowance, changed by each request, and the length of a compressed body are not. */
function comparable({ status, headers, text }: Received) {
  const { 'content-length': length, ...others } = headers;
  return {
    status,
    headers: { ...others, length: others['content-encoding'] === undefined ? length?.length : undefined },
    text: text.replaceAll(/"remaining":-?\d+/g, '"remaining":0'),
  };
}

describe.each(Object.entries(rows))('%s', (_name, own) => {
  it.each(own.map((row, index) => ({ ...row, index })))('row $index is the same on all paths', async (row) => {
    const [first, second, third, fourth] = await sendOften(row);
    expect(['graphql-js', undefined]).toContain(first.observed?.executor);
    for (const { observed } of [second, third]) expect(observed?.executor ?? 'none').toBe(row.second ?? 'compiled');
    const isRepeated =
      row.second === undefined && row.code === undefined && row.headers?.['cache-control'] === undefined;
    expect(fourth.observed?.executor ?? 'none').toBe(isRepeated ? 'ready' : (row.second ?? 'compiled'));
    for (const received of [first, second, third, fourth]) {
      expect(comparable(received)).toEqual(comparable(first));
      if (row.status !== undefined) expect(received.status).toBe(row.status);
      if (row.code !== undefined) expect(received.text).toContain(`"code":"${row.code}"`);
      row.check?.(received);
    }
  });
});
