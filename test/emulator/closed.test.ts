import { DescribeClustersCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { run, start } from '../support/cli.ts';
import { refusal, startTestEmulator, type TestEmulator } from '../support/emulator.ts';

const named = { hosts: ['emulator', 'Build.Example.com'] };
let emulator: TestEmulator;
let everywhere: TestEmulator;
beforeAll(async () => {
  [emulator, everywhere] = await Promise.all([
    startTestEmulator(named),
    startTestEmulator({ ...named, host: '0.0.0.0' }),
  ]);
});
afterAll(() => Promise.all([emulator.close(), everywhere.close()]));

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a request with exactly these headers; `fetch` does not allow a Host or an Origin. */
async function send({ path = '/_emulator/clock', method = 'GET', body = '', headers = {} }: Sent, url = emulator.url) {
  const { port } = new URL(url);
  return new Promise<{ status: number | undefined; content: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      text(response).then((content) => resolve({ status: response.statusCode, content }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

const clusters = [{ service: 'redshift', account: '123456789012', region: 'us-east-1', ClusterIdentifier: 'sales' }];

describe('a request of a web page', () => {
  it.each<[string, Sent]>([
    ['a POST of another origin', { method: 'POST', headers: { origin: 'https://evil.example' } }],
    ['a sandboxed page', { method: 'POST', headers: { origin: 'null' } }],
    ['an empty Origin', { method: 'POST', headers: { origin: '' } }],
    ['the gateway on another port', { method: 'POST', headers: { origin: 'http://127.0.0.1:4000' } }],
    ['an image, which has no Origin', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a link of a page on this machine', { headers: { 'sec-fetch-site': 'same-site' } }],
    ['a preflight', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }],
  ])('is rejected: %s', async (_, sent) => {
    await emulator.load({ clusters: [] });
    const { status, content } = await send({ ...sent, path: '/_emulator/world', body: JSON.stringify({ clusters }) });
    expect([status, JSON.parse(content)]).toEqual([403, { error: expect.stringContaining('requests of web pages') }]);
    expect((await emulator.control('GET', 'world')).content['clusters']).toEqual([]);
  });

  it('does not reach the AWS APIs either, neither as AWS Query nor as AWS JSON', async () => {
    await emulator.control('DELETE', 'calls');
    const headers = { origin: 'https://evil.example' };
    const query = await send({ path: '/?Action=DescribeClusters', headers });
    const json = await send({
      path: '/',
      method: 'POST',
      body: '{}',
      headers: { ...headers, 'x-amz-target': 'TrentService.ListAliases' },
    });
    expect([query.status, query.content]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    expect([json.status, json.content]).toEqual([403, expect.stringContaining('"__type":"AccessDenied"')]);
    expect((await emulator.control('GET', 'calls')).content['calls']).toEqual([]);
  });

  it('is accepted if a user typed its address', async () => {
    expect((await send({ headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
  });
});

describe('the Host of a request', () => {
  it.each([
    'localhost',
    'LOCALHOST:1',
    'localhost.',
    'localhost.:4510',
    '127.0.0.1',
    '127.0.0.1:65535',
    '127.255.0.3',
    '127.1',
    '[::1]',
    '[::1]:4510',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]:80',
    'emulator:4510',
    'EMULATOR.',
    'build.example.com',
  ])('can be %s', async (host) => {
    expect((await send({ headers: { host } })).status).toBe(200);
    expect((await send({ headers: { host } }, everywhere.url)).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:4510',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'emulator.evil.example',
    'localhost@evil.example',
    'localhost:1:2',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '[::ffff:10.0.0.1]',
    '128.0.0.1',
    'localhost/',
    '[::1',
  ])('cannot be %j', async (host) => {
    const answers = await Promise.all([send({ headers: { host } }), send({ headers: { host } }, everywhere.url)]);
    for (const { status, content } of answers) {
      expect([status, JSON.parse(content)]).toEqual([403, { error: expect.stringContaining('--emulator-host') }]);
    }
  });

  it('can be the address that the emulator listens on', async () => {
    const other = await startTestEmulator({ host: '127.0.0.2' });
    const { port } = new URL(other.url);
    const response = await fetch(`http://127.0.0.2:${port}/_emulator/clock`);
    await other.close();
    expect(response.status).toBe(200);
  });

  it('is named in the error of an SDK', async () => {
    const client = new RedshiftClient({
      endpoint: emulator.url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
    });
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign((args.request as { headers: object }).headers, { host: 'aws.internal' });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const call = client.send(new DescribeClustersCommand({}));
    expect(await refusal(call)).toMatchObject({ code: 'AccessDenied', status: 403 });
    await expect(call).rejects.toThrow('does not accept the host "aws.internal"');
  });
});

describe('--emulator-host', () => {
  it.each(['emulator', 'dev'])('adds host names to %s', async (command) => {
    const started = await start(
      [command, '--emulator-port', '0', '--emulator-host', 'emulator', '--emulator-host', 'aws.test'].concat(
        command === 'dev' ? ['--port', '0'] : [],
      ),
    );
    const url = started.address('emulator');
    const answers = await Promise.all(
      ['emulator', 'aws.test', 'other'].map((host) => send({ headers: { host } }, url)),
    );
    await started.stop();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403]);
  });

  it.each(['http://emulator', 'emulator:4510', ''])('rejects %j', async (name) => {
    const { code, err } = await run(['emulator', '--emulator-host', name]);
    expect([code, err]).toEqual([1, expect.stringContaining('Set it to a host name or an IP address')]);
  });
});
