import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts';
import { type MeteredGateway, seriesOf, startMeteredGateway } from '../../support/metered-gateway.ts';
import { makeSnapshot, snapshotArn } from '../../support/worlds.ts';

const trusted = 'query Names($n: Int = 1) { snapshots(first: $n) { nodes { identifier } } }';
let gateway: MeteredGateway;
beforeAll(async () => {
  gateway = await startMeteredGateway({
    limits: { cost: 20 },
    documents: {
      byId: new Map([['names', trusted]]),
      texts: new Set([trusted]),
      cost: 10,
      only: false,
      maxAgeSeconds: 0,
    },
  });
  await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales')] });
});
afterAll(() => gateway.close());

const operations = (operation: string, kind: string, outcome: string) =>
  `snapgate_operation_duration_seconds_count{operation="${operation}",kind="${kind}",outcome="${outcome}"}`;

/** Waits until a series has grown by one. A request is measured at its end, which can be after its client has the response. */
async function grows(series: string, act: () => Promise<unknown>): Promise<void> {
  const before = (await gateway.value(series)) ?? 0;
  await act();
  await expect.poll(() => gateway.value(series)).toBe(before + 1);
}

const arn = snapshotArn('REDSHIFT', 'absent');
const tag = `mutation { tagSnapshot(input: { snapshotId: "${arn}", tags: [{ key: "a", value: "b" }] }) { __typename } }`;

describe('an operation is counted', () => {
  it.each([
    ['a trusted document', trusted, ['Names', 'query', 'ok']],
    ['another document with the same name', 'query Names { __typename }', ['anonymous', 'query', 'ok']],
    ['a document that cannot be parsed', '{', ['anonymous', 'unknown', 'refused']],
    ['an unknown field', '{ unknown }', ['anonymous', 'unknown', 'refused']],
    ['an invalid argument', '{ snapshots(first: 0) { isComplete } }', ['anonymous', 'query', 'refused']],
    ['an error beside data', '{ __typename snapshot(arn: "x") { id } }', ['anonymous', 'query', 'partial']],
    ['a refused change', tag, ['anonymous', 'mutation', 'refused']],
  ])('of %s, by name, kind and outcome', async (_what, query, [operation = '', kind = '', outcome = '']) => {
    await grows(operations(operation, kind, outcome), () => gateway.query(query));
  });

  it('as failed, of a change that AWS fails', async () => {
    await gateway.disturb({ kind: 'error', service: 'redshift', code: 'InternalFailure', status: 500 });
    await grows(operations('anonymous', 'mutation', 'failed'), () => gateway.query(tag));
    await gateway.disturb();
  });

  it('as disconnected, of a client that disconnects before the response', async () => {
    await gateway.disturb({ kind: 'hang', service: 'redshift' });
    const client = new AbortController();
    await grows(operations('anonymous', 'query', 'disconnected'), async () => {
      const body = JSON.stringify({ query: '{ snapshots { isComplete } }' });
      const headers = { 'content-type': 'application/json' };
      const response = fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body, signal: client.signal });
      await expect.poll(async () => (await gateway.emulator.control('GET', 'calls')).content['calls']).not.toEqual([]);
      client.abort();
      await response.catch(() => {});
    });
    expect(await gateway.value('snapgate_http_responses_total{status="none"}')).toBe(1);
    await gateway.disturb();
  });
});

describe('a response is counted', () => {
  it('by the class of its status and the codes of its errors', async () => {
    await grows('snapgate_http_responses_total{status="4xx"}', () => fetch(`${gateway.url}/elsewhere`));
    await grows('snapgate_errors_total{code="NOT_FOUND"}', () => gateway.query(tag));
    await grows('snapgate_errors_total{code="GRAPHQL_VALIDATION_FAILED"}', () => gateway.query('{ unknown }'));
  });

  it('with the calls that its operation is charged, or that are refused', async () => {
    const refused = 'snapgate_budget_refused_calls_total{reason="cost"}';
    const expensive = `{ ${Array.from({ length: 15 }, (_, i) => `a${i}: snapshots { isComplete }`).join(' ')} }`;
    const charged = (await gateway.value('snapgate_budget_charged_calls_total')) ?? NaN;
    const { extensions } = await gateway.query('{ snapshots { isComplete } }');
    expect(await gateway.value('snapgate_budget_charged_calls_total')).toBe(charged + extensions.aws.calls);
    await gateway.query(expensive);
    expect(await gateway.value(refused)).toBeGreaterThan(20);
  });

  it('with the code OTHER if its code is not of a known set', async () => {
    const { observer, text } = createMetrics();
    const request = { id: '1', method: 'POST', headers: {}, address: undefined, startedAt: 0 };
    for (const code of ['A', 'B', '__proto__', 'constructor']) {
      observer.end({ ...request, codes: new Set([code, 'C']) }, { status: 200, isDisconnected: false });
    }
    const series = seriesOf(await text());
    expect(series.get('snapgate_errors_total{code="OTHER"}')).toBe(4);
    expect([...series.keys()].filter((name) => /"(A|B|C|__proto__|constructor)"/.test(name))).toEqual([]);
  });
});

it('hostile names of operations, ids and tokens add no series', async () => {
  const send = async (name: string) => {
    const headers = { 'x-request-id': name.slice(0, 20), authorization: `Bearer ${name}`, 'user-agent': name };
    await gateway.query(`query ${name} { __typename }`, {}, headers);
    await gateway.query(`mutation ${name} { __typename }`, {}, headers);
    await gateway.query(`query ${name} { ${name} }`, {}, headers);
    await fetch(`${gateway.url}/${name}?operationName=${name}`, { headers });
    await fetch(`${gateway.url}/graphql?query={__typename}&operationName=${name}`, { headers });
  };
  const names = ['constructor', '__proto__', 'Names', ...Array.from({ length: 50 }, (_, i) => `hostile${i}`)];
  await send('first');
  // The last event is that of an invalid request, so that everything before it was measured.
  await grows(operations('anonymous', 'unknown', 'refused'), () => gateway.query('{'));
  const before = [...seriesOf(await gateway.scrape()).keys()];
  await Promise.all(names.map(send));
  await grows(operations('anonymous', 'unknown', 'refused'), () => gateway.query('{'));
  const after = [...seriesOf(await gateway.scrape()).keys()].filter((each) => each.startsWith('snapgate_'));
  expect(after.filter((each) => !before.includes(each))).toEqual([]);
  expect(after.join()).not.toMatch(/hostile|constructor|__proto__/);
});
