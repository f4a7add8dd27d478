import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthentication } from '../../src/server/authentication/authentication.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, audience, authenticationWith, issuer, secret, settings, token } from '../support/tokens.ts';
import { makeSnapshot } from '../support/worlds.ts';

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
    ['what is not GraphQL', '/graphql', { method: 'POST', headers: json, body: '{' }],
    ['introspection by GET', `/graphql?query=${encodeURIComponent('{ __schema { types { name } } }')}`, {}],
    ['an unknown path', '/admin', {}],
    ['a body that is too large', '/graphql', { method: 'POST', headers: json, body: 'x'.repeat(70_000) }],
    ['an event stream', '/graphql?query={__typename}', { headers: { accept: 'text/event-stream' } }],
  ])('answers nobody’s %s with 401 and the same words', async (_what, path, request) => {
    const response = await fetch(gateway.url + path, request);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'This gateway asks for a bearer token in the Authorization header.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('tells everyone that it is alive', async () => {
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  it('gives a browser a page to enter the token in, and with a token GraphiQL that sends it', async () => {
    const accept = 'text/html,*/*';
    const refused = await fetch(`${gateway.url}/graphql`, { headers: { accept } });
    expect({ status: refused.status, page: await refused.text() }).toEqual({
      status: 401,
      page: expect.stringContaining('Bearer token'),
    });
    const { authorization } = await as();
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept, authorization } });
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain(JSON.stringify(JSON.stringify({ authorization })).slice(1, -1));
  });

  it('knows who asks and what they may do', async () => {
    const answer = await gateway.query(whoami, {}, await as({ groups: ['people', 'operators'] }));
    expect(answer.data).toEqual({ viewer: { subject: 'ada', permissions: ['SNAPSHOT_READ'] } });
  });

  it('grants nothing to those whose claims no grant names', async () => {
    const answer = await gateway.query(
      `{ viewer { permissions } sources { id } snapshots { isComplete } }`,
      {},
      await as({ groups: 'operator' }),
    );
    expect(answer.data).toBeNull();
    expect(answer.errors).toMatchObject([{ path: ['snapshots'], extensions: { code: 'FORBIDDEN' } }]);
    expect(answer.extensions.aws.calls).toBe(0);
  });

  it('keeps a cursor to the one who was given it', async () => {
    await gateway.load({
      snapshots: ['a', 'b'].map((name) => makeSnapshot('REDSHIFT', name)),
    });
    const page = `query ($after: String) { snapshots(first: 1, after: $after) { pageInfo { endCursor } } }`;
    const ada = await as({ groups: 'operators' });
    const { data } = await gateway.query(page, {}, ada);
    const after = data.snapshots.pageInfo.endCursor;
    expect((await gateway.query(page, { after }, ada)).errors).toBeUndefined();
    const other = await gateway.query(page, { after }, await as({ groups: 'operators', sub: 'bob' }));
    expect(other.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: ['after'] } }]);
  });
});

describe('a token', () => {
  const authenticate = authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]);

  it.each([
    ['expired less than a minute ago', () => token({ exp: now() - 30 })],
    ['valid in less than a minute', () => token({ nbf: now() + 30 })],
    ['for several audiences', () => token({ aud: ['other', audience] })],
  ])('%s is accepted', async (_name, make) => {
    expect((await authenticate(bearer(await make()))).subject).toBe('ada');
  });

  it.each([
    ['expired', () => token({ exp: now() - 61 }), 'The bearer token has expired.'],
    ['not yet valid', () => token({ nbf: now() + 90 })],
    ['without an end', () => token({ exp: undefined })],
    ['of nobody', () => token({ sub: undefined })],
    ['of nobody in particular', () => token({ sub: '' })],
    ['of something without a name', () => token({ sub: { name: 'ada' } as unknown as string })],
    ['of another issuer', () => token({ iss: 'https://evil.example.com/' })],
    ['for another audience', () => token({ aud: 'other' })],
    ['signed with another secret', () => token({}, Buffer.alloc(32))],
    ['under another algorithm', () => token({}, Buffer.from(secret, 'base64'), 'HS512')],
    [
      'without a signature',
      async () => new UnsecuredJWT({ sub: 'ada' }).setIssuer(issuer).setExpirationTime('1h').encode(),
    ],
    ['cut short', async () => (await token()).slice(0, -2)],
    [
      'of ten thousand characters',
      () => token({ padding: 'x'.repeat(10_000) }),
      expect.stringContaining('no bearer token'),
    ],
    ['that is no token', async () => 'x', 'The bearer token is not accepted.'],
  ])('%s is refused', async (_name, make, message = 'The bearer token is not accepted.') => {
    await expect(authenticate(bearer(await make()))).rejects.toMatchObject({ status: 401, message });
  });

  it.each(['', 'Basic YWRhOng=', 'Bearer', 'Bearer ', 'Bearer a b', `Bearer ${'='.repeat(9)}\u00e9`])(
    'in the header %j is none',
    async (authorization) => {
      await expect(authenticate(authorization)).rejects.toMatchObject({ status: 401 });
    },
  );

  it('is verified once and remembered until it expires', async () => {
    const { subject } = await authenticate(await as().then(({ authorization }) => authorization));
    expect(subject).toBe('ada');
    const authorization = bearer(await token());
    expect(await authenticate(authorization)).toBe(await authenticate(authorization));
  });
});

describe('a public key', () => {
  it('verifies its own kind of signature alone', async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const publicKey = await exportSPKI(pair.publicKey);
    const authenticate = createAuthentication(settings({ publicKey }), []);
    expect((await authenticate(bearer(await token({}, pair.privateKey, 'RS256')))).subject).toBe('ada');
    // The public key is no secret: who signs with its text must not pass.
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

  it('is read once, its keys found by their ids, and while it cannot be read nobody is told to be wrong', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const signed = (kid: string, claims = {}) =>
      new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: now() + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(privateKey);
    isDown = true;
    const authenticate = createAuthentication(settings({ jwks }), []);
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
