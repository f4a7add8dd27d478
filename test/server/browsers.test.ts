import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corsRequestHeadersSetting, originsSetting } from '../../src/server/browsers.ts';
import { hasBrowser, openBrowser, openPage } from '../support/browser.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const origin = 'https://console.example.com';
let gateway: Gateway;
let url: URL;
beforeAll(async () => {
  gateway = await startGateway({ origins: [origin], limits: { connections: 5 } });
  url = new URL(`${gateway.url}/graphql`);
});
afterAll(() => gateway.close());

const query = '{ snapshots { isComplete } }';
/** Sends any method, headers and host, which `fetch` does not allow. */
async function send(method: string, headers: Record<string, string>, body = '', path = url.pathname) {
  const sent = request({ host: url.hostname, port: url.port, method, path, agent: false, headers }).end(body);
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      void text(response).then((content) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
      );
    });
  });
}

describe('a page of another origin', () => {
  const json = JSON.stringify({ query });
  const form = `query=${encodeURIComponent(query)}`;
  const boundary = `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`;
  const get = `/graphql?${form}`;
  it.each([
    ['a form', 'POST', { 'content-type': 'application/x-www-form-urlencoded' }, form],
    ['a form with files', 'POST', { 'content-type': 'multipart/form-data; boundary=x' }, boundary],
    ['text', 'POST', { 'content-type': 'text/plain' }, json],
    ['text whose parameter mentions JSON', 'POST', { 'content-type': 'text/plain; a=application/json' }, json],
    ['no content type', 'POST', {}, json],
    ['a link', 'GET', { 'sec-fetch-site': 'cross-site' }, '', get],
    ['a link on another subdomain', 'GET', { 'sec-fetch-site': 'same-site' }, '', get],
    ['a HEAD request', 'HEAD', {}, '', get],
    ['a preflight', 'OPTIONS', { origin: 'https://evil.example' }, '', get],
    ['a preflight from a look-alike subdomain', 'OPTIONS', { origin: `${origin}.evil.example` }, '', get],
    [
      'a domain that resolves to this machine',
      'POST',
      { host: 'evil.example', 'content-type': 'application/json' },
      json,
    ],
  ])('cannot reach AWS with %s', async (_what, method, headers, body, path = '/graphql') => {
    await gateway.calls();
    const answer = await send(method, headers, body, path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(await gateway.calls()).toEqual([]);
  });

  it('that is configured passes the preflight, without credentials, and reads the response', async () => {
    const asked = await send('OPTIONS', { origin, 'access-control-request-method': 'POST' });
    expect(asked).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-headers':
          'Authorization, Cache-Control, Content-Type, X-GraphQL-Yoga-CSRF, Apollo-Require-Preflight, X-Apollo-Operation-Name, traceparent, tracestate, x-request-id, apollographql-client-name, apollographql-client-version',
        'access-control-allow-methods': 'GET, POST',
        'access-control-max-age': '600',
        vary: expect.stringContaining('Origin'),
      },
    });
    const answer = await send('POST', { origin, 'content-type': 'application/json' }, JSON.stringify({ query }));
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
  });
});

describe('origins', () => {
  it.each([
    'https://*.example.com',
    '*',
    'null',
    'https://console.example.com/',
    'https://Console.example.com',
    'https://console.example.com:443',
  ])('refuses %j, which no Origin header can be', (text) => {
    const { error } = originsSetting.safeParse([origin, text]);
    expect(error?.issues).toMatchObject([{ path: [1], message: expect.stringContaining('exactly as in the Origin') }]);
  });
});

describe('corsRequestHeaders', () => {
  it('replaces the default, and never the headers that the gateway reads', async () => {
    const other = await startGateway({ origins: [origin], corsRequestHeaders: ['baggage'] });
    const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'baggage' };
    const { status, headers: answered } = await fetch(`${other.url}/graphql`, { method: 'OPTIONS', headers });
    await other.close();
    const names = answered.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(status).toBe(204);
    expect(names).toEqual(expect.arrayContaining(['authorization', 'cache-control', 'content-type', 'baggage']));
    expect(names).not.toContain('traceparent');
  });

  it('has each name once, in lowercase', () => {
    expect(corsRequestHeadersSetting.parse(['Baggage', 'x-b3-TraceId', 'baggage'])).toEqual([
      'baggage',
      'x-b3-traceid',
    ]);
  });

  it.each([
    ['*', 'without wildcards'],
    ['x request id', 'must be the name of a header'],
    ['x-a, x-b', 'must be the name of a header'],
    ['x-a\r\nx-b', 'must be the name of a header'],
    ['', 'must be the name of a header'],
    ['Cookie', 'browsers set themselves'],
    ['Sec-Fetch-Site', 'browsers set themselves'],
  ])('refuses %j', (name, problem) => {
    const { error } = corsRequestHeadersSetting.safeParse(['x-request-id', name]);
    expect(error?.issues).toMatchObject([{ path: [1], message: expect.stringContaining(problem) }]);
  });
});

