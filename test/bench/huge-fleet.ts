import { fork } from 'node:child_process';
import { once } from 'node:events';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { graphql } from 'graphql';
import { anonymous } from '../../src/access/principal.ts';
import { createAws } from '../../src/aws/client.ts';
import { createContextFactory } from '../../src/context.ts';
import { createCursors } from '../../src/fleet/paging/cursor.ts';
import { createSources } from '../../src/fleet/sources.ts';
import { schema } from '../../src/schema.ts';

/**
 * Measures questions over a fleet: the time, the CPU of this process, the longest pause of the event loop with the CPU of
 * its thread, which other processes cannot lengthen, and the longest garbage collection. The emulated AWS is a process of its own. For 1,000,000 snapshots:
 *
 *     npm run bench:fleet -- --sources 200 --per-source 5000
 */
const { values: options } = parseArgs({
  options: {
    sources: { type: 'string', default: '200' },
    'per-source': { type: 'string', default: '500' },
    latency: { type: 'string', default: '50' },
    /** How often each question is asked again. */
    again: { type: 'string', default: '9' },
  },
});
const [sources, perSource, again] = [options.sources, options['per-source'], options.again].map(Number) as [
  number,
  number,
  number,
];

const list = (args: string, fields = 'nodes { id }') => `{ snapshots(first: 20, ${args}) { ${fields} } }`;
const byTime = 'orderBy: { field: CREATED_AT, direction: DESC }';
const questions: Readonly<Record<string, string>> = {
  'the first ordered page': list(byTime),
  'the first page by cluster': list('orderBy: { field: CLUSTER, direction: ASC }'),
  'the first page by size': list('orderBy: { field: SIZE, direction: ASC }'),
  'a summary': '{ snapshotSummary { groups { count totalMegabytes newestAt } } }',
  'a summary by cluster': '{ snapshotSummary(groupBy: [CLUSTER, REGION]) { groups { count totalMegabytes } } }',
  'a filtered page with its total': list(`${byTime}, filter: { search: "se-3" }`, 'totalCount { value } nodes { id }'),
  'the total of orphaned snapshots': list(`${byTime}, filter: { orphaned: true }`, 'totalCount { value }'),
  'the latest snapshot of clusters': '{ clusters(first: 100) { nodes { latestSnapshot { id } } } }',
  'clusters with gaps': '{ clusters(first: 100, filter: { gapWithinDays: 30 }) { nodes { id } } }',
};

const aws = fork(new URL('slow-aws.ts', import.meta.url), [
  JSON.stringify({ perSource, latency: Number(options.latency) }),
]);
const [{ port }] = (await once(aws, 'message')) as [{ port: number }];
const createContext = createContextFactory({
  sources: createSources([
    {
      id: '123456789012',
      regions: Array.from({ length: sources }, (_, index) => `us-east-${index + 1}`),
      services: ['REDSHIFT'],
    },
  ]),
  cursors: createCursors([Buffer.alloc(32, 1)]),
  aws: createAws({
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
  }),
  maximumPages: 50,
  fullReads: { ageSeconds: 3600, megabytes: 4096, maximumPages: 1000 },
});

let longestCollection = 0;
let collecting = 0;
const observer = new PerformanceObserver((entries) => {
  for (const { duration } of entries.getEntries()) {
    collecting += duration;
    longestCollection = Math.max(longestCollection, duration);
  }
});
observer.observe({ entryTypes: ['gc'] });

/** Measures the turns of the event loop until it is stopped, in milliseconds. */
function watchTurns() {
  let [pause, pauseCpu] = [0, 0];
  let [lastTime, lastCpu] = [performance.now(), process.threadCpuUsage()];
  const timer = setInterval(() => {
    const own = process.threadCpuUsage(lastCpu);
    pause = Math.max(pause, performance.now() - lastTime);
    pauseCpu = Math.max(pauseCpu, (own.user + own.system) / 1000);
    [lastTime, lastCpu] = [performance.now(), process.threadCpuUsage()];
  }, 1);
  return async () => {
    await sleep(5);
    clearInterval(timer);
    return { pause, pauseCpu };
  };
}

async function ask(source: string) {
  const contextValue = createContext(anonymous, { signal: undefined, isFresh: false });
  [longestCollection, collecting] = [0, 0];
  const stopWatching = watchTurns();
  const [start, before, ownBefore] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
  const { errors } = await graphql({ schema, source, contextValue });
  const [milliseconds, cpu] = [performance.now() - start, process.cpuUsage(before)];
  const own = process.threadCpuUsage(ownBefore);
  const turns = await stopWatching();
  if (errors) throw new Error(errors.map(({ message }) => message).join());
  return {
    milliseconds,
    cpu: (cpu.user + cpu.system) / 1000,
    own: (own.user + own.system) / 1000,
    ...turns,
    longestCollection,
    collecting,
    calls: contextValue.usage.calls,
  };
}

type Run = Awaited<ReturnType<typeof ask>>;

function report(name: string, run: Run): void {
  const { milliseconds, cpu, pause, calls } = run;
  console.log(
    `${name}: ${milliseconds.toFixed(1)} ms, CPU ${cpu.toFixed(1)} ms (thread ${run.own.toFixed(1)} ms), longest pause ${pause.toFixed(0)} ms (CPU ${run.pauseCpu.toFixed(0)} ms), garbage collection ${run.collecting.toFixed(0)} ms, longest ${run.longestCollection.toFixed(0)} ms, ${calls} calls`,
  );
}

/** Returns the memory that is in use when nothing more becomes free, in bytes; `node --expose-gc` is required. */
async function memory(): Promise<number> {
  for (let run = 0; run < 5; run += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// A first run opens connections and compiles code.
await ask('{ snapshotSummary(filter: { types: [AUTOMATED], regions: ["us-east-1"] }) { total { value } } }');
const before = await memory();
report('cold', await ask('{ snapshotSummary { total { value } } }'));
const grown = (await memory()) - before;
if (globalThis.gc) console.log(`memory of a snapshot: ${(grown / sources / perSource).toFixed(0)} bytes`);
for (const [name, question] of Object.entries(questions)) {
  report(`${name}, first time`, await ask(question));
  const warm: Run[] = [];
  for (let run = 0; run < again; run += 1) warm.push(await ask(question));
  const most = (read: (run: Run) => number) => Math.max(...warm.map(read));
  const median = warm.toSorted((one, other) => one.cpu - other.cpu)[again >> 1];
  if (median)
    report(`${name}, again`, {
      ...median,
      pause: most(({ pause }) => pause),
      pauseCpu: most(({ pauseCpu }) => pauseCpu),
    });
}
aws.kill();
