import { afterEach, describe, expect, it } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { getting, openClient, posting, type RawClient } from '../support/raw-client.ts';

/** Other addresses of this machine, each of which is a peer. */
const [one, other, third] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const list = '{ snapshots(filter: { services: [REDSHIFT] }) { isComplete } }';

let gateway: Gateway;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway.close();
});

async function open(from: string): Promise<RawClient> {
  const client = await openClient(gateway.url, { from });
  clients.push(client);
  return client;
}

/** Opens a connection that waits for another request. */
async function openIdle(from: string): Promise<RawClient> {
  const client = await open(from);
  client.send(getting('/health'));
  await expect.poll(client.statuses).toEqual([200]);
  return client;
}

/** Opens connections on which requests are in progress, until the test ends. */
async function openBusy(from: string, count: number): Promise<readonly RawClient[]> {
  const before = gateway.state().requests.executing;
  await gateway.disturb({ kind: 'hang' });
  const busy = await Promise.all(Array.from({ length: count }, () => open(from)));
  for (const client of busy) client.send(posting(list));
  await expect.poll(() => gateway.state().requests.executing).toBe(before + count);
  return busy;
}

async function accepted(count: number) {
  await expect.poll(() => gateway.state().connections.open).toBe(count);
}

const start = async (limits: NonNullable<GatewayOptions['limits']>, server?: GatewayOptions['server']) => {
  gateway = await startGateway({ limits, ...(server && { server }) });
};

describe('a peer with too many connections (`limits.connectionsPerPeer`)', () => {
  it('loses its connection that has sent no request, then the one that is idle the longest', async () => {
    await start({ connectionsPerPeer: 4 });
    const [longIdle, idle] = [await openIdle(one), await openIdle(one)];
    const halfOpen = await open(one);
    halfOpen.send('POST /graphql HTTP/1.1\r\nHost: loc');
    await accepted(3);
    const laterHalfOpen = await open(one);
    await accepted(4);
    const used = await openIdle(one);
    expect(await halfOpen.closed).toBe('closed');
    const last = await openIdle(one);
    expect(await laterHalfOpen.closed).toBe('closed');
    // It becomes the connection that was used last.
    longIdle.send(getting('/ready'));
    await expect.poll(longIdle.statuses).toEqual([200, 200]);
    await openIdle(one);
    expect(await idle.closed).toBe('closed');
    expect([longIdle, used, last].map((each) => each.isOpen())).toEqual([true, true, true]);
    expect(gateway.state().connections).toMatchObject({ open: 4, evicted: 3, refused: 0 });
  });

  it('gets no further connection while all are in use, but other peers do', async () => {
    await start({ connectionsPerPeer: 2 });
    const busy = await openBusy(one, 2);
    expect(await (await open(one)).closed).toBe('closed');
    await openIdle(other);
    expect(gateway.state().connections).toMatchObject({ open: 3, evicted: 0, refused: 1 });
    busy[0]?.close();
    await accepted(2);
    await openIdle(one);
  });

  it('is not a trusted proxy (`server.trustedProxies`)', async () => {
    await start({ connectionsPerPeer: 1 }, { trustedProxies: ['127.0.0.3/32'] });
    const proxied = [await openIdle(other), await openIdle(other), await openIdle(other)];
    const [first, second] = [await openIdle(one), await openIdle(one)];
    expect(await first.closed).toBe('closed');
    expect([...proxied, second].map((each) => each.isOpen())).toEqual([true, true, true, true]);
  });

  it('gets responses although it has a thousand connections that are idle or send half a request', async () => {
    await start({ connectionsPerPeer: 200 });
    for (let count = 0; count < 1000; count += 1) {
      const client = await open(one);
      client.send(count % 2 === 0 ? getting('/health') : 'GET /health HTTP/1.1\r\nHos');
    }
    await openIdle(one);
    await openIdle(other);
    expect((await gateway.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(gateway.state().connections).toMatchObject({ refused: 0 });
    expect(gateway.state().connections.open).toBeLessThanOrEqual(203);
  });
});

describe('too many connections (`limits.connections`)', () => {
  it('cost the peer with the most connections the one that is idle the longest', async () => {
    await start({ connections: 4 });
    const few = await openIdle(other);
    const many = [await openIdle(one), await openIdle(one), await openIdle(one)];
    await openIdle(third);
    expect(await many[0]?.closed).toBe('closed');
    expect([few, many[1], many[2]].map((each) => each?.isOpen())).toEqual([true, true, true]);
  });

  it('cost another peer a connection if the one with the most uses all of its connections', async () => {
    await start({ connections: 3 });
    const idle = await openIdle(other);
    const busy = await openBusy(one, 2);
    const late = await open(third);
    expect(await idle.closed).toBe('closed');
    await expect.poll(() => gateway.state().connections.evicted).toBe(1);
    expect([late, ...busy].map((each) => each.isOpen())).toEqual([true, true, true]);
  });

  it('cost a trusted proxy a connection only if no other peer has an idle one', async () => {
    await start({ connections: 3 }, { trustedProxies: [one] });
    const proxied = [await openIdle(one), await openIdle(one)];
    const idle = await openIdle(other);
    const next = await openIdle(third);
    expect(await idle.closed).toBe('closed');
    expect([...proxied, next].map((each) => each.isOpen())).toEqual([true, true, true]);
  });

  it('are refused if all are in use', async () => {
    await start({ connections: 2 });
    await openBusy(one, 2);
    expect(await (await open(other)).closed).toBe('closed');
    expect(gateway.state().connections).toMatchObject({ open: 2, refused: 1 });
  });
});