describe.skipIf(!hasBrowser)(`a page in a browser${hasBrowser ? '' : ', which is not installed'}`, () => {
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Console</title>');
  });
  let called: Gateway;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const [byId, texts] = [new Map([['0a', '{ __typename }']]), new Set(['{ __typename }'])];
    const documents = { byId, texts, cost: 1, only: true, maxAgeSeconds: 15 };
    [called, browser] = await Promise.all([startGateway({ origins: [address], documents }), openBrowser()]);
    page = await openPage(browser);
    await page.goto(address);
  });
  afterAll(async () => {
    await browser.close();
    await called.close();
    await new Promise((resolve) => site.close(resolve));
  });

  /** Sends a request as the page would; returns undefined if the browser does not let it. */
  const fetchInPage = (method: string, headers: Record<string, string>, parameters: object) => {
    const isGet = method === 'GET';
    const values = Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const target = isGet ? `${called.url}/graphql?${new URLSearchParams(values)}` : `${called.url}/graphql`;
    const body = isGet ? {} : { body: JSON.stringify(parameters) };
    return page.evaluate(
      async ([address, init]) => {
        const response = await fetch(address, init).catch(() => undefined);
        return response && ((await response.json()) as unknown);
      },
      [target, { method, headers, cache: 'no-store' as const, ...body }] as const,
    );
  };
  const tracing = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'a=b',
    'x-request-id': '1',
  };
  const apollo = { 'apollographql-client-name': 'console', 'apollographql-client-version': '1.2' };
  const json = {
    accept: 'application/graphql-response+json,application/json;q=0.9',
    'content-type': 'application/json',
  };
  const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash: '0a' } } };
  const found = { data: { __typename: 'Query' } };

  it.each([
    ['the headers of tracing', 'POST', { ...json, ...tracing }, persisted, found],
    ['the headers of Apollo Client', 'POST', { ...json, ...apollo }, persisted, found],
    ['a query by GET as Apollo Client sends it', 'GET', { ...json, ...apollo }, persisted, found],
    ['apollo-require-preflight', 'GET', { 'apollo-require-preflight': 'true' }, persisted, found],
    ['x-apollo-operation-name', 'GET', { 'x-apollo-operation-name': 'A' }, persisted, found],
    ['no header that requires a preflight', 'GET', {}, persisted, { errors: [{ extensions: { code: 'FORBIDDEN' } }] }],
    ['a header that is not configured', 'POST', { ...json, 'x-other': '1' }, persisted, undefined],
  ])('of another origin sends a request with %s', async (_what, method, headers, parameters, answer) => {
    const answered = await fetchInPage(method, headers, parameters);
    expect([answered]).toMatchObject([answer]);
  });
});

describe('every response', () => {
  it.each([
    ['data', '/graphql?query={__typename}', 'application/json', "default-src 'none'; frame-ancestors 'none'"],
    ['GraphiQL', '/graphql', 'text/html', "connect-src 'self'"],
    ['an unknown path', '/nowhere', 'application/json', "default-src 'none'"],
    ['liveness', '/health', '*/*', "default-src 'none'"],
  ])('(%s) has strict security headers', async (_what, path, accept, policy) => {
    const { headers } = await send('GET', { accept }, '', path);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining(policy),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('connections', () => {
  it('over the limit are closed', async () => {
    const sockets = Array.from({ length: 8 }, () => connect(Number(url.port), url.hostname));
    const closed = new Set<unknown>();
    for (const socket of sockets) socket.on('error', () => {}).on('close', () => closed.add(socket));
    await expect.poll(() => closed.size).toBe(3);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await fetch(`${gateway.url}/health`).catch(() => undefined))?.status).toBe(200);
  });

  it.each([
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['an unknown encoding', 'Transfer-Encoding: cow\r\n'],
    ['a folded line', 'X-A: b\r\n c\r\n'],
    ['20 KB of headers', `X-A: ${'a'.repeat(20_000)}\r\n`],
  ])('with %s are rejected', async (_what, headers) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.end(`POST /graphql HTTP/1.1\r\nHost: ${url.host}\r\n${headers}\r\n{}`);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 4(00|31) /);
  });
});
