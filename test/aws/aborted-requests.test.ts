import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequest } from '@smithy/core/protocols';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countRequest, countRequests } from '../../src/aws/calls/sent-requests.ts';
import { completeSettings } from '../../src/aws/settings.ts';
import { createPooledTransport } from '../../src/aws/transport.ts';

const server = createServer();
const call = () => ({ service: 'redshift', action: 'Any', account: '', region: '', attempts: 0, throttled: 0 });
let port: number;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => server.close().closeAllConnections());

/** Sends a request as the SDK does, which passes no signal to the transport. */
function send() {
  const transport = createPooledTransport(completeSettings({}), countRequest);
  const request = new HttpRequest({ protocol: 'http:', method: 'POST', hostname: '127.0.0.1', port, path: '/' });
  return () => transport.handle(request);
}

it('the request of a call that is aborted is closed', async () => {
  const leaving = new AbortController();
  const observed = call();
  const answer = countRequests(observed, () => {}, send(), { signal: leaving.signal });
  const [request] = await once(server, 'request');
  const closed = once(request.socket, 'close');
  leaving.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await closed;
  expect(observed.attempts).toBe(1);
});

it('a call that was aborted sends no request, such as a retry that waited, and counts none', async () => {
  const received: unknown[] = [];
  server.on('request', (request) => received.push(request));
  const observed = call();
  const counted: number[] = [];
  const reason = new Error('The client left.');
  const answer = countRequests(observed, () => counted.push(1), send(), { signal: AbortSignal.abort(reason) });
  await expect(answer).rejects.toMatchObject({ name: 'AbortError', cause: reason });
  expect([received, counted, observed.attempts]).toEqual([[], [], 0]);
});
