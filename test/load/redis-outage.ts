import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { endWithScript, numbers, report, startEmulator, startReplica } from './processes.ts';
import { countCreations, loadWorld, startLoad, writeReplicaConfig } from './replicated-load.ts';

/**
 * Kills and restarts the Redis server of three replicas under load, again and again:
 * `node test/load/redis-outage.ts [rounds] [requests]`. Requires redis-server.
 */
const [rounds = 10, requests = 5000] = numbers;
const workers = 12;
const secondsUp = 3;
const secondsDown = 5;

const emulator = await startEmulator(loadWorld);
const redisPort = await freePort();
let redis = endWithScript(await startRedis(redisPort));
const config = writeReplicaConfig(redisPort);
const replicas = await Promise.all(
  [0, 1, 2].map(async (index) => startReplica({ name: `replica-${index}`, port: await freePort(), config, emulator })),
);

const creations = countCreations(emulator);
const load = startLoad(
  replicas.map(({ url }) => url),
  workers,
  // Without Redis, changes with an idempotency key are refused.
  { hasKeys: false },
);
const sent = () => load.result.queries + load.result.mutations;
let round = 0;
while (round < rounds || sent() < requests) {
  round += 1;
  await sleep(secondsUp * 1000);
  await stopRedis(redis);
  await sleep(secondsDown * 1000);
  redis = endWithScript(await startRedis(redisPort));
  await creations.read();
  const failures = load.result.failedQueries.length + load.result.failedMutations.length;
  console.log(`round ${round}: ${sent()} requests, ${failures} failed`);
}
await load.stop();
await creations.read();
const { queries, mutations, created, failedQueries, failedMutations } = load.result;
report('times that Redis was killed and restarted', round);
report('queries', queries);
report('mutations', mutations);
report('failed queries', failedQueries.length, failedQueries.length === 0);
report('failed mutations', failedMutations.length, failedMutations.length === 0);
const doubled = [...creations.counts.values()].filter((count) => count !== 1).length;
report('snapshots to create', created.size);
report('created more than once', doubled, doubled === 0);
await Promise.all(replicas.map((each) => each.stop('SIGINT')));
await emulator.stop();
await stopRedis(redis);
