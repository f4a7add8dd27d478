import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { start } from '../support/cli.ts';
import { root } from '../support/repository.ts';

/** Prints what docs/operating.md states in Sizing, for the bundle against the emulator: `npm run sizing`. */
const bundle = join(root, 'dist/snapgate.js');
const starts = 7;
const requests = 2000;
const snapshotsPerSource = 20_000;
const page = '{ snapshots(first: 100) { nodes { arn status createdAt } } }';
const lookup = (arn: string) => `{ snapshot(arn: "${arn}") { identifier status createdAt } }`;
const everything =
  '{ snapshots(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { totalCount { value } isComplete } }';

const folder = mkdtempSync(join(tmpdir(), 'snapgate-'));
const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: '123456789012', AWS_SECRET_ACCESS_KEY: 'any' };
const environment = { ...aws, XDG_CACHE_HOME: folder, NODE_COMPILE_CACHE: undefined };

interface Sample {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** Returns the CPU time and the resident memory of a process. */
function sample(pid: number): Sample {
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  return { milliseconds: 10 * (Number(times[11]) + Number(times[12])), megabytes: Number(resident) / 1024 };
}

async function ask(url: string, query: string, agent?: Agent): Promise<any> {
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', headers, agent: agent ?? false });
  sent.end(JSON.stringify({ query }));
  const [response] = await once(sent, 'response');
  const body = await text(response);
  const answer = JSON.parse(body);
  if (answer.errors) throw new Error(body);
  return answer;
}

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

/** Starts a program several times, and prints the medians until and at its first response. */
async function measureStart(name: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<void> {
  const rows: (Sample & { wait: number })[] = [];
  for (let index = 0; index < starts; index += 1) {
    const port = String(20_000 + Math.floor(Math.random() * 10_000));
    const env = { PATH: process.env['PATH'], ...environment, ...more, PORT: port, EMULATOR_PORT: '0' };
    const began = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const url = `http://127.0.0.1:${port}/graphql`;
    while (!(await ask(url, '{ __typename }').catch(() => false)))
      await new Promise((resolve) => setTimeout(resolve, 2));
    rows.push({ wait: performance.now() - began, ...sample(child.pid!) });
    // Only a regular end writes the compile cache.
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('close', resolve));
  }
  const [wait, cpu, memory] = [
    median(rows.map((row) => row.wait)),
    median(rows.map((row) => row.milliseconds)),
    median(rows.map((row) => row.megabytes)),
  ];
  console.log(`${name}: first response after ${wait.toFixed(0)} ms, ${cpu} ms CPU, ${memory.toFixed(0)} MB`);
}

/** Sends a query many times on 8 connections, and prints the CPU time for each. */
async function measureRequests(name: string, pid: number, url: string, query: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const send = (count: number) => Promise.all(Array.from({ length: count }, () => ask(url, query, agent)));
  await send(200);
  const before = sample(pid);
  for (let sent = 0; sent < requests; sent += 200) await send(200);
  const after = sample(pid);
  const each = (after.milliseconds - before.milliseconds) / requests;
  console.log(`${name}: ${each.toFixed(2)} ms CPU per request, ${after.megabytes.toFixed(0)} MB after ${requests}`);
  agent.destroy();
}

async function measureGateway(): Promise<void> {
  const filled = ['emulator', '--emulator-port', '0', '--snapshots', String(snapshotsPerSource)];
  const emulator = await start(filled);
  const config = join(folder, 'snapgate.yaml');
  const account =
    "accounts: [{ id: '123456789012', name: production, regions: [us-east-1, eu-west-1, ap-southeast-2] }]";
  const limits = 'limits: { cost: 100000, calls: 100000, costPerMinute: 100000000 }';
  const shutdown = 'shutdown: { noticeSeconds: 0 }';
  writeFileSync(
    config,
    [account, limits, 'fullReads: { megabytes: 1000 }', 'aws: { cache: { ageSeconds: 60 } }', shutdown].join('\n'),
  );
  const env = { ...environment, AWS_ENDPOINT_URL: emulator.address('emulator') };
  await measureStart('serve', [bundle, 'serve', '--allow-anonymous', '--config', config], env);
  const pidFile = join(folder, 'pid.cjs');
  writeFileSync(
    pidFile,
    `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid))`,
  );
  const options = { ...env, NODE_OPTIONS: `--max-semi-space-size=64 --require ${pidFile}` };
  const gateway = await start(['serve', '--allow-anonymous', '--port', '0', '--config', config], options, bundle);
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  const url = gateway.address('snapgate');
  const { data } = await ask(url, page);
  await measureRequests('lookup, cached', pid, url, lookup(data.snapshots.nodes[0].arn));
  await measureRequests('page of 100 snapshots, cached', pid, url, page);
  const before = sample(pid);
  let total;
  do total = (await ask(url, everything)).data.snapshots;
  while (!total.isComplete);
  const after = sample(pid);
  const cpu = (after.milliseconds - before.milliseconds) / (total.totalCount.value / 1000);
  console.log(
    `full read of ${total.totalCount.value} snapshots: ${cpu.toFixed(1)} ms CPU per 1000 snapshots, ${before.megabytes.toFixed(0)} MB before, ${after.megabytes.toFixed(0)} MB after`,
  );
  await gateway.stop();
  await emulator.stop();
}

const bare = "require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')";
await measureStart('bare Node.js', ['--eval', bare]);
await measureStart('dev', [bundle, 'dev']);
await measureGateway();
rmSync(folder, { recursive: true });
