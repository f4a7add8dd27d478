import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { readTraces } from '../../src/telemetry/traces/environment.ts';
import { createTracing } from '../../src/telemetry/traces/tracing.ts';
import { accounts, type Gateway, startGateway } from '../support/gateway.ts';
import { start } from '../support/cli.ts';
import { makeSnapshot } from '../support/worlds.ts';

/** What a collector received: the bodies of its requests, in which texts and ids are readable bytes. */
const received: Buffer[] = [];
let collector: Server;
let endpoint: string;
beforeAll(async () => {
  collector = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk)).on('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
beforeEach(() => void received.splice(0));
afterAll(() => void collector.close());

const traceparent = (id: string) => `00-${id}-00f067aa0ba902b7-01`;
const text = () => Buffer.concat(received).toString('latin1');

/** Returns how often the bytes of a trace's id were received: once for each of its spans. */
function spansOf(id: string): number {
  return text().split(Buffer.from(id, 'hex').toString('latin1')).length - 1;
}

describe('traces', () => {
  let gateway: Gateway;
  let tracing: ReturnType<typeof createTracing>;
  beforeAll(async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
    const settings = readTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, []);
    if (!settings) throw new Error('no settings');
    tracing = createTracing(settings, createLog({ level: 'silent' }));
    gateway = await startGateway({
      accounts: accounts(['111122223333']),
      observer: tracing.observer,
      aws: { observer: tracing.observer },
    });
    await gateway.load({ snapshots: [makeSnapshot('REDSHIFT', 'sales', { account: '111122223333' })] });
  });
  afterAll(async () => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    await gateway.close();
  });

  it('have a span for the operation and each AWS call, continue that of the client, and contain no values', async () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    await gateway.query(
      'query Names($search: String) { snapshots(filter: { search: $search }) { nodes { identifier } } }',
      { search: 'canary-search' },
      { traceparent: traceparent(id), authorization: 'Bearer canary-token', 'x-request-id': 'trace-1' },
    );
    await tracing.stop();
    // The operation, the call for the role, and one call of each service.
    expect(spansOf(id)).toBe(4);
    for (const each of [
      'query Names',
      'sts:AssumeRole',
      'redshift:DescribeClusterSnapshots',
      'rds:DescribeDBClusterSnapshots',
      'snapgate.attempts',
      'trace-1',
      'service.name',
    ])
      expect(text()).toContain(each);
    expect(text()).not.toContain('canary');
  });
});

it('traces are exported by a process that is configured with the standard variables', async () => {
  const dev = await start(['dev', '--port', '0', '--emulator-port', '0'], {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
    OTEL_SERVICE_NAME: 'snapshots-of-acme',
  });
  const id = '0af7651916cd43dd8448eb211c80319c';
  await fetch(dev.address('snapgate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: traceparent(id) },
    body: JSON.stringify({ query: 'query Named { __typename }' }),
  });
  await dev.stop();
  expect(spansOf(id)).toBe(1);
  expect(text()).toContain('query Named');
  expect(text()).toContain('snapshots-of-acme');
});

describe('the variables of OpenTelemetry', () => {
  const read = (environment: NodeJS.ProcessEnv) => {
    const problems: string[] = [];
    return { settings: readTraces(environment, problems), problems };
  };

  it.each([
    {},
    { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
    { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
  ])('configure no traces: %j', (environment) => {
    expect(read(environment)).toEqual({ settings: undefined, problems: [] });
  });

  it('configure the sampler and the batches', () => {
    const environment = {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    expect(read(environment)).toEqual({
      settings: { sampler: 'parentbased_traceidratio', ratio: 0.25, batches: { scheduledDelayMillis: 100 } },
      problems: [],
    });
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'Set it to otlp or none.'],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'only with http/protobuf'],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'some' }, 'Set it to one of always_on'],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER_ARG: '2' }, 'from 0 to 1'],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_BSP_MAX_QUEUE_SIZE: '-1' }, 'a whole number above 0'],
  ])('that are not supported are problems: %j', (environment, problem) => {
    expect(read(environment).problems).toEqual([expect.stringContaining(problem)]);
  });
});
