import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { createRequestLog } from '../../src/telemetry/request-log.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { as, authenticationWith } from '../support/tokens.ts';
import { makeSnapshot, snapshotArn } from '../support/worlds.ts';

let gateway: Gateway;
let lines: any[] = [];
const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
beforeAll(async () => {
  gateway = await startGateway({
    log,
    observer: createRequestLog(log),
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
  });
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'one')] });
});
afterAll(() => gateway.close());
beforeEach(() => {
  lines = [];
});

/** Waits for the line of a request with this id. */
async function lineOf(id: string, text = 'Operation'): Promise<any> {
  const find = () => lines.find(({ requestId, msg }) => requestId === id && msg === text);
  await expect.poll(find).toBeDefined();
  return find();
}

const send = async (id: string, query: string, headers = {}) =>
  gateway.query(query, {}, { ...(await as({ sub: 'ada' })), 'x-request-id': id, ...headers });

it('an operation has one line with its name, caller, duration, cost, AWS calls, outcome and request id', async () => {
  await send('r-1', 'query Names { snapshots { nodes { identifier } } }', { 'user-agent': 'test/1' });
  expect(await lineOf('r-1')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    requestId: 'r-1',
    operation: 'Names',
    kind: 'query',
    subject: 'ada',
    address: '127.0.0.1',
    userAgent: 'test/1',
    status: 200,
    outcome: 'ok',
    milliseconds: expect.any(Number),
    cost: expect.any(Number),
    awsCalls: 2,
    coalesced: 0,
    cached: 0,
    msg: 'Operation',
  });
  expect(lines.filter(({ level }) => level !== 'debug')).toHaveLength(1);
});

it.each([
  ['refused', '{ unknown }', ['GRAPHQL_VALIDATION_FAILED']],
  ['refused', `mutation { tagSnapshot(input: { snapshotId: "x", tags: [] }) { __typename } }`, ['INVALID_INPUT']],
  ['partial', `{ a: __typename snapshot(arn: "x") { id } }`, ['INVALID_INPUT']],
])('the outcome %s of %s has its codes', async (outcome, query, codes) => {
  await send('r-2', query);
  expect(await lineOf('r-2')).toMatchObject({ outcome, codes });
});

it('a list that lacks a source is partial, and a failed lookup has failed', async () => {
  await gateway.disturb({ kind: 'error', service: 'redshift', code: 'AccessDenied', status: 403 });
  await send('r-3', '{ snapshots { nodes { identifier } } }');
  expect(await lineOf('r-3')).toMatchObject({ outcome: 'partial' });
  await gateway.disturb({ kind: 'error', code: 'InternalFailure', status: 500 });
  await send('r-4', `{ snapshot(arn: "${snapshotArn('REDSHIFT', 'one')}") { id } }`);
  expect(await lineOf('r-4')).toMatchObject({ codes: ['UPSTREAM'] });
  // What is logged while the request is answered has its id.
  expect(lines.filter(({ level, requestId }) => level === 'warn' && requestId === 'r-4')).toHaveLength(1);
  await gateway.disturb();
});

it('a request without an operation has a line at the level debug', async () => {
  await fetch(`${gateway.url}/graphql`, { headers: { 'x-request-id': 'r-5' } });
  expect(await lineOf('r-5', 'Request')).toMatchObject({
    level: 'debug',
    status: 401,
    outcome: 'refused',
    codes: ['UNAUTHENTICATED'],
  });
});

it.each([
  ['with a Content-Length', 'content-length: 100\r\n\r\n{"query":'],
  ['in chunks', 'transfer-encoding: chunked\r\n\r\n9\r\n{"query":\r\n'],
])('a client that disconnects while it sends a body %s is no error', async (_name, rest) => {
  const { hostname, port } = new URL(gateway.url);
  const { authorization } = await as({ sub: 'ada' });
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\nx-request-id: r-6\r\ncontent-type: application/json\r\n${rest}`,
  );
  // The gateway waits for the rest once it has authenticated the request.
  await send('r-7', '{ __typename }');
  socket.destroy();
  expect(await lineOf('r-6', 'Request')).toMatchObject({ outcome: 'disconnected' });
  expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
});
