import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/redis.ts';
import { createClient } from './client.ts';
import { memoryOf, numbers, report, startEmulator, startReplica, writeFile } from './processes.ts';

/**
 * Measures how the heap of a gateway grows in rounds of load and calm, each time after a collection of garbage:
 * `node test/load/heap.ts [rounds] [seconds of load] [seconds of calm]`.
 */
const [rounds = 5, loadSeconds = 30, calmSeconds = 10] = numbers;
const connections = 16;
const maximumGrowth = 1;

const emulator = await startEmulator();
const config = writeFile(
  'snapgate.yaml',
  `accounts: [{ id: '123456789012', regions: [us-east-1] }]
limits: { requestsPerSecond: 100000, costPerMinute: 100000000 }
`,
);
const inspectorPort = await freePort();
const nodeOptions = [`--inspect=127.0.0.1:${inspectorPort}`];
const gateway = await startReplica({ port: await freePort(), config, emulator, nodeOptions });

const [target] = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as any[];
const inspector = new WebSocket(target.webSocketDebuggerUrl);
await once(inspector, 'open');
let lastId = 0;

/** Calls a method of the inspector of the gateway. */
function inspect(method: string): Promise<any> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    const receive = ({ data }: MessageEvent) => {
      const message = JSON.parse(String(data));
      if (message.id !== id) return;
      inspector.removeEventListener('message', receive);
      resolve(message.result);
    };
    inspector.addEventListener('message', receive);
    inspector.send(JSON.stringify({ id, method }));
  });
}

/** The size of the heap after a collection of garbage, in MB. */
async function heap(): Promise<number> {
  // The second collection frees what finalizers of the first one have released.
  await inspect('HeapProfiler.collectGarbage');
  await inspect('HeapProfiler.collectGarbage');
  const { usedSize } = await inspect('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

let requests = 0;
/** Sends requests of which many differ in their documents, so that everything that is cached by document grows. */
async function load(): Promise<void> {
  const client = createClient(gateway.url, connections);
  const until = performance.now() + loadSeconds * 1000;
  const work = async () => {
    while (performance.now() < until) {
      requests += 1;
      const alias = requests % 10 === 0 ? `a${requests}: ` : '';
      const query = `query ($first: Int) { ${alias}snapshots(first: $first) { nodes { id status tags { key } } } }`;
      const { status, body } = await client.send(query, { first: 1 + (requests % 20) });
      if (status !== 200) throw new Error(body);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  client.close();
}

const heaps: number[] = [];
const counts: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  await load();
  await sleep(calmSeconds * 1000);
  heaps.push(await heap());
  counts.push(requests);
  console.log(
    `round ${round}: ${requests} requests, heap ${heaps.at(-1)?.toFixed(2)} MB, RSS ${memoryOf(gateway).now} MB`,
  );
}
// The first round fills the caches and compiles the code.
const [sent, grown] = [counts.at(-1)! - counts[0]!, heaps.at(-1)! - heaps[0]!];
const growth = (grown / sent) * 100_000;
report('growth in MB, after the first round', grown.toFixed(2));
report('requests, after the first round', sent);
report('growth in MB per 100,000 requests', growth.toFixed(2), growth <= maximumGrowth);
inspector.close();
await gateway.stop('SIGINT');
await emulator.stop();
