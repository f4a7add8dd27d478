import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql } from 'graphql';
import { anonymous } from '../../src/access/principal.ts';
import { createAws } from '../../src/aws/client.ts';
import { createContextFactory } from '../../src/context.ts';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { schema } from '../../src/schema.ts';

const sources = 200;
const perSource = 500;
const total = sources * perSource;
const firstPage = /* GraphQL */ `
  {
    snapshots(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes {
        id
        arn
        identifier
        createdAt
        size {
          totalMegabytes
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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
    }),
    maximumPages: 50,
    fullReads: { ageSeconds: 3600, megabytes: 1024, maximumPages: 100 },
  });
});
afterAll(() => aws.terminate());

async function ask(source: string) {
  const contextValue = createContext(anonymous, { signal: undefined, isFresh: false });
  const start = performance.now();
  const { data, errors } = await graphql({ schema, source, contextValue });
  expect(errors).toBeUndefined();
  return { data: data as any, milliseconds: performance.now() - start, usage: contextValue.usage };
}

const megabytesUsed = () => {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

test('the first page of an ordered list over 200 sources of 500 snapshots', { timeout: 120_000 }, async () => {
  // A first run caches the responses of the emulated AWS and warms up the code.
  await ask(`{ snapshotSummary(filter: { types: [AUTOMATED] }) { total { value } } }`);
  const before = megabytesUsed();
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const cold = await ask(firstPage);
  lag.disable();
  const memory = megabytesUsed() - before;
  expect(cold.usage.calls).toBe(total / 100);

  const warm = [];
  for (let run = 0; run < 25; run += 1) warm.push(await ask(firstPage));
  expect(warm.every(({ usage }) => usage.calls === 0)).toBe(true);
  const median = warm.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)[12] ?? NaN;

  console.log(
    `cold ${cold.milliseconds.toFixed(0)} ms in ${cold.usage.calls} calls of 50 ms (longest pause ${(lag.max / 1e6).toFixed(0)} ms), warm ${median.toFixed(1)} ms, ${((memory * 1024 * 1024) / total).toFixed(0)} bytes per snapshot`,
  );
  expect(median).toBeLessThan(cold.milliseconds / 5);
});
