import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start } from '../support/cli.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshots, snapshotId } from '../support/worlds.ts';

const list = '{ snapshots(filter: { services: [REDSHIFT] }) { isComplete } }';
const atOnce = { noticeSeconds: 0, deadlineSeconds: 600 };

describe('a gateway that shuts down', () => {
  let gateway: Gateway;
  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.close());
  const get = (path: string) => fetch(gateway.url + path);

  it('reports at once that it is not ready, and still answers during the notice period', async () => {
    expect((await get('/ready')).status).toBe(200);
    void gateway.stop({ noticeSeconds: 600, deadlineSeconds: 600 });
    const ready = await get('/ready');
    expect({ status: ready.status, connection: ready.headers.get('connection') }).toEqual({
      status: 503,
      connection: 'close',
    });
    expect((await get('/health')).status).toBe(200);
    expect((await gateway.query(list)).data).toEqual({ snapshots: { isComplete: true } });
  });

  it('finishes running requests, and accepts no new connections', async () => {
    await gateway.disturb({ kind: 'drip', milliseconds: 1000 });
    const answer = gateway.query(list);
    await expect.poll(gateway.calls).toHaveLength(1);
    const stopped = gateway.stop(atOnce);
    const isOpen = () =>
      get('/health').then(
        () => true,
        () => false,
      );
    await expect.poll(isOpen).toBe(false);
    expect((await answer).data).toEqual({ snapshots: { isComplete: true } });
    await stopped;
  });

  it('ends subscriptions, and starts none', async () => {
    await gateway.load({
      snapshots: makeSnapshots('REDSHIFT', 1, { status: 'creating', readyAt: '2100-01-01T00:00:00Z' }),
    });
    const query = `subscription { snapshotProgress(id: "${snapshotId('REDSHIFT', 'sales-0000')}") { status } }`;
    const follow = () =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
      });
    const { body } = await follow();
    const events = body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    const received = [];
    while (!received.join('').includes('CREATING')) received.push((await events.next()).value);
    void gateway.stop({ noticeSeconds: 600, deadlineSeconds: 600 });
    for (let event = await events.next(); !event.done; event = await events.next()) received.push(event.value);
    expect(received.join('')).toContain('event: complete');
    const late = await (await follow()).text();
    expect(late).toContain('event: complete');
    expect(late).not.toContain('CREATING');
  });

  it('closes unfinished requests at the deadline', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    await once(socket, 'connect');
    await get('/health');
    await gateway.stop({ noticeSeconds: 0, deadlineSeconds: 0.1 });
    expect(await text(socket).catch(() => '')).toBe('');
  });
});

it('dev stops its emulator after the gateway has finished its requests', async () => {
  const both = await start(['dev', '--port', '0'], { EMULATOR_PORT: '0' });
  const control = (method: string, path: string, content?: object) =>
    fetch(`${both.address('emulator')}/_emulator/${path}`, {
      method,
      ...(content && { body: JSON.stringify(content) }),
    }).then((response) => response.json());
  await control('POST', 'faults', [{ kind: 'drip', milliseconds: 1000, service: 'redshift' }]);
  const answer = fetch(both.address('snapgate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: list }),
  }).then((response) => response.json());
  await expect.poll(async () => JSON.stringify(await control('GET', 'calls'))).toContain('DescribeClusterSnapshots');
  const code = await both.stop();
  expect({ answer: await answer, code }).toMatchObject({
    answer: { data: { snapshots: { isComplete: true } } },
    code: 0,
  });
});
