import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthentication } from '../../src/server/authentication/authentication.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, audience, authenticationWith, issuer, secret, settings, token } from '../support/tokens.ts';

const now = () => Math.floor(Date.now() / 1000);
const bearer = (text: string) => `Bearer ${text}`;
const whoami = '{ viewer { subject permissions } }';

describe('a gateway with authentication', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({
      authenticate: authenticationWith([{ when: { groups: 'operators' }, permissions: ['SNAPSHOT_READ'] }]),
    });
  });
  afterAll(() => gateway.close());

  const json = { 'content-type': 'application/json' };

  it.each([
    ['a query', '/graphql', { method: 'POST', headers: json, body: JSON.stringify({ query: whoami }) }],
    ['invalid JSON', '/graphql', { method: 'POST', headers: json, body: '{' }],
    ['introspection by GET', `/graphql?query=${encodeURIComponent('{ __schema { types { name } } }')}`, {}],
    ['an unknown path', '/admin', {}],
    ['a body that is too large', '/graphql', { method: 'POST', headers: json, body: 'x'.repeat(70_000) }],
    ['an event stream', '/graphql?query={__typename}', { headers: { accept: 'text/event-stream' } }],
  ])('answers %s without a token with 401 and the same message', async (_what, path, request) => {
    const response = await fetch(gateway.url + path, request);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Authentication required: send a bearer token in the Authorization header.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('answers liveness checks without a token', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it('serves browsers a sign-in page and, with a token, GraphiQL, which does not contain the token', async () => {
    const accept = 'text/html,*/*';
    const refused = await fetch(`${gateway.url}/graphql`, { headers: { accept } });
    expect({ status: refused.status, page: await refused.text() }).toEqual({
      status: 401,
      page: expect.stringContaining('Bearer token'),
    });
    const { authorization } = await as();
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept, authorization } });
    const text = await page.text();
    expect({ status: page.status, cacheControl: page.headers.get('cache-control') }).toEqual({
      status: 200,
      cacheControl: 'no-cache',
    });
    expect(text).toContain('renderYogaGraphiQL');
    expect(text).not.toContain(authorization.replace('Bearer ', ''));
  });

  it('reports the subject and the permissions of the caller', async () => {
    const answer = await gateway.query(whoami, {}, await as({ groups: ['people', 'operators'] }));
    expect(answer.data).toEqual({ viewer: { subject: 'ada', permissions: ['SNAPSHOT_READ'] } });
  });

  it('grants nothing to a caller whose claims match no grant', async () => {
    const answer = await gateway.query(
      `{ viewer { permissions } sources { id } snapshots { isComplete } }`,
      {},
      await as({ groups: 'operator' }),
    );
    expect(answer.data).toEqual({ viewer: { permissions: [] }, sources: [], snapshots: null });
    expect(answer.errors).toMatchObject([{ path: ['snapshots'], extensions: { code: 'FORBIDDEN' } }]);
    expect(answer.extensions.aws.calls).toBe(0);
  });
});

describe('a token', () => {
  const invalid = 'The bearer token is not valid. Check its issuer, audience, subject, validity period and signature.';
  const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);

  it.each([
    ['expired less than a minute ago', () => token({ exp: now() - 30 })],
    ['valid in less than a minute', () => token({ nbf: now() + 30 })],
    ['for several audiences', () => token({ aud: ['other', audience] })],
  ])('%s is accepted', async (_name, make) => {
    expect((await authenticate(bearer(await make()))).subject).toBe('ada');
  });

  it.each([
    ['expired', () => token({ exp: now() - 61 }), 'The bearer token has expired. Get a new token.'],
    ['not yet valid', () => token({ nbf: now() + 90 })],
    ['without an expiry', () => token({ exp: undefined })],
    ['without a subject', () => token({ sub: undefined })],
    ['with an empty subject', () => token({ sub: '' })],
    ['with an object as subject', () => token({ sub: { name: 'ada' } as unknown as string })],
    ['of another issuer', () => token({ iss: 'https://evil.example.com/' })],
    ['for another audience', () => token({ aud: 'other' })],
    ['signed with another secret', () => token({}, Buffer.alloc(32))],
    ['signed with another algorithm', () => token({}, Buffer.from(secret, 'base64'), 'HS512')],
    [
      'without a signature',
      async () => new UnsecuredJWT({ sub: 'ada' }).setIssuer(issuer).setExpirationTime('1h').encode(),
    ],
    ['with a truncated signature', async () => (await token()).slice(0, -2)],
    [
      'of ten thousand characters',
      () => token({ padding: 'x'.repeat(10_000) }),
      expect.stringContaining('contains no bearer token, or is too long'),
    ],
    ['that is not a JWT', async () => 'x', invalid],
  ])('%s is rejected', async (_name, make, message = invalid) => {
    await expect(authenticate(bearer(await make()))).rejects.toMatchObject({ status: 401, message });
  });

  it.each(['', 'Basic YWRhOng=', 'Bearer', 'Bearer ', 'Bearer a b', `Bearer ${'='.repeat(9)}\u00e9`])(
    'cannot be read from the header %j',
    async (authorization) => {
      await expect(authenticate(authorization)).rejects.toMatchObject({ status: 401 });
    },
  );

  it('is verified once and cached until it expires', async () => {
    const { subject } = await authenticate(await as().then(({ authorization }) => authorization));
    expect(subject).toBe('ada');
    const authorization = bearer(await token());
    expect(await authenticate(authorization)).toBe(await authenticate(authorization));
  });
});

describe('a public key', () => {
  it('verifies only signatures of its own kind', async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const publicKey = await exportSPKI(pair.publicKey);
    const authenticate = createAuthentication(settings({ publicKey }))([]);
    expect((await authenticate(bearer(await token({}, pair.privateKey, 'RS256')))).subject).toBe('ada');
    // The public key is not secret: a token signed with its text must be rejected.
    const confused = await token({}, Buffer.from(publicKey), 'HS256');
    await expect(authenticate(bearer(confused))).rejects.toMatchObject({ status: 401 });
  });
});

describe('a key set', () => {
  let server: Server;
  let keySet: object;
  let isDown = false;
  let reads = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      reads += 1;
      response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(keySet));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is read once, selects keys by id, and causes status 503 instead of 401 while it cannot be read', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const signed = (kid: string, claims = {}) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: now() + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(privateKey);
    isDown = true;
    const authenticate = createAuthentication(settings({ jwks }))([]);
    await expect(authenticate(bearer(await signed('one')))).rejects.toMatchObject({ status: 503 });
    isDown = false;
    reads = 0;
    for (const subject of ['ada', 'bob', 'cy']) {
      expect(await authenticate(bearer(await signed('one', { sub: subject })))).toMatchObject({ subject });
    }
    expect(reads).toBe(1);
    await expect(authenticate(bearer(await signed('../../one')))).rejects.toMatchObject({ status: 401 });
  });
});
