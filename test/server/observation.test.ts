import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ObservedEnd, ObservedRequest } from '../../src/server/observation/observer.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { makeSnapshot, snapshotArn } from '../support/worlds.ts';

let gateway: Gateway;
const ended: (ObservedRequest & ObservedEnd)[] = [];
let heard = Promise.withResolvers<void>();
beforeAll(async () => {
  gateway = await startGateway({
    observer: {
      run: (_request, answer) => answer(),
      end: (request, end) => {
        ended.push({ ...request, ...end });
        heard.resolve();
      },
    },
  });
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales')] });
});
afterAll(() => gateway.close());
beforeEach(() => {
  ended.length = 0;
  heard = Promise.withResolvers();
});

/** Sends a request and returns what was observed of it. */
async function observedOf(query: string, headers = {}) {
  await gateway.query(query, {}, headers);
  await heard.promise;
  return ended[0];
}

it('a query is observed with its operation, cost, AWS calls and status', async () => {
  const observed = await observedOf('query Names { snapshots { nodes { identifier } } }', { 'x-request-id': 'abc-1' });
  expect(observed).toMatchObject({
    id: 'abc-1',
    subject: 'anonymous',
    operation: { kind: 'query', name: 'Names', isTrusted: false },
    aws: { calls: 2 },
    hasData: true,
    status: 200,
    isDisconnected: false,
  });
  expect(observed?.cost).toBeGreaterThanOrEqual(2);
  expect([...(observed?.codes ?? [])]).toEqual([]);
});

it.each([
  ['{ unknown }', 'GRAPHQL_VALIDATION_FAILED'],
  ['{', 'GRAPHQL_PARSE_FAILED'],
  ['{ snapshots(first: 0) { nodes { identifier } } }', 'INVALID_INPUT'],
])('the code of %s is observed', async (query, code) => {
  expect([...((await observedOf(query))?.codes ?? [])]).toEqual([code]);
});

it('the code of a refused mutation is observed, although the response has no errors', async () => {
  const arn = snapshotArn('REDSHIFT', 'absent');
  const observed = await observedOf(
    `mutation { tagSnapshot(input: { snapshotId: "${arn}", tags: [{ key: "a", value: "b" }] }) { __typename } }`,
  );
  expect(observed).toMatchObject({ operation: { kind: 'mutation' }, hasData: true });
  expect([...(observed?.codes ?? [])]).toEqual(['NOT_FOUND']);
});

it('a request id that could forge a line of the log is replaced, and every response has an id', async () => {
  const ids = await Promise.all(
    ['a b', 'x'.repeat(129), 'ok', undefined].map(async (id) => {
      const response = await fetch(`${gateway.url}/graphql?query={__typename}`, {
        headers: id === undefined ? {} : { 'x-request-id': id },
      });
      return response.headers.get('x-request-id');
    }),
  );
  expect(ids).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    'ok',
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
  const health = await fetch(`${gateway.url}/health`, { headers: { 'x-request-id': 'probe' } });
  expect(health.headers.get('x-request-id')).toBe('probe');
});

it('the address is that which a trusted proxy reports, and otherwise that of the TCP peer', async () => {
  const addresses: unknown[] = [];
  for (const trustedProxies of [[], ['127.0.0.0/8']]) {
    const proxied = await startGateway({
      server: { trustedProxies },
      observer: { run: (_request, answer) => answer(), end: ({ address }) => void addresses.push(address) },
    });
    await proxied.query('{ __typename }', {}, { 'x-forwarded-for': '6.6.6.6, 198.51.100.1' });
    await proxied.close();
  }
  expect(addresses).toEqual(['127.0.0.1', '198.51.100.1']);
});
