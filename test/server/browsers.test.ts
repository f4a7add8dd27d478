import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
        'access-control-allow-headers': 'Authorization, Cache-Control, Content-Type, X-GraphQL-Yoga-CSRF',
        vary: expect.stringContaining('Origin'),
      },
    });
    const answer = await send('POST', { origin, 'content-type': 'application/json' }, JSON.stringify({ query }));
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
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
