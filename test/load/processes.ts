import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/redis.ts';
import { root } from '../support/repository.ts';

/** A process that a script has started. */
export interface Started {
  readonly process: ChildProcess;
  readonly port: number;
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The folder of the configuration and the logs of this run. */
export const folder = mkdtempSync(join(tmpdir(), 'snapgate-load-'));

const sources = join(root, 'src/main.ts');
const bundle = join(root, 'dist/snapgate.js');
/** Whether the gateway runs from the bundle of `npm run build`, as the images do, and not from the sources. */
const isBundle = process.argv.includes('--bundle');

/** The numbers on the command line. */
export const numbers = process.argv
  .slice(2)
  .map(Number)
  .filter((each) => !Number.isNaN(each));

const running = new Set<ChildProcess>();

// A script that fails leaves no process behind; its logs remain for the search of the cause.
process.on('exit', (code) => {
  for (const child of running) child.kill('SIGKILL');
  if (code === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`The logs are in ${folder}.`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Ends a process with the script, however the script ends. */
export function endWithScript(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts a program whose output goes to a file of the folder, and waits until a URL returns 200. */
export async function startProgram(
  name: string,
  [program = '', ...args]: readonly string[],
  port: number,
  { environment = {}, probe }: { readonly environment?: NodeJS.ProcessEnv; readonly probe: string },
): Promise<Started> {
  const output = openSync(join(folder, `${name}.log`), 'a');
  const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const child = endWithScript(spawn(program, args, { env, stdio: ['ignore', output, output] }));
  const ended = once(child, 'exit');
  while (!(await isOk(probe))) {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, `${name}.log`), 'utf8'));
    await sleep(20);
  }
  return {
    process: child,
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Whether a URL returns 200, on a connection of its own. */
function isOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

/** Starts the emulator with a world; by default, with its sample data. */
export async function startEmulator(world?: object, args: readonly string[] = []): Promise<Started> {
  const port = await freePort();
  const started = await startProgram(
    'emulator',
    [process.execPath, sources, 'emulator', '--emulator-port', String(port), ...args],
    port,
    { probe: `http://127.0.0.1:${port}/_emulator/clock` },
  );
  if (world !== undefined) await controlEmulator(started, 'POST', 'world', world);
  return started;
}

/** Calls the control interface of the emulator. */
export async function controlEmulator(
  emulator: Started,
  method: string,
  path: string,
  content?: unknown,
): Promise<any> {
  const body = content === undefined ? null : JSON.stringify(content);
  const response = await fetch(`${emulator.url}/_emulator/${path}`, { method, body });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export interface ReplicaOptions {
  readonly name?: string;
  readonly port: number;
  /** The file of the configuration. */
  readonly config: string;
  readonly emulator: Started;
  readonly nodeOptions?: readonly string[];
  /** Further variables of the environment. */
  readonly variables?: NodeJS.ProcessEnv;
  /** The URL that returns 200 when the gateway is ready; by default, /ready on the main port. */
  readonly probe?: string;
}

/** Starts `serve` without authentication, and waits until it is ready. */
export function startReplica(options: ReplicaOptions) {
  const { name = 'serve', port, config, emulator, nodeOptions, variables, probe } = options;
  const program = isBundle ? bundle : sources;
  const environment = {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'any',
    XDG_CACHE_HOME: folder,
    ...variables,
  };
  return startProgram(
    name,
    [
      process.execPath,
      ...(nodeOptions ?? []),
      program,
      'serve',
      '--allow-anonymous',
      '--port',
      String(port),
      '--config',
      config,
    ],
    port,
    { environment, probe: probe ?? `http://127.0.0.1:${port}/ready` },
  );
}

/** Writes a file into the folder, and returns its path. */
export function writeFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The resident memory of a process and the most that it has been, in MB. */
export function memoryOf({ process: { pid } }: Started): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** Prints a figure and whether it is as required; the script then ends with exit code 1 if one is not. */
export function report(name: string, value: unknown, isRight = true): void {
  console.log(`${isRight ? '  ' : 'NO'} ${name}: ${String(value)}`);
  if (!isRight) process.exitCode = 1;
}
