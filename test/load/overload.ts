import { fork } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/redis.ts';
import { root } from '../support/repository.ts';
import { createClient, quantile } from './client.ts';
import { endWithScript, memoryOf, numbers, report, startEmulator, startReplica, writeFile } from './processes.ts';

/**
 * Attacks one gateway that has the default limits with idle and half-open connections and with clients that do not read,
 * and measures its health checks, its memory and what a normal client gets: `node test/load/overload.ts [seconds]`.
 * Requires 12,000 open files: `ulimit -n 12000`.
 */
const [seconds = 40] = numbers;
const attackers = { idle: 2000, halfOpen: 2000, slowReaders: 1000 };
const rampSeconds = 5;
const lookup = '{ snapshots(first: 5) { nodes { identifier status } } }';

const emulator = await startEmulator(undefined, ['--snapshots', '500']);
const [port, healthPort] = [await freePort(), await freePort()];
const config = writeFile(
  'snapgate.yaml',
  `accounts: [{ id: '123456789012', regions: [us-east-1] }]\nhealth: { port: ${healthPort} }\n`,
);
const health = `http://127.0.0.1:${healthPort}`;
/** Those for a container with little memory, in docs/operating.md. */
const small = {
  nodeOptions: ['--max-semi-space-size=4', '--max-old-space-size=160'],
  variables: { MALLOC_ARENA_MAX: '2' },
};
const gateway = await startReplica({ port, config, emulator, probe: `${health}/ready`, ...small });

const client = createClient(gateway.url, 4, '127.0.0.2');
/** The time of a health check on a new connection, in milliseconds; undefined if it failed. */
const check = () =>
  new Promise<number | undefined>((resolve) => {
    const start = performance.now();
    get(`${health}/health`, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200 ? performance.now() - start : undefined));
    }).on('error', () => resolve(undefined));
  });

interface Measured {
  readonly checks: number[];
  failedChecks: number;
  readonly answers: number[];
  refused: number;
  failed: number;
  /** The most resident memory that was seen, in MB. */
  memory: number;
}

async function measure(forSeconds: number): Promise<Measured> {
  const measured: Measured = { checks: [], failedChecks: 0, answers: [], refused: 0, failed: 0, memory: 0 };
  const until = performance.now() + forSeconds * 1000;
  const probe = async () => {
    while (performance.now() < until) {
      const time = await check();
      if (time === undefined) measured.failedChecks += 1;
      else measured.checks.push(time);
      measured.memory = Math.max(measured.memory, memoryOf(gateway).now);
      await sleep(50);
    }
  };
  const use = async () => {
    while (performance.now() < until) {
      const reply = await client.send(lookup).catch(() => undefined);
      if (reply?.status === 200) measured.answers.push(reply.milliseconds);
      else if (reply?.status === 503) measured.refused += 1;
      else measured.failed += 1;
      await sleep(100);
    }
  };
  await Promise.all([probe(), use(), use()]);
  return measured;
}

function print(
  name: string,
  { checks, failedChecks, answers, refused, failed, memory }: Measured,
  isAttacked: boolean,
) {
  console.log(name);
  const median = quantile(checks, 0.5);
  report('/health, median in ms', median, !isAttacked || median < 50);
  report('/health, p99 in ms', quantile(checks, 0.99));
  report('/health, failed checks', failedChecks, failedChecks === 0);
  report('normal client, answers', answers.length, answers.length > 0);
  report('normal client, median and p99 in ms', `${quantile(answers, 0.5)}, ${quantile(answers, 0.99)}`);
  report('normal client, refused with 503', refused);
  report('normal client, connections closed', failed);
  report('resident memory, most in MB', memory, memory < 256);
}

print('before the attack', await measure(5), false);
const { idle, halfOpen, slowReaders } = attackers;
const attack = fork(join(root, 'test/load/attackers.ts'), [port, idle, halfOpen, slowReaders].map(String));
endWithScript(attack);
let state = { opened: 0, open: 0 };
attack.on('message', (message) => {
  state = message as typeof state;
});
await sleep(rampSeconds * 1000);
print(`during the attack, for ${seconds} seconds`, await measure(seconds), true);
report('connections of the attack', `${state.opened} opened, ${state.open} not known to be closed at the end`);
report('resident memory, peak of the process in MB', memoryOf(gateway).peak, memoryOf(gateway).peak < 256);
attack.kill();
await sleep(2000);
print('after the attack', await measure(5), false);
client.close();
await gateway.stop('SIGINT');
await emulator.stop();
