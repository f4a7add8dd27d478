import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';

const maximumBody = 1024 * 1024;

let gateway: Gateway;
let endpoint: string;
beforeAll(async () => {
  gateway = await startGateway();
  endpoint = `${gateway.url}/graphql`;
});
afterAll(() => gateway.close());

describe('GraphQL over HTTP', () => {
  it.each(serverAudits({ url: () => endpoint }))('$id: $name', async ({ fn }) => {
    expect(await fn()).toMatchObject({ status: 'ok' });
  });

  it('rejects mutations by GET', async () => {
    const response = await fetch(`${endpoint}?query=${encodeURIComponent('mutation { __typename }')}`);
    expect(response.status).toBe(405);
  });

  it.each(['PUT', 'DELETE', 'HEAD', 'OPTIONS'])('rejects the method %s', async (method) => {
    const response = await fetch(`${endpoint}?query={__typename}`, { method });
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, POST',
    });
  });

  it.each(['variables', 'extensions'])('rejects %s in the URL that are not valid JSON', async (name) => {
    const response = await fetch(`${endpoint}?query={__typename}&${name}={`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [
        {
          message: `The URL parameter ${name} is not valid JSON. Send a URL-encoded JSON object.`,
          extensions: { code: 'INVALID_INPUT' },
        },
      ],
    });
  });

  it.each([
    ['a fragment in the target', '/graphql?variables={}#', {}],
    ['a Host header with a path', '/graphql', { host: '127.0.0.1/&variables={' }],
    ['a Host header with a space', '/graphql?query={__typename}', { host: 'a b' }],
    ['a Host header with half an address', '/graphql?query={__typename}', { host: '[::1' }],
    ['a Host header with an impossible port', '/graphql?query={__typename}', { host: 'localhost:99999999' }],
  ])('rejects %s', async (_what, path, headers) => {
    const authenticated = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    });
    const answer = await received(request(authenticated.url, { path, headers: { ...(await as()), ...headers } }).end());
    await authenticated.close();
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      errors: [{ message: expect.stringContaining('is not a valid URL'), extensions: { code: 'INVALID_INPUT' } }],
    });
  });

  it.each([
    ['application/xml', 'The content-type application/xml is not supported.'],
    ['text/plain', 'The content-type text/plain is not supported.'],
    [undefined, 'A body without a content-type is not supported.'],
  ])('rejects the content type %s with a message', async (type, message) => {
    const headers = { 'x-graphql-yoga-csrf': '1', ...(type && { 'content-type': type }) };
    const response = await received(request(endpoint, { method: 'POST', headers }).end('{"query":"{ __typename }"}'));
    expect(response.status).toBe(415);
    expect(JSON.parse(response.body)).toMatchObject({
      errors: [{ message: expect.stringContaining(message), extensions: { code: 'INVALID_INPUT' } }],
    });
  });

  it('executes no change whose result the client does not accept', async () => {
    const query =
      'mutation { tagSnapshot(input: { snapshotId: "arn:aws:redshift:us-east-1:123456789012:snapshot:a/b", tags: [{ key: "a" }] }) { __typename } }';
    await gateway.calls();
    const response = await post(JSON.stringify({ query }), { accept: 'application/xml, text/html;q=0.9' });
    expect(response.status).toBe(406);
    expect(JSON.parse(response.body)).toMatchObject({
      errors: [{ message: expect.stringContaining('Accept'), extensions: { code: 'INVALID_INPUT' } }],
    });
    expect(await gateway.calls()).toEqual([]);
  });

  it.each([
    '*/*',
    'application/*',
    'Application/JSON',
    'text/html, application/json;q=0.1',
    'application/json; charset=utf-16',
  ])('answers a client that accepts %s', async (accept) => {
    const response = await post('{"query":"{ __typename }"}', { accept });
    expect(response.status).toBe(200);
    expect(response.body).toContain('"__typename":"Query"');
  });

  it('names the required content type if it is missing', async () => {
    const response = await fetch(endpoint, { method: 'POST', body: '{"query":"{ __typename }"}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('content-type application/json'), extensions: { code: 'FORBIDDEN' } },
      ],
    });
  });

  it('answers queries by GET', async () => {
    const response = await fetch(`${endpoint}?query=${encodeURIComponent('{ sources { service } }')}`);
    expect(await response.json()).toMatchObject({
      data: { sources: [{ service: 'REDSHIFT' }, { service: 'DOCUMENTDB' }] },
    });
  });
});

