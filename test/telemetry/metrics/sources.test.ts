import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayOptions } from '../../support/gateway.ts';
import { type MeteredGateway, seriesOf, startMeteredGateway } from '../../support/metered-gateway.ts';
import { makeSnapshots } from '../../support/worlds.ts';

let gateway: MeteredGateway;
afterEach(() => gateway.close());

async function start(options: GatewayOptions = {}) {
  gateway = await startMeteredGateway({
    ...options,
    accounts: [{ id: '123456789012', regions: ['us-east-1'], services: ['REDSHIFT'] }],
  });
  await gateway.load({ snapshots: makeSnapshots('REDSHIFT', 150) });
}

const list = '{ snapshots { nodes { identifier } } }';
const summary = '{ snapshotSummary { total { value } } }';
const source = 'service="redshift",account="123456789012",region="us-east-1"';
const called = 'service="redshift",action="DescribeClusterSnapshots"';

/** Waits until series have values; the end of a call can be after that of its response. */
async function expectSeries(expected: Readonly<Record<string, unknown>>): Promise<void> {
  await expect
    .poll(async () => {
      const series = seriesOf(await gateway.scrape());
      return Object.fromEntries(Object.keys(expected).map((name) => [name, series.get(name)]));
    })
    .toEqual(expected);
}

describe('AWS calls', () => {
  it('are counted with their outcomes, durations, retries and throttles', async () => {
    await start();
    await gateway.disturb({ kind: 'throttle', service: 'redshift', times: 1 });
    await gateway.query(list);
    await expectSeries({
      [`snapgate_aws_calls_total{${called},outcome="OK"}`]: 1,
      [`snapgate_aws_call_duration_seconds_count{${called},outcome="OK"}`]: 1,
      'snapgate_aws_call_queue_seconds_count{service="redshift"}': 1,
      [`snapgate_aws_retries_total{${called}}`]: 1,
      [`snapgate_aws_throttles_total{${called}}`]: 1,
      [`snapgate_aws_pace_calls_per_second{${source},calls="lists"}`]: expect.any(Number),
      [`snapgate_aws_pace_calls_per_second{${source},calls="records"}`]: undefined,
    });
  });

  it('that the circuit breaker suspends are counted, without a duration', async () => {
    await start({ aws: { breaker: { failures: 1, retrySeconds: 600 } } });
    await expectSeries({ [`snapgate_aws_breaker_state{${source},state="closed"}`]: 1 });
    await gateway.disturb({ kind: 'error', service: 'redshift', code: 'InternalFailure', status: 500 });
    await gateway.query(list);
    await gateway.query(list);
    await expectSeries({
      [`snapgate_aws_calls_total{${called},outcome="UPSTREAM"}`]: 2,
      [`snapgate_aws_call_duration_seconds_count{${called},outcome="UPSTREAM"}`]: 1,
      [`snapgate_aws_breaker_state{${source},state="closed"}`]: 0,
      [`snapgate_aws_breaker_state{${source},state="half-open"}`]: 0,
      [`snapgate_aws_breaker_state{${source},state="open"}`]: 1,
    });
  });

  it('in progress and in the queue are counted by source, and joined reads as coalesced', async () => {
    await start({ aws: { limits: { concurrency: 1 } } });
    await gateway.disturb({ kind: 'hang', service: 'redshift' });
    const clients = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const send = (query: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
        signal: clients.signal,
      }).catch(() => {});
    const sent = [send(list), send(list), send('{ clusters { nodes { identifier } } }')];
    await expectSeries({
      [`snapgate_aws_running_calls{${source}}`]: 1,
      [`snapgate_aws_queued_calls{${source}}`]: 1,
      snapgate_aws_coalesced_calls_total: 1,
    });
    clients.abort();
    await Promise.all(sent);
    await expectSeries({
      [`snapgate_aws_running_calls{${source}}`]: 0,
      [`snapgate_aws_queued_calls{${source}}`]: 0,
    });
    const outcomes = [...seriesOf(await gateway.scrape()).keys()].filter((name) => name.includes('outcome="ABORTED"'));
    expect(outcomes.length).toBeGreaterThan(0);
  });
});

it('the cache is counted: what is found in it, and what it contains', async () => {
  await start({ aws: { cache: { ageSeconds: 600 } } });
  await gateway.query(list);
  await gateway.query(list);
  await expectSeries({
    snapgate_cache_hits_total: 1,
    snapgate_cache_misses_total: 1,
    snapgate_cache_entries: 1,
    snapgate_cache_bytes: expect.toSatisfy((bytes: number) => bytes > 1_000),
  });
});

it('full reads are counted with their pages, memory and durations', async () => {
  await start({ fullReads: { ageSeconds: 600 } });
  await gateway.query(summary);
  await gateway.query(summary);
  await expectSeries({
    snapgate_full_reads_running: 0,
    snapgate_full_reads_kept: 1,
    'snapgate_full_reads_bytes{held="kept"}': expect.toSatisfy((bytes: number) => bytes > 10_000),
    snapgate_full_read_pages_total: 2,
    snapgate_full_read_evictions_total: 0,
    'snapgate_full_read_requests_total{found="kept"}': 1,
    'snapgate_full_read_requests_total{found="none"}': 1,
    'snapgate_full_read_duration_seconds_count{outcome="complete"}': 1,
  });
});

it('open subscriptions are counted', async () => {
  await start();
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const client = new AbortController();
  const ids = '{ snapshots(first: 1) { nodes { id } } }';
  const { data } = await gateway.query(ids);
  const query = `subscription { snapshotProgress(id: "${data.snapshots.nodes[0].id}") { __typename } }`;
  await gateway.disturb({ kind: 'hang', service: 'redshift' });
  const response = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
    signal: client.signal,
  }).catch(() => {});
  await expectSeries({ snapgate_subscriptions_open: 1 });
  client.abort();
  await response;
  await expectSeries({ snapgate_subscriptions_open: 0 });
});

it('a scrape calls no AWS service', async () => {
  await start();
  await gateway.calls();
  await gateway.scrape();
  expect(await gateway.calls()).toEqual([]);
});
