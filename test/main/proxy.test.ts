import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, start } from '../support/cli.ts';
import { clusters } from '../changes/support.ts';
import { home, startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { createCertificate, startProxy } from '../support/proxy.ts';
import { clusterId, makeSnapshots } from '../support/worlds.ts';

const query = '{ snapshots { totalCount { value } sources { status error { code message } } } }';
const analytics = '012345678901';
const region = 'us-east-1';
const environment = { AWS_ACCESS_KEY_ID: home, AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: region };
const free = ['--port', '0'];
/** Long timeouts, because a busy machine is slow. */
const patient = 'aws: { timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30 } }';
const oneAccount = `accounts: [{ id: '${home}', regions: [${region}], services: [redshift] }]`;
const serve = ['serve', ...free, '--allow-anonymous'];

let folder: string;
let emulator: TestEmulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
  // The proxy forwards the requests with AWS's own host names.
  const hosts = ['redshift', 'rds', 'sts'].map((service) => `${service}.${region}.amazonaws.com`);
  emulator = await startTestEmulator({ hosts });
  await emulator.load({ clusters, snapshots: makeSnapshots('REDSHIFT', 3) });
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function ask(url: string, token?: string, text = query) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text }) });
  return response.json();
}

describe.concurrent('a proxy of the environment', () => {
  it('is used for AWS, AWS STS and the keys of the issuer', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
    const issuer = createServer((_, response) => response.end(keys)).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const certificate = createCertificate([`*.${region}.amazonaws.com`, 'issuer.example.com']);
    const urlOf = (host: string) => (host === 'issuer.example.com:443' ? issuerUrl : emulator.url);
    const proxy = await startProxy({ certificate, urlOf });
    const config = write(
      'issuer.yaml',
      `
accounts:
  - { id: '${home}', regions: [${region}] }
  - { id: '${analytics}', regions: [${region}], role: 'arn:aws:iam::${analytics}:role/snapgate' }
authentication: { issuer: me, audience: snapgate, jwks: 'https://issuer.example.com/jwks' }
grants: [{ permissions: [SNAPSHOT_READ] }]
${patient}
`,
    );
    const gateway = await start(['serve', ...free, '--config', config], {
      ...environment,
      HTTPS_PROXY: `http://ada:p%40ss@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: write('ca.pem', certificate.cert),
    });
    const token = await new SignJWT({ iss: 'me', aud: 'snapgate', sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(privateKey);
    const { data } = await ask(gateway.address('snapgate'), token);
    await gateway.stop();
    proxy.close();
    issuer.close();
    expect(data.snapshots).toMatchObject({ totalCount: { value: 3 } });
    expect(data.snapshots.sources.map(({ status }: any) => status)).toEqual(Array(4).fill('COMPLETE'));
    expect([...new Set(proxy.requests)].toSorted()).toEqual([
      'CONNECT issuer.example.com:443',
      `CONNECT rds.${region}.amazonaws.com:443`,
      `CONNECT redshift.${region}.amazonaws.com:443`,
      `CONNECT sts.${region}.amazonaws.com:443`,
    ]);
    expect([...proxy.credentials]).toEqual([`Basic ${Buffer.from('ada:p@ss').toString('base64')}`]);
  });

  it('can also have a name in lowercase, and is used by doctor and to determine the account', async () => {
    const proxy = await startProxy();
    const { code, err } = await run(['doctor'], { ...environment, https_proxy: `127.0.0.1:${proxy.port}` });
    proxy.close();
    expect(code).toBe(3);
    expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT sts.${region}.amazonaws.com:443`]));
    expect(err).toContain('502 Bad Gateway');
  });

  it('is not used for the emulator, nor for other loopback addresses', async () => {
    const proxy = await startProxy();
    const url = `http://127.0.0.1:${proxy.port}`;
    const proxies = { HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url };
    const endpoint = { AWS_ENDPOINT_URL: emulator.url.replace('127.0.0.1', 'localhost') };
    const config = write('home.yaml', `${oneAccount}\n${patient}\n`);
    const gateways = await Promise.all([
      start(['dev', ...free, '--emulator-port', '0', '--config', config], proxies),
      start([...serve, '--config', config], { ...environment, ...endpoint, ...proxies }),
    ]);
    const answers = await Promise.all(gateways.map((gateway) => ask(gateway.address('snapgate'))));
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    proxy.close();
    expect(answers.flatMap(({ data }) => data.snapshots.sources.map(({ error }: any) => error))).toEqual([null, null]);
    expect(proxy.requests).toEqual([]);
  });

  it('is not used for the hosts of NO_PROXY and their subdomains', async () => {
    const proxy = await startProxy();
    const { out } = await run(['doctor', '--config', write('no.yaml', `${oneAccount}\n${patient}\n`)], {
      ...environment,
      AWS_ENDPOINT_URL: 'http://aws.snapgate.invalid:4510',
      AWS_ENDPOINT_URL_STS: emulator.url,
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: 'other.example, snapgate.invalid',
    });
    proxy.close();
    expect(proxy.requests).toEqual([]);
    expect(out).toContain('The gateway could not connect to AWS for redshift:DescribeClusters');
  });
});

