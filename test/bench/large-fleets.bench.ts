import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { fullReadSettings } from '../../src/fleet/settings.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { createServer } from '../../src/server/server.ts';
import { createErrorLog } from '../../src/telemetry/log.ts';
import { as, authenticationWith } from '../support/tokens.ts';

const ignore = () => {};
const small = '{ snapshots(first: 5) { isComplete nodes { id } } }';
const large = {
  snapshotSummary: '{ list: snapshotSummary { isComplete total { value precision } } }',
  orderBy:
    '{ list: snapshots(orderBy: { field: CREATED_AT, direction: DESC }) { isComplete total: totalCount { value precision } nodes { id } } }',
  totalCount: '{ list: snapshots { isComplete total: totalCount { value precision } } }',
};

/** Starts a gateway with its default settings. */
async function start(sources: number, perSource: number) {
  const aws = new Worker(new URL('slow-aws.ts', import.meta.url), { workerData: { perSource } });
  const [port] = (await once(aws, 'message')) as [number];
  const regions = Array.from({ length: sources }, (_, index) => `us-east-${index + 1}`);
  const server = createServer({
    sources: createSources([{ id: '123456789012', regions, services: ['REDSHIFT'] }]),
    keys: [],
    cursors: createCursors([Buffer.alloc(32, 1)]),
    aws: {
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
    },
    maximumPages: 50,
    fullReads: fullReadSettings.parse({}),
    authenticate: authenticationWith([{ permissions: ['SNAPSHOT_READ'] }]),
    log: createErrorLog({ debug: ignore, info: ignore, warn: ignore, error: ignore }),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const ask = async (sub: string, query: string) => {
    const headers = { 'content-type': 'application/json', ...(await as({ sub })) };
    const begin = performance.now();
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const answer = await response.json();
    expect(answer.errors).toBeUndefined();
    return { ...answer, milliseconds: performance.now() - begin };
  };
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await aws.terminate();
  };
  return { ask, stop };
}

const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

test.each(
  Object.keys(large).flatMap(
    (field) =>
      [
        [field as keyof typeof large, 18, 3000],
        [field as keyof typeof large, 200, 1100],
      ] as const,
  ),
)('%s over %d sources of %d snapshots', { timeout: 600_000 }, async (field, sources, perSource) => {
  const { ask, stop } = await start(sources, perSource);
  const pages = sources * Math.ceil(perSource / 100);
  for (let run = 0; run < 5; run += 1) await ask('bob', small);
  const alone: number[] = [];
  for (let run = 0; run < 20; run += 1) alone.push((await ask('bob', small)).milliseconds);

  const before = (await ask('ada', '{ viewer { subject } }')).extensions.cost.remaining;
  const begin = performance.now();
  let requests = 0;
  let answer: any;
  const beside: number[] = [];
  const done = new AbortController();
  const asking = (async () => {
    while (!done.signal.aborted) beside.push((await ask('bob', small)).milliseconds);
  })();
  do {
    answer = await ask('ada', large[field]);
    requests += 1;
  } while (!(answer.data.list.isComplete && answer.data.list.total.precision === 'EXACT'));
  const seconds = (performance.now() - begin) / 1000;
  done.abort();
  await asking;
  const charged = before - (await ask('ada', '{ viewer { subject } }')).extensions.cost.remaining;
  await stop();
  console.log(
    `${field}: ${sources} × ${perSource}: ${requests} requests, ${charged} calls charged for ${pages} pages, ${seconds.toFixed(1)} s; a page of another principal: ${(median(beside) / median(alone)).toFixed(1)} × as long as alone (${median(alone).toFixed(0)} ms)`,
  );
  expect(answer.data.list.total).toEqual({ value: sources * perSource, precision: 'EXACT' });
});
