import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { root } from '../support/repository.ts';
import { endWithScript, numbers, report, startEmulator, startProgram, startReplica, writeFile } from './processes.ts';
import { countCreations, loadWorld, startLoad, writeReplicaConfig } from './replicated-load.ts';

/**
 * Restarts two replicas behind HAProxy one after the other, again and again, under load:
 * `node test/load/rolling-restarts.ts [rounds] [requests]`. Requires redis-server and haproxy.
 */
const [rounds = 20, requests = 50_000] = numbers;
const workers = 16;
const haproxy = '/usr/sbin/haproxy';

/** Returns docker/haproxy.cfg for replicas on this machine, which need no DNS, and serve health checks on the main port. */
function configureBalancer(port: number, replicas: readonly number[]): string {
  const servers = replicas.map((each) => `    server replica${each} 127.0.0.1:${each}`).join('\n');
  return readFileSync(join(root, 'docker/haproxy.cfg'), 'utf8')
    .replace(/^resolvers docker\n(?: .*\n)+/m, '')
    .replaceAll(/(?:default-server)? resolvers docker init-addr none$/gm, '')
    .replace('check port 4001 ', 'check ')
    .replace('bind :4000', `bind 127.0.0.1:${port}`)
    .replace(/^ *server-template .*$/gm, servers);
}

const emulator = await startEmulator(loadWorld);
const redisPort = await freePort();
const redis = endWithScript(await startRedis(redisPort));
const config = writeReplicaConfig(redisPort, 'server: { trustedProxies: [127.0.0.1] }\n');
const ports = [await freePort(), await freePort()];
const start = (index: number) => startReplica({ name: `replica-${index}`, port: ports[index]!, config, emulator });
const replicas = [await start(0), await start(1)];
const port = await freePort();
const settings = writeFile('haproxy.cfg', configureBalancer(port, ports));
const checked = spawnSync(haproxy, ['-c', '-f', settings], { encoding: 'utf8' });
if (checked.status !== 0) throw new Error(checked.stderr);
const balancer = await startProgram('haproxy', [haproxy, '-db', '-f', settings], port, {
  probe: `http://127.0.0.1:${port}/ready`,
});

const began = performance.now();
const creations = countCreations(emulator);
const load = startLoad([balancer.url], workers);
const sent = () => load.result.queries + load.result.mutations;
let round = 0;
while (round < rounds || sent() < requests) {
  round += 1;
  for (const index of replicas.keys()) {
    await replicas[index]!.stop();
    replicas[index] = await start(index);
  }
  await creations.read();
  const failures = load.result.failedQueries.length + load.result.failedMutations.length;
  console.log(`round ${round}: ${sent()} requests, ${failures} failed`);
}
await load.stop();
await creations.read();
const { queries, mutations, created, failedQueries, failedMutations } = load.result;
report('rolling restarts of both replicas', round);
report('seconds', Math.round((performance.now() - began) / 1000));
report('queries', queries);
report('mutations', mutations);
report('failed queries', failedQueries.length, failedQueries.length === 0);
report('failed mutations', failedMutations.length, failedMutations.length === 0);
const doubled = [...creations.counts.values()].filter((count) => count !== 1).length;
const missing = [...created].filter((identifier) => !creations.counts.has(identifier)).length;
report('snapshots to create', created.size);
report('created more than once', doubled, doubled === 0);
report('not created', missing, missing === 0);
await balancer.stop();
await Promise.all(replicas.map((each) => each.stop('SIGINT')));
await emulator.stop();
await stopRedis(redis);
