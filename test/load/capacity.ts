import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/redis.ts';
import { root } from '../support/repository.ts';
import type { Second } from './capacity-client.ts';
import { quantile } from './client.ts';
import { endWithScript, numbers, report, startEmulator, startReplica, writeFile } from './processes.ts';

/**
 * Measures the goodput of a gateway with the default limits at its capacity and at three times its capacity, in turn,
 * because the speed of a machine varies: `node test/load/capacity.ts [rounds] [seconds]`.
 */
const [rounds = 3, seconds = 8] = numbers;
const clients = 3;
const warmUpSeconds = 2;
/** Some milliseconds of CPU time, without AWS calls: all responses of AWS are cached. */
const query = `{ snapshots(first: 100, filter: { services: [REDSHIFT] }) { isComplete nodes {
  id arn identifier clusterIdentifier status rawStatus createdAt tags { key value } source { account region service }
} } }`;

const emulator = await startEmulator(undefined, ['--snapshots', '300']);
const config = writeFile(
  'snapgate.yaml',
  `accounts: [{ id: '123456789012', regions: [us-east-1] }]
limits: { requestsPerSecond: 100000, costPerMinute: 100000000 }
aws: { cache: { ageSeconds: 3600 } }
`,
);
const gateway = await startReplica({ port: await freePort(), config, emulator });

/** The CPU time of the gateway since its start, in seconds. */
function cpuSeconds(): number {
  const times = readFileSync(`/proc/${gateway.process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(times[11]) + Number(times[12])) / 100;
}

interface Load {
  readonly goodput: number;
  /** The answers per second of CPU time of the gateway, which depends less on what else runs on the machine. */
  readonly perCpuSecond: number;
  readonly answers: readonly number[];
  readonly refusals: readonly number[];
  readonly failed: number;
}

/** Loads the gateway from several processes; returns what they have received after the warm-up. */
async function load(task: { readonly connections?: number; readonly perSecond?: number }): Promise<Load> {
  const received: Second[] = [];
  const children = Array.from({ length: clients }, (_, index) => {
    const child = fork(join(root, 'test/load/capacity-client.ts'));
    child.send({ url: gateway.url, query, localAddress: `127.0.2.${index + 1}`, ...task });
    child.on('message', (second) => received.push(second as Second));
    return endWithScript(child);
  });
  await sleep(warmUpSeconds * 1000);
  received.length = 0;
  const [start, cpuStart] = [performance.now(), cpuSeconds()];
  await sleep(seconds * 1000);
  const [elapsed, cpu] = [(performance.now() - start) / 1000, cpuSeconds() - cpuStart];
  for (const child of children) child.kill('SIGKILL');
  const answers = received.flatMap((each) => each.answers);
  return {
    goodput: answers.length / elapsed,
    perCpuSecond: answers.length / cpu,
    answers,
    refusals: received.flatMap((each) => each.refusals),
    failed: received.reduce((sum, each) => sum + each.failed, 0),
  };
}

await load({ connections: 4 });
const ratios: number[] = [];
const efficiencies: number[] = [];
const refusals: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const curve: string[] = [];
  let [peak, bestPerCpuSecond] = [0, 0];
  for (const connections of [1, 4, 16]) {
    const { goodput, perCpuSecond } = await load({ connections });
    curve.push(`${connections * clients}: ${goodput.toFixed(0)}`);
    peak = Math.max(peak, goodput);
    bestPerCpuSecond = Math.max(bestPerCpuSecond, perCpuSecond);
  }
  const over = await load({ perSecond: (3 * peak) / clients });
  ratios.push((100 * over.goodput) / peak);
  efficiencies.push((100 * over.perCpuSecond) / bestPerCpuSecond);
  refusals.push(...over.refusals);
  console.log(
    `round ${round}: requests per second by connections ${curve.join(', ')}; at three times the capacity ${over.goodput.toFixed(0)} (${((100 * over.goodput) / peak).toFixed(0)} %, per second of CPU time ${efficiencies.at(-1)?.toFixed(0)} %), ` +
      `median answer ${quantile(over.answers, 0.5)} ms, ${over.refusals.length} refusals, median ${quantile(over.refusals, 0.5)} ms, p90 ${quantile(over.refusals, 0.9)} ms, ${over.failed} failed`,
  );
}
const [ratio, efficiency] = [quantile(ratios, 0.5), quantile(efficiencies, 0.5)];
report('goodput at three times the capacity, in % of the peak, median of the rounds', ratio, ratio >= 90);
report('the same per second of CPU time of the gateway', efficiency);
report('refusals, median in ms, at the clients', quantile(refusals, 0.5), quantile(refusals, 0.5) <= 20);
report('refusals, p90 in ms, at the clients', quantile(refusals, 0.9));
await gateway.stop('SIGINT');
await emulator.stop();