describe('the server', () => {
  it('reports liveness', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it.each(['/health', '/ready'])('answers %s with any query string', async (path) => {
    for (const asked of [path, `${path}?from=balancer`]) expect((await fetch(gateway.url + asked)).status).toBe(200);
  });

  it.each(['/graphql/more', '/favicon.ico', '/..%2fgraphql'])(
    'answers %s with 404 and the existing paths',
    async (path) => {
      const response = await fetch(gateway.url + path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe(
        'Not found. GraphQL is at /graphql, liveness at /health, readiness at /ready.\n',
      );
    },
  );

  it('serves the fleet page at /, to GET requests only', async () => {
    const response = await fetch(`${gateway.url}/`);
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    expect((await fetch(`${gateway.url}/`, { method: 'POST', body: '{}' })).status).toBe(404);
  });

  const long = `{ ${Array.from({ length: 10 }, (_, index) => `${'a'.repeat(100)}${index}: __typename`).join(' ')} }`;

  it('compresses long responses for clients that accept it', async () => {
    const response = await post(JSON.stringify({ query: long }), { 'accept-encoding': 'gzip' });
    expect(response).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(response.headers).toHaveProperty('content-length');
    const short = await post(JSON.stringify({ query: '{ __typename }' }), { 'accept-encoding': 'gzip' });
    expect(short.headers).not.toHaveProperty('content-encoding');
    expect(short.headers).toHaveProperty('content-length');
    for (const { headers } of [response, short]) expect(headers.vary).toContain('Accept-Encoding');
  });

  it.each([
    ['two Host headers', ['Host', '127.0.0.1', 'host', '127.0.0.1']],
    ['two hosts in a Host header', ['Host', '127.0.0.1, 127.0.0.1']],
    ['two hosts without a space', ['Host', '127.0.0.1,evil.example']],
  ])('rejects %s', async (_what, headers) => {
    for (const path of ['/graphql?query={__typename}', '/health', '/']) {
      const answer = await received(request(`${gateway.url}${path}`, { headers, setHost: false }).end());
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toEqual({
        errors: [
          {
            message: 'The request has several Host headers. Send one, with one host.',
            extensions: { code: 'INVALID_INPUT' },
          },
        ],
      });
    }
  });

  it.each([
    ['Content-Type', { 'content-type': 'Application/JSON' }, 200],
    ['Content-Type with a charset', { 'content-type': 'application/Json; Charset=UTF-8' }, 200],
    ['Accept', { accept: 'Application/GraphQL-Response+JSON' }, 200],
    ['Accept with a weight', { accept: 'APPLICATION/JSON;Q=0.5' }, 200],
    ['Content-Encoding', { 'content-encoding': 'Identity' }, 200],
    ['Content-Encoding of a compressed body', { 'content-encoding': 'GZip' }, 415],
    ['Connection', { connection: 'Keep-Alive' }, 200],
  ])('reads %s without regard to case', async (_what, headers, status) => {
    const answer = await post(JSON.stringify({ query: '{ __typename }' }), headers);
    expect(answer.status).toBe(status);
    if (status === 200) expect(JSON.parse(answer.body)).toMatchObject({ data: { __typename: 'Query' } });
    if ('accept' in headers) {
      const [type = ''] = headers.accept.toLowerCase().split(';');
      expect(answer.headers['content-type']).toContain(type);
    }
  });

  it('sends GraphiQL, and the page to sign in, without regard to the case of Accept', async () => {
    const page = await received(request(endpoint, { headers: { accept: 'Text/HTML' } }).end());
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': expect.stringContaining('text/html') } });
    const authenticated = await startGateway({
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    });
    const signIn = await received(request(`${authenticated.url}/graphql`, { headers: { accept: 'TEXT/HTML' } }).end());
    expect(signIn).toMatchObject({ status: 401, headers: { 'content-type': expect.stringContaining('text/html') } });
    await authenticated.close();
  });

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br ; q=0.2 , gzip ; q=0.8', 'gzip'],
    ['gzip;q=0', undefined],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['identity, gzip;q=0.5', undefined],
    ['identity;q=0', undefined],
    ['identity;q=0, gzip', 'gzip'],
    ['deflate', undefined],
    ['', undefined],
  ])('answers Accept-Encoding %j with %s', async (accepted, encoding) => {
    const { headers, bytes } = await post(JSON.stringify({ query: long }), { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    const decoded = { br: brotliDecompressSync, gzip: gunzipSync, identity: (sent: Buffer) => sent };
    const content = decoded[(encoding ?? 'identity') as keyof typeof decoded](bytes);
    expect(JSON.parse(content.toString()).data).toHaveProperty(`${'a'.repeat(100)}9`, 'Query');
  });

  it('compresses GraphiQL', async () => {
    const page = await received(request(endpoint, { headers: { accept: 'text/html', 'accept-encoding': 'br' } }).end());
    expect(page.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('text/html'),
      etag: expect.any(String),
    });
    const content = brotliDecompressSync(page.bytes);
    expect(content.length / page.bytes.length).toBeGreaterThan(4);
    expect(content.toString()).toContain('snapgate');
  });

  it('keeps connections open for longer than load balancers do', async () => {
    const { headers } = await post(JSON.stringify({ query: '{ __typename }' }), { connection: 'keep-alive' });
    expect(headers['keep-alive']).toBe('timeout=65');
  });
});

describe('a body', () => {
  const body = (length: number) => {
    const frame = JSON.stringify({ query: '{ __typename } #' });
    return frame.replace('#', `#${'x'.repeat(length - frame.length)}`);
  };
  const framings = [
    ['announced', (length: number) => ({ 'content-length': String(length) })],
    ['chunked', () => ({ 'transfer-encoding': 'chunked' })],
  ] as const;

  it.each(framings)('of 1 MiB is accepted when %s', async (_name, headers) => {
    const response = await post(body(maximumBody), headers(maximumBody));
    expect(response).toMatchObject({ status: 200 });
    expect(JSON.parse(response.body)).toMatchObject({ data: { __typename: 'Query' } });
  });

  it.each(framings)('of one byte more is rejected when %s', async (_name, headers) => {
    const response = await post(body(maximumBody + 1), headers(maximumBody + 1));
    expect(response).toMatchObject({ status: 413 });
    expect(JSON.parse(response.body)).toMatchObject({
      errors: [{ message: expect.stringContaining('1048576 bytes'), extensions: { code: 'INVALID_INPUT' } }],
    });
  });

  it.each(['gzip', 'br', 'identity, gzip', 'cow'])(
    'in %s is rejected, because its size is unknown',
    async (encoding) => {
      const bomb = gzipSync(JSON.stringify({ query: `{ __typename } #${' '.repeat(10_000_000)}` }));
      expect(bomb.length).toBeLessThan(maximumBody);
      const response = await post(bomb, { 'content-encoding': encoding });
      expect(response.status).toBe(415);
      expect(JSON.parse(response.body)).toEqual({
        errors: [
          {
            message: `The content-encoding ${encoding} is not supported. Send the body without compression.`,
            extensions: { code: 'INVALID_INPUT' },
          },
        ],
      });
    },
  );

  it.each([
    ['not JSON', '{'],
    ['not an object', '[]'],
    ['without a query', '{}'],
  ])('that is %s is rejected', async (_name, content) => {
    const response = await post(content);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({ errors: [{ message: expect.any(String) }] });
  });
});

describe('every response', () => {
  const nothing = { calls: 0, coalesced: 0, cached: 0 };

  it.each([
    ['calls AWS', '{ snapshots(first: 1) { nodes { id } } }', { ...nothing, calls: 2 }],
    ['does not call AWS', '{ __typename }', nothing],
    ['does not parse', '{', nothing],
    ['is not valid', '{ nowhere }', nothing],
    ['is rejected', '{ snapshots(first: 0) { nodes { id } } }', nothing],
  ])('reports its AWS calls if the query %s', async (_name, query, aws) => {
    expect((await gateway.query(query)).extensions).toMatchObject({ aws });
  });

  it('hides the messages of AWS', async () => {
    await gateway.disturb({
      kind: 'error',
      code: 'AccessDenied',
      status: 403,
      message: 'arn:aws:iam::999:role/secret',
    });
    const answer = await gateway.query(
      '{ cluster(arn: "arn:aws:redshift:us-east-1:123456789012:cluster:sales") { id } }',
    );
    await gateway.disturb();
    expect(answer.errors).toMatchObject([{ path: ['cluster'], extensions: { code: 'FORBIDDEN' } }]);
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

/** Sends exactly these bytes and headers, which `fetch` does not allow. */
async function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  const sent = request(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
  }).end(body);
  return received(sent);
}

/** Waits for the whole response. */
async function received(sent: ClientRequest) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string; bytes: Buffer }>(
    (resolve, reject) => {
      sent.on('error', reject).on('response', (response) => {
        void buffer(response).then((content) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: content.toString(),
            bytes: content,
          }),
        );
      });
    },
  );
}
