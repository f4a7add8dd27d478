import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuerChecks } from '../../src/doctor/issuer.ts';
import { authenticationSettings } from '../../src/server/authentication/settings.ts';
import { secret } from '../support/tokens.ts';
import { findingsOf } from './support.ts';

let server: Server;
let url: string;
/** The responses by path; a path without one has the status 404. */
let responses: Record<string, string>;
let keys: string;
let spki: string;
beforeAll(async () => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  spki = await exportSPKI(publicKey);
  keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] });
  server = createServer(({ url: path = '' }, response) => {
    const body = responses[path];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  responses = { '/jwks': keys };
});

const check = (settings: object = {}) =>
  findingsOf(
    issuerChecks(
      authenticationSettings.parse({ issuer: url, audience: 'snapgate', jwks: `${url}/jwks`, ...settings }),
      undefined,
    ),
  );
const discoveryPath = '/.well-known/openid-configuration';

describe('the keys of the issuer', () => {
  it('are read, and one of them is usable', async () => {
    expect(await check()).toEqual([
      { name: 'issuer', target: `${url}/jwks`, status: 'OK', message: 'Read: 1 key.' },
      expect.objectContaining({ name: 'discovery', status: 'UNCHECKED' }),
    ]);
  });

  it('are usable if several keys have the same algorithm', async () => {
    const set = JSON.parse(keys);
    responses['/jwks'] = JSON.stringify({ keys: [...set.keys, { ...set.keys[0], kid: 'two' }] });
    expect(await check()).toMatchObject([{ status: 'OK', message: 'Read: 2 keys.' }, {}]);
  });

  it.each([
    ['HTML', '<html>', 'is not a JSON Web Key Set'],
    ['JSON without keys', '{}', 'is not a JSON Web Key Set'],
    ['no key', '{"keys":[]}', 'None of the 0 keys'],
    ['nothing', undefined, 'HTTP status 404'],
  ])('are a problem if the response is %s', async (_name, body, message) => {
    if (body === undefined) delete responses['/jwks'];
    else responses['/jwks'] = body;
    expect(await check()).toMatchObject([{ status: 'PROBLEM', message: expect.stringContaining(message) }, {}]);
  });

  it('are a problem if none can verify a configured algorithm', async () => {
    const [finding] = await check({ algorithms: ['RS256'] });
    expect(finding).toMatchObject({ status: 'PROBLEM', message: expect.stringContaining('algorithms (RS256)') });
  });

  it('are a problem, with the cause, if the issuer cannot be reached', async () => {
    const [finding] = await check({ jwks: 'http://127.0.0.1:1/jwks' });
    expect(finding).toMatchObject({ status: 'PROBLEM', message: expect.stringMatching(/cannot be read: .*fetch/) });
  });
});

describe('the OpenID discovery document', () => {
  it('agrees with the configuration', async () => {
    responses[discoveryPath] = JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` });
    expect(await check()).toMatchObject([{}, { name: 'discovery', status: 'OK' }]);
  });

  it('is a warning if it names another issuer or other keys', async () => {
    responses[discoveryPath] = JSON.stringify({ issuer: `${url}/`, jwks_uri: `${url}/keys` });
    const [, finding] = await check();
    expect(finding).toMatchObject({ status: 'WARNING', message: expect.stringContaining(`calls itself "${url}/"`) });
    expect(finding?.message).toContain(`Its keys are at "${url}/keys"`);
  });
});

describe('a configured key', () => {
  it.each([
    [['ES256'], 'OK'],
    [['RS256', 'EdDSA'], 'PROBLEM'],
  ])('that is public, with the algorithms %j, is %s', async (algorithms, status) => {
    expect(await check({ jwks: undefined, publicKey: spki, algorithms })).toMatchObject([{ status }]);
  });

  it('that is secret is not shown', async () => {
    const [finding, ...others] = await check({ jwks: undefined, secret });
    expect(others).toEqual([]);
    expect(finding).toEqual({ name: 'issuer', target: url, status: 'OK', message: 'A shared secret.' });
  });
});
