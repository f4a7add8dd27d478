import { type ChildProcessWithoutNullStreams, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { z } from 'zod';

import { home, type TestEmulator } from './emulator.ts';

const script = (name: string) => fileURLToPath(new URL(`../emulator/third-party/${name}`, import.meta.url));
const withBotocore = script('witness.py');
const withCli = script('cli.py');

// Debian's own programs come before others in PATH.
const pythons = ['/usr/bin/python3', 'python3'];
const aws = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws';

/** No setting of the machine reaches the programs: neither credentials, nor a profile, nor a pager. */
const environment = {
  PATH: process.env['PATH'],
  AWS_ACCESS_KEY_ID: home,
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_PAGER: '',
  LC_ALL: 'C.UTF-8',
  PYTHONDONTWRITEBYTECODE: '1',
};

const run = promisify(execFile);

/** Returns the first Python that has the libraries of a script. */
function pythonFor(path: string): string | undefined {
  return pythons.find((python) => spawnSync(python, [path, '--check'], { env: environment }).status === 0);
}

/** Whether an `aws` program is installed. */
export const hasAwsCli = spawnSync(aws, ['--version'], { env: environment }).status === 0;
const botocore = pythonFor(withBotocore);
const importableCli = pythonFor(withCli);

/** Whether boto3 or botocore is installed. */
export const hasBotocore = botocore !== undefined;
/** Whether the AWS CLI can be run inside Python, which is faster than one process for each command. */
export const hasImportableCli = importableCli !== undefined;

export const reasons = {
  awsCli: 'The AWS CLI is not installed.',
  botocore: 'Neither boto3 nor botocore is installed.',
  importableCli: 'The AWS CLI is not installed as a Python package.',
} as const;

/** A call for boto3, with boto3's own spelling of the operation, paginator or waiter. */
export interface WitnessCall {
  readonly service: string;
  readonly operation?: string;
  readonly paginator?: string;
  readonly pageSize?: number;
  /** Lists the service's paginators by operation. */
  readonly paginators?: true;
  readonly waiter?: string;
  readonly parameters?: object;
  readonly account?: string;
  readonly region?: string;
}

const outcomes = z.array(z.record(z.string(), z.unknown()));
const commandOutcomes = z.array(z.object({ status: z.number(), stdout: z.string(), stderr: z.string() }));

/** Starts a script, which answers each line of JSON with one line. */
function open(python: string | undefined, path: string, url: string) {
  const child: ChildProcessWithoutNullStreams = spawn(python ?? 'python3', [path, url], { env: environment });
  const closed = once(child, 'close');
  const errors = text(child.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** Resolves with the answer to a request; rejects with the standard error if the script has ended. */
    async ask(content: unknown): Promise<unknown> {
      child.stdin.write(`${JSON.stringify(content)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(await errors);
      return JSON.parse(value);
    },
    async close(): Promise<void> {
      child.stdin.end();
      await closed;
    },
  };
}

/** Keeps a script running for the tests of a file, because loading its libraries takes longer than most calls. */
function useScript(python: string | undefined, path: string, { url }: TestEmulator) {
  let script: ReturnType<typeof open> | undefined;
  afterAll(() => script?.close());
  return (content: unknown) => {
    script ??= open(python, path, url);
    return script.ask(content);
  };
}

/** Returns a function that runs calls in sequence with boto3, or botocore; in one process for the tests of a file. */
export function useWitness(emulator: TestEmulator) {
  const ask = useScript(botocore, withBotocore, emulator);
  return async (calls: readonly WitnessCall[]) => outcomes.parse(await ask(calls));
}

/**
 * Returns a function that runs AWS CLI commands in sequence, in one process for the tests of a file; a command is its
 * arguments, without `aws`.
 */
export function useCliCommands(emulator: TestEmulator) {
  const ask = useScript(importableCli, withCli, emulator);
  return async (commands: readonly (readonly string[])[]) => commandOutcomes.parse(await ask(commands));
}

/** Runs the `aws` program and returns the JSON that it prints; undefined for no output. */
export async function cli(emulator: TestEmulator, ...args: readonly string[]): Promise<unknown> {
  const options = ['--endpoint-url', emulator.url, '--output', 'json'];
  const { stdout } = await run(aws, [...args, ...options], { env: environment });
  return stdout === '' ? undefined : JSON.parse(stdout);
}