describe.concurrent('a connection that fails', () => {
  const config = () => write('one.yaml', `${oneAccount}\n${patient}\n`);

  it('is reported to clients without its cause, which the log contains without the password of the proxy', async () => {
    const proxy = await startProxy({ refusal: '407 Proxy Authentication Required' });
    const gateway = await start([...serve, '--config', config()], {
      ...environment,
      HTTPS_PROXY: `http://ada:topsecret@127.0.0.1:${proxy.port}`,
    });
    const { data } = await ask(gateway.address('snapgate'));
    await gateway.stop();
    proxy.close();
    const [{ status, error }] = data.snapshots.sources;
    expect({ status, error }).toEqual({
      status: 'FAILED',
      error: {
        code: 'UPSTREAM',
        message: `The gateway could not connect to AWS for sts:GetCallerIdentity in account ${home}, region ${region}: the operator of the gateway must check its network and proxy settings; its log contains the cause.`,
      },
    });
    expect(gateway.output()).toContain('407 Proxy Authentication Required');
    expect(gateway.output()).not.toMatch(/topsecret|ada/);
  });

  it('prevents a change, whose outcome is then known', async () => {
    const certificate = createCertificate([`*.${region}.amazonaws.com`]);
    const proxy = await startProxy({ certificate, urlOf: () => emulator.url, refusal: '403 Forbidden' });
    const aws = 'aws: { timeouts: { requestSeconds: 120, callSeconds: 60, connectionSeconds: 30, idleSeconds: 300 } }';
    const gateway = await start([...serve, '--config', write('change.yaml', `${oneAccount}\n${aws}\n`)], {
      ...environment,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: write('change.pem', certificate.cert),
    });
    // Opens the connection for the reads before the change.
    await ask(gateway.address('snapgate'));
    proxy.refuse();
    const input = `{ clusterId: "${clusterId('REDSHIFT')}", identifier: "new" }`;
    const create = `mutation { createSnapshot(input: ${input}) { ... on Error { code message } } }`;
    const { data } = await ask(gateway.address('snapgate'), undefined, create);
    await gateway.stop();
    proxy.close();
    expect(data.createSnapshot).toEqual({
      code: 'UPSTREAM',
      message: expect.stringContaining('The gateway could not connect to AWS for redshift:CreateClusterSnapshot'),
    });
  });

  it.each([
    ['a proxy that refuses', 'http://ada:topsecret@127.0.0.1:1', /connect ECONNREFUSED 127\.0\.0\.1:1\b/],
    ['a proxy whose name is unknown', 'http://ada:topsecret@proxy.snapgate.invalid:1', /proxy\.snapgate\.invalid/],
  ])('because of %s is explained by doctor', async (_, url, cause) => {
    const { code, out, err } = await run(['doctor', '--config', config()], { ...environment, HTTPS_PROXY: url });
    expect(code).toBe(1);
    expect(out).toContain('The gateway could not connect to AWS for sts:GetCallerIdentity');
    expect(out).toMatch(cause);
    expect(out + err).not.toContain('topsecret');
  });

  it.each([
    [
      'a certificate that is not trusted',
      { certificate: createCertificate([`*.${region}.amazonaws.com`]), urlOf: () => emulator.url },
      'self-signed certificate',
    ],
    ['a proxy that does not respond', { isSilent: true }, 'did not establish a connection'],
    ['a host that does not respond behind a proxy', { isHostSilent: true }, 'did not establish a connection'],
  ])('because of %s is explained by doctor', async (_, route, cause) => {
    const proxy = await startProxy(route);
    const timeouts = 'aws: { timeouts: { callSeconds: 60, connectionSeconds: 1 } }';
    const { code, out } = await run(['doctor', '--config', write('short.yaml', `${oneAccount}\n${timeouts}\n`)], {
      ...environment,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    proxy.close();
    expect(code).toBe(1);
    expect(out).toContain('The gateway could not connect to AWS for sts:GetCallerIdentity');
    expect(out).toContain(cause);
  });

  it('because of an invalid proxy is prevented, without repeating the password', async () => {
    const { code, err } = await run(serve, { ...environment, https_proxy: 'socks5://ada:topsecret@127.0.0.1:1' });
    expect(code).toBe(3);
    expect(err).toBe(
      'snapgate: https_proxy is not the URL of a proxy. Set it to an http or https URL, such as http://proxy.example.com:3128; percent-encode special characters of a user name or password.\n',
    );
  });
});
