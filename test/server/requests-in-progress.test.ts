import { afterEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/limits/settings.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { openClient, posting, type RawClient } from '../support/raw-client.ts';
import { as, authenticationWith } from '../support/tokens.ts';

const list = '{ snapshots(filter: { services: [REDSHIFT] }) { isComplete } }';
const small = '{ __typename }';

let gateway: Gateway;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await gateway.close();
});

async function open(): Promise<RawClient> {
  const client = await openClient(gateway.url);
  clients.push(client);
  return client;
}

async function executing(count: number) {
  await expect.poll(() => gateway.state().requests.executing).toBe(count);
}

describe('requests above `limits.requests`', () => {
  const refusal = {
    errors: [
      {
        message: 'Too many requests are in progress: the limit is 2 for all clients. Retry in 1 s.',
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
      },
    ],
  };

  it('get 503 at once, until another request ends', async () => {
    gateway = await startGateway({ limits: { requests: 2 } });
    await gateway.disturb({ kind: 'hang' });
    const busy = [await open(), await open()];
    for (const client of busy) client.send(posting(list));
    await executing(2);
    const response = await fetch(`${gateway.url}/graphql?query={__typename}`);
    expect({ status: response.status, wait: response.headers.get('retry-after') }).toEqual({ status: 503, wait: '1' });
    expect(await response.json()).toEqual(refusal);
    for (const path of ['/health', '/ready']) expect((await fetch(gateway.url + path)).status).toBe(200);
    busy[0]?.close();
    await executing(1);
    expect((await gateway.query(small)).data).toEqual({ __typename: 'Query' });
    expect(gateway.state().requests.refused).toBe(1);
  });

  it('are refused before they are authenticated and before their bodies are read', async () => {
    gateway = await startGateway({
      limits: { requests: 1 },
      authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    });
    await gateway.disturb({ kind: 'hang' });
    const busy = await open();
    busy.send(posting(list, await as()));
    await executing(1);
    const client = await open();
    client.send('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n');
    expect(await client.closed).toBe('closed');
    expect(client.statuses()).toEqual([503]);
  });

  it('can be sent again on the same connection', async () => {
    gateway = await startGateway({ limits: { requests: 1 } });
    await gateway.disturb({ kind: 'hang' });
    const [busy, client] = [await open(), await open()];
    busy.send(posting(list));
    await executing(1);
    client.send(posting(small));
    await expect.poll(client.statuses).toEqual([503]);
    busy.close();
    await executing(0);
    client.send(posting(small));
    await expect.poll(client.statuses).toEqual([503, 200]);
  });
});

describe('requests that wait for AWS', () => {
  it('do not keep others out, as many as a source that does not respond makes wait', async () => {
    gateway = await startGateway({ limits: { requests: defaultLimits.requests } });
    await gateway.disturb({ kind: 'hang', service: 'redshift' });
    const busy = await Promise.all(Array.from({ length: 200 }, open));
    for (const client of busy) client.send(posting(list));
    await executing(busy.length);
    const { data } = await gateway.query('{ snapshots(filter: { services: [DOCUMENTDB] }) { isComplete } }');
    expect(data).toEqual({ snapshots: { isComplete: true } });
  });
});

describe('requests above `limits.queuedRequests`', () => {
  it('get 503 at once, and the others are executed', async () => {
    gateway = await startGateway({ limits: { queuedRequests: 2 } });
    const all = await Promise.all(Array.from({ length: 20 }, open));
    await expect.poll(() => gateway.state().connections.open).toBe(all.length);
    // All of them have arrived when the gateway reads the first one.
    for (const client of all) client.send(posting(small));
    await expect.poll(() => all.flatMap((client) => client.statuses()).length).toBe(all.length);
    const refused = all.filter((client) => client.statuses()[0] === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(all.length);
    expect(refused[0]?.received()).toContain(
      'Too many requests wait to be executed: the limit is 2 for all clients. Retry in 1 s.',
    );
    expect(gateway.state().requests).toEqual({ executing: 0, refused: refused.length });
    expect((await gateway.query(small)).data).toEqual({ __typename: 'Query' });
  });
});

describe('requests that are pipelined on one connection', () => {
  it('are executed one after the other', async () => {
    gateway = await startGateway({ aws: { cache: { ageSeconds: 0 } } });
    await gateway.disturb({ kind: 'hang', nth: 1 });
    const client = await open();
    client.send(posting(list).repeat(5));
    await executing(1);
    expect((await gateway.query(small)).data).toEqual({ __typename: 'Query' });
    expect(await gateway.calls()).toHaveLength(1);
    expect(gateway.state().requests.executing).toBe(1);
  });

  it('are all answered, in their order', async () => {
    gateway = await startGateway({});
    const client = await open();
    client.send([0, 1, 2, 3, 4].map((number) => posting(`{ a${number}: __typename }`)).join(''));
    await expect.poll(client.statuses).toEqual([200, 200, 200, 200, 200]);
    const order = [...client.received().matchAll(/"a(\d)":/g)].map(([, number]) => Number(number));
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('get 503 above `limits.requestsPerConnection`, after which the connection is closed', async () => {
    gateway = await startGateway({ limits: { requestsPerConnection: 3 } });
    const client = await open();
    client.send(posting(small).repeat(120));
    expect(await client.closed).toBe('closed');
    expect(client.statuses()).toEqual([200, 200, 200, 503]);
    expect(client.received()).toContain('the limit is 3. Read each response before you send more requests.');
    expect(gateway.state().requests).toEqual({ executing: 0, refused: 1 });
  });

  it('are not executed any more if the client disconnects', async () => {
    gateway = await startGateway();
    await gateway.disturb({ kind: 'hang' });
    const client = await open();
    client.send(posting(list).repeat(3));
    await executing(1);
    await expect.poll(gateway.calls).toHaveLength(1);
    client.close();
    await executing(0);
    await expect.poll(() => gateway.state().connections.open).toBe(0);
    expect((await gateway.query(small)).data).toEqual({ __typename: 'Query' });
    expect(await gateway.calls()).toEqual([]);
  });
});
