import { afterEach, describe, expect, it } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { openClient, posting, type RawClient } from '../support/raw-client.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

const nodes = 100;
/** More than the buffers of TCP hold, so that the rest waits in the memory of the gateway. */
const longResponse = `{ snapshots(first: ${nodes}, filter: { services: [REDSHIFT] }) { nodes { ${Array.from(
  { length: 160 },
  (_, index) => `${'a'.repeat(1000)}${index}: status`,
).join(' ')} } } }`;
const small = '{ __typename }';
const limits = { aliases: 1000, connectionsPerPeer: 100 };

let gateway: Gateway;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway.close();
});

async function start(options: GatewayOptions) {
  gateway = await startGateway({ ...options, limits: { ...limits, ...options.limits } });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', nodes) });
}

async function openPaused(from?: string): Promise<RawClient> {
  const client = await openClient(gateway.url, { isPaused: true, ...(from && { from }) });
  clients.push(client);
  return client;
}

/** Requests a long response, and waits until it fills the memory of the gateway, because the client does not read it. */
async function fill(from?: string): Promise<RawClient> {
  const before = gateway.state().connections.unsentBytes;
  const client = await openPaused(from);
  client.send(posting(longResponse));
  await expect.poll(() => gateway.state().connections.unsentBytes).toBeGreaterThan(before + 1024 * 1024);
  return client;
}

const post = (query = small) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

describe('a client that does not read its response', () => {
  it('is disconnected after `server.writeTimeoutSeconds`', async () => {
    await start({ server: { writeTimeoutSeconds: 0.2 } });
    await fill();
    await expect.poll(() => gateway.state().connections.timedOut).toBe(1);
    await expect.poll(() => gateway.state().connections).toMatchObject({ open: 0, unsentBytes: 0 });
    expect(gateway.state().requests.executing).toBe(0);
  });

  it('takes no place of `limits.requests` while the gateway waits for it', async () => {
    await start({ server: { writeTimeoutSeconds: 600 }, limits: { requests: 1 } });
    await fill();
    await expect.poll(async () => (await post()).status).toBe(200);
    expect(gateway.state().connections).toMatchObject({ open: expect.any(Number), timedOut: 0 });
  });

  it('is disconnected if its peer has too many connections, instead of a refusal', async () => {
    await start({ server: { writeTimeoutSeconds: 600 }, limits: { connectionsPerPeer: 1 } });
    await fill('127.0.0.2');
    const isServed = async () => {
      const client = await openPaused('127.0.0.2');
      client.socket.resume();
      client.send(posting(small));
      await expect.poll(() => client.statuses().length > 0 || !client.isOpen()).toBe(true);
      return client.statuses();
    };
    await expect.poll(isServed).toEqual([200]);
  });

  it('is disconnected if all responses exceed `limits.unsentMegabytes`, and others are served', async () => {
    await start({ server: { writeTimeoutSeconds: 600 }, limits: { unsentMegabytes: 1 } });
    await fill();
    const refusals: Response[] = [];
    // Until it is clear that the client does not read at all.
    for (let response = await post(); response.status !== 200; response = await post()) refusals.push(response);
    for (const response of refusals) {
      expect({ status: response.status, wait: response.headers.get('retry-after') }).toEqual({
        status: 503,
        wait: '1',
      });
      expect(await response.json()).toEqual({
        errors: [
          {
            message: expect.stringContaining('the limit is 1 MB for all clients'),
            extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
          },
        ],
      });
    }
    expect(gateway.state().connections).toMatchObject({ evicted: 1, unsentBytes: 0 });
  });

  it('gets 503 for another request above `limits.unsentKilobytesPerConnection`, then is disconnected', async () => {
    await start({ server: { writeTimeoutSeconds: 600 }, limits: { unsentKilobytesPerConnection: 1 } });
    const client = await fill();
    client.send(posting(small));
    await expect.poll(() => gateway.state().requests.refused).toBe(1);
    client.socket.resume();
    expect(await client.closed).toBe('closed');
    expect(client.statuses()).toEqual([200, 503]);
    expect(client.received()).toContain('the limit is 1 KB');
  });

  it('receives everything if it reads slowly, but steadily', async () => {
    await start({ server: { writeTimeoutSeconds: 1 } });
    const client = await openPaused();
    client.send(posting(longResponse, { connection: 'close' }));
    client.socket.on('data', () => {
      client.socket.pause();
      setImmediate(() => client.socket.resume());
    });
    client.socket.resume();
    expect(await client.closed).toBe('closed');
    expect(client.received().length).toBeGreaterThan(16_000_000);
    expect(gateway.state().connections.timedOut).toBe(0);
  });
});

describe('an event stream', () => {
  it('without events is not disconnected, and takes no place of `limits.requests`', async () => {
    await start({ server: { writeTimeoutSeconds: 0.1 }, limits: { requests: 1 } });
    await gateway.load({
      snapshots: makeSnapshots('REDSHIFT', nodes, { status: 'creating', readyAt: '2100-01-01T00:00:00Z' }),
    });
    const client = await openPaused();
    client.socket.resume();
    const query = `subscription { snapshotProgress(id: "${snapshotId('REDSHIFT', 'sales-0000')}") { status } }`;
    client.send(posting(query, { accept: 'text/event-stream' }));
    await expect.poll(client.received).toContain('CREATING');
    expect((await post()).status).toBe(200);
    await fill();
    await expect.poll(() => gateway.state().connections.timedOut).toBe(1);
    expect(client.isOpen()).toBe(true);
  });
});
