import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createAuthentication } from '../../src/server/authentication/authentication.ts';
import { audience, issuer, settings } from '../support/tokens.ts';

type Respond = (response: ServerResponse) => void;

const keys = new Map<string, { readonly jwk: JWK; readonly privateKey: CryptoKey }>();
let server: Server;
let url: string;
let respond: Respond;
let requests = 0;
let warnings: Error[] = [];

beforeAll(async () => {
  for (const kid of ['old', 'new']) {
    // oxlint-disable-next-line no-await-in-loop -- one key after the other
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    // oxlint-disable-next-line no-await-in-loop -- one key after the other
    keys.set(kid, { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }, privateKey });
  }
  server = createServer((_request, response) => {
    requests += 1;
    respond(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  requests = 0;
  warnings = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const answer =
  (...kids: string[]): Respond =>
  (response) =>
    void response.end(JSON.stringify({ keys: kids.map((kid) => keys.get(kid)?.jwk) }));

const text =
  (status: number, body: string): Respond =>
  (response) =>
    void response.writeHead(status).end(body);

/** The ways in which an endpoint does not answer. */
const outages: Record<string, Respond> = {
  'fails with status 500': text(500, ''),
  redirects: (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  'returns a page': text(200, '<html>'),
  'returns JSON that is no key set': text(200, '{"keys":[1]}'),
  'closes the connection': (response) => response.destroy(),
  'closes the connection in the body': (response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('{"keys":');
    setImmediate(() => response.destroy());
  },
};

const seconds = (count: number) => vi.advanceTimersByTime(count * 1000);

async function tokenOf(kid: string, name = kid, claims: object = {}) {
  const { privateKey } = keys.get(kid)!;
  const token = await new SignJWT({ iss: issuer, aud: audience, sub: 'ada', exp: Date.now() / 1000 + 1e6, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: name })
    .sign(privateKey);
  return `Bearer ${token}`;
}

function start(more: object = {}) {
  return createAuthentication(
    settings({ jwks: url, ...more }),
    undefined,
    (warning) => void warnings.push(warning),
  )([]);
}

/** The status of a request with a token. */
async function statusOf(authenticate: ReturnType<typeof start>, authorization: string) {
  return authenticate(authorization).then(
    () => 200,
    (error: { status?: number }) => error.status,
  );
}

let subjects = 0;
/** A token that no gateway has seen. */
const unseen = (kid: string) => tokenOf(kid, kid, { sub: `subject ${(subjects += 1)}` });

it.each(Object.entries(outages))(
  'an issuer that %s is replaced by its last keys, for the configured time',
  async (_how, outage) => {
    respond = answer('old');
    const authenticate = start({ staleKeysSeconds: 1000 });
    const known = await tokenOf('old');
    expect(await statusOf(authenticate, known)).toBe(200);
    respond = outage;
    for (const wait of [599, 2, 500, 498]) {
      seconds(wait);
      // oxlint-disable-next-line no-await-in-loop -- in the order of time
      expect([await statusOf(authenticate, known), await statusOf(authenticate, await unseen('old'))]).toEqual([
        200, 200,
      ]);
    }
    expect(warnings).not.toEqual([]);
    expect(warnings[0]?.cause).toBeInstanceOf(Error);
    seconds(2);
    expect([await statusOf(authenticate, known), await statusOf(authenticate, await unseen('old'))]).toEqual([
      503, 503,
    ]);
    respond = answer('old');
    expect([await statusOf(authenticate, known), await statusOf(authenticate, await unseen('old'))]).toEqual([
      200, 200,
    ]);
  },
);

it('with staleKeysSeconds 0, keys are used for 10 minutes after they were read', async () => {
  respond = answer('old');
  const authenticate = start({ staleKeysSeconds: 0 });
  const known = await tokenOf('old');
  expect(await statusOf(authenticate, known)).toBe(200);
  respond = text(500, '');
  seconds(599);
  expect(await statusOf(authenticate, known)).toBe(200);
  seconds(1);
  expect(await statusOf(authenticate, known)).toBe(503);
  expect(warnings).toEqual([]);
});

it('an issuer that hangs delays no request once that is known', async () => {
  respond = answer('old');
  const authenticate = start();
  const known = await tokenOf('old');
  expect(await statusOf(authenticate, known)).toBe(200);
  respond = text(500, '');
  seconds(700);
  expect(await statusOf(authenticate, known)).toBe(200);
  const hanging: ServerResponse[] = [];
  respond = (response) => void hanging.push(response);
  for (let count = 1; count <= 3; count += 1) {
    seconds(9);
    // oxlint-disable-next-line no-await-in-loop -- in the order of time
    expect(await statusOf(authenticate, await unseen('old'))).toBe(200);
  }
  await expect.poll(() => hanging.length).toBe(1);
  for (const response of hanging) response.destroy();
});

it('a withdrawn key is not accepted any longer, also for known tokens, when the issuer has answered without it', async () => {
  respond = answer('old', 'new');
  const authenticate = start();
  const [old, young] = [await tokenOf('old'), await tokenOf('new')];
  expect([await statusOf(authenticate, old), await statusOf(authenticate, young)]).toEqual([200, 200]);
  respond = answer('new');
  // Refreshed in the background, before the keys are too old to be used.
  seconds(301);
  expect(await statusOf(authenticate, young)).toBe(200);
  await expect.poll(() => statusOf(authenticate, old)).toBe(401);
  expect(await statusOf(authenticate, young)).toBe(200);
  // An empty key set is an answer, too.
  respond = answer();
  seconds(601);
  expect(await statusOf(authenticate, young)).toBe(401);
});

it('after an outage, a withdrawn key is accepted until the issuer answers, at most one pause later', async () => {
  respond = answer('old');
  const authenticate = start();
  const known = await tokenOf('old');
  expect(await statusOf(authenticate, known)).toBe(200);
  respond = text(503, '');
  seconds(700);
  expect(await statusOf(authenticate, known)).toBe(200);
  respond = answer('new');
  seconds(10);
  await expect.poll(() => statusOf(authenticate, known)).toBe(401);
});

it('keys that are used all the time are read at most once in 5 minutes', async () => {
  respond = answer('old');
  const authenticate = start();
  const known = await tokenOf('old');
  for (let second = 0; second < 1500; second += 20) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of time
    expect(await statusOf(authenticate, known)).toBe(200);
    seconds(20);
  }
  expect(requests).toBeGreaterThanOrEqual(3);
  expect(requests).toBeLessThanOrEqual(6);
});

it('unknown key ids cause one request per 30 seconds, and delay a new key by no more', async () => {
  respond = answer('old');
  const authenticate = start();
  expect(await statusOf(authenticate, await tokenOf('old'))).toBe(200);
  expect(requests).toBe(1);
  const guesses = await Promise.all(Array.from({ length: 50 }, (_, index) => tokenOf('new', `guess ${index}`)));
  for (const guess of guesses) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of time
    expect(await statusOf(authenticate, guess)).toBe(401);
  }
  expect(requests).toBe(2);
  respond = answer('old', 'new');
  seconds(29);
  expect(await statusOf(authenticate, await tokenOf('new'))).toBe(401);
  expect(requests).toBe(2);
  seconds(1);
  expect(
    await Promise.all([statusOf(authenticate, await tokenOf('new')), statusOf(authenticate, guesses[0]!)]),
  ).toEqual([200, 401]);
  expect(requests).toBe(3);
});

it('unknown key ids do not postpone the refresh while the issuer does not answer, nor get 401 for a key that may be new', async () => {
  respond = answer('old');
  const authenticate = start();
  const known = await tokenOf('old');
  expect(await statusOf(authenticate, known)).toBe(200);
  respond = text(500, '');
  seconds(599);
  expect(await statusOf(authenticate, await tokenOf('new', 'guess'))).toBe(503);
  expect(await statusOf(authenticate, await tokenOf('new', 'another guess'))).toBe(503);
  respond = answer('new');
  seconds(11);
  await expect.poll(() => statusOf(authenticate, known)).toBe(401);
});
