import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { graphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../../src/access/principal.ts';
import { createAws } from '../../src/aws/client.ts';
import { createContextFactory } from '../../src/context.ts';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { schema } from '../../src/schema.ts';

const sources = 200;
const latency = 50;
const roundsOfEmptySources = 9;

let aws: Worker;
let createContext: ReturnType<typeof createContextFactory>;
beforeAll(async () => {
  aws = new Worker(new URL('slow-aws.ts', import.meta.url));
  const [port] = (await once(aws, 'message')) as [number];
  const regions = Array.from({ length: sources }, (_, index) => `us-east-${index + 1}`);
  createContext = createContextFactory({
    sources: createSources([{ id: '123456789012', regions, services: ['REDSHIFT'] }]),
    cursors: createCursors([Buffer.alloc(32, 1)]),
    aws: createAws({
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
      timeouts: { callSeconds: 20 },
      cache: { ageSeconds: 0 },
    }),
    maximumPages: 50,
    fullReads: { ageSeconds: 0, megabytes: 256, maximumPages: 100 },
  });
  // A first run opens connections, compiles code and caches the responses of the emulated AWS.
  await ask('{ snapshotSummary(filter: { types: [AUTOMATED] }) { total { value } } }');
});
afterAll(() => aws.terminate());

async function ask(source: string) {
  const contextValue = createContext(anonymous, { signal: undefined, isFresh: false });
  const lag = monitorEventLoopDelay({ resolution: 2 });
  lag.enable();
  const start = performance.now();
  const { data, errors } = await graphql({ schema, source, contextValue });
  const milliseconds = performance.now() - start;
  lag.disable();
  expect(errors).toBeUndefined();
  return { data: data as any, milliseconds, lag: lag.percentile(99) / 1e6, calls: contextValue.usage.calls };
}

test.each([
  ['the first page', '{ snapshots(first: 100) { nodes { id } } }', 1, 1],
  [
    'a page that no source fills',
    '{ snapshots(first: 100, filter: { identifiers: ["nowhere"] }) { nodes { id } } }',
    sources,
    roundsOfEmptySources,
  ],
  ['the count of all snapshots', '{ snapshotSummary { total { value } } }', sources * 5, (sources * 5) / 64],
])('%s over 200 sources of 500 snapshots', { timeout: 120_000 }, async (name, query, calls, rounds) => {
  const runs = [];
  for (let run = 0; run < 3; run += 1) runs.push(await ask(query));
  const [best] = runs.toSorted((one, other) => one.milliseconds - other.milliseconds);
  if (best === undefined) throw new Error('No run was measured.');
  const least = rounds * latency;
  const ratio = (best.milliseconds / least).toFixed(2);
  console.log(
    `${name}: ${best.calls} calls, ${best.milliseconds.toFixed(0)} ms, ${ratio} × the minimum (${least.toFixed(0)} ms), event-loop delay p99 ${best.lag.toFixed(1)} ms`,
  );
  expect(best.calls).toBe(calls);
  expect(Math.min(...runs.map(({ lag }) => lag))).toBeLessThan(50);
});
