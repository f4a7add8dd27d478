import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../support/repository.ts';
import type { Usage } from './report-usage.ts';

/** A server in a process of its own. */
export interface Server {
  readonly port: number;
  usage(): Promise<Usage>;
  /** Also measures the delay of the event loop from now on. */
  watch(): Promise<Usage>;
  stop(): Promise<void>;
}

/** A fake AWS, in a process of its own. */
export interface FakeAws extends Server {
  readonly url: string;
  /** Returns the number of calls since its start. */
  calls(): Promise<number>;
}

/** The folder of the files of this run. */
export const folder = mkdtempSync(join(tmpdir(), 'snapgate-bench-'));

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** The same flags for every server, which are those of the images. */
const flags = ['--max-semi-space-size=64', '--import', join(import.meta.dirname, 'report-usage.ts')];

const canPin = availableParallelism() > 1 && ['0', '1'].every((core) => runs('taskset', ['-c', core, 'true']));

function runs(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Pins this process and the processes that it starts without `isMeasured` to the second core, if that is possible. */
export function pinGenerator(): boolean {
  return canPin && runs('taskset', ['-cp', '1', String(process.pid)]);
}

interface Started {
  readonly child: ChildProcess;
  readonly log: string;
}

function startProcess(
  name: string,
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
  isMeasured = true,
): Started {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const command = [process.execPath, ...flags, file, ...args];
  const [program = '', ...rest] = canPin ? ['taskset', '-c', isMeasured ? '0' : '1', ...command] : command;
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  // One listener for each request of a report that waits.
  child.setMaxListeners(100);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, log };
}

/** Starts a program of this folder that reports its port; `isMeasured` pins it to the core of the servers. */
export async function startServer(name: string, args: readonly string[], isMeasured = true): Promise<Server> {
  const started = startProcess(name, args, {}, isMeasured);
  const { port } = await received<{ port: number }>(started, 'port');
  return asServer(started, port);
}

/** Starts a fake AWS that takes this number of milliseconds for each call. */
export async function startAws(name: string, latency: number, perSource: number): Promise<FakeAws> {
  const file = join(import.meta.dirname, '../slow-aws.ts');
  const server = await startServer(name, [file, JSON.stringify({ latency, perSource })], false);
  const url = `http://127.0.0.1:${server.port}`;
  return { ...server, url, calls: async () => Number(await (await fetch(url)).text()) };
}

/** Starts `snapgate serve` with a configuration in JSON, which is YAML, too. Its log goes to a file. */
export async function startGateway(name: string, configuration: object, env: NodeJS.ProcessEnv): Promise<Server> {
  const config = join(folder, `${name}.yaml`);
  writeFileSync(config, JSON.stringify(configuration));
  const started = startProcess(name, [join(root, 'src/main.ts'), 'serve', '--port', '0', '--config', config], {
    ...env,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'any',
  });
  for (;;) {
    const url = /^\{.*"url":"(http[^"]+)".*"msg":"Started"\}$/m.exec(readFileSync(started.log, 'utf8'))?.[1];
    if (url) return asServer(started, Number(new URL(url).port));
    requireRunning(started);
    await sleep(20);
  }
}

function requireRunning({ child, log }: Started): void {
  if (child.exitCode !== null) throw new Error(`A server ended: ${readFileSync(log, 'utf8')}`);
}

/** Resolves with the next message of a process that has this member; rejects if the process ends. */
async function received<Message>(started: Started, member: string): Promise<Message> {
  const { child } = started;
  const ended = new AbortController();
  const exit = once(child, 'exit', ended).catch(() => undefined);
  try {
    for (;;) {
      const next = await Promise.race([once(child, 'message', ended), exit]);
      const message: unknown = next?.[0];
      if (typeof message === 'object' && message !== null && member in message) return message as Message;
      requireRunning(started);
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('A server ended.');
    }
  } finally {
    ended.abort();
  }
}

function asServer(started: Started, port: number): Server {
  const { child } = started;
  const ask = async (question: string) => {
    const answer = received<{ usage: Usage }>(started, 'usage');
    child.send(question);
    return (await answer).usage;
  };
  return {
    port,
    usage: () => ask('usage'),
    watch: () => ask('watch'),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
