import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { compiledModules, root } from './repository.ts';

/** The line of the log in which `serve` reports its address. */
const started = /^\{.*"url":"(http[^"]+)".*"msg":"Started"\}$/m;

const main = join(root, 'src/main.ts');

/** The output and exit code of a command. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The environment of a process that calls an emulator as AWS. */
export function emulatedAws(url: string): Record<string, string> {
  return {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'any-secret-of-the-test',
  };
}

/** Runs a command until it ends, without the environment of this process. */
export async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = open(args, environment);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

/**
 * Starts a command that keeps running, of this program or of a copy. Resolves when it has printed its addresses;
 * rejects with its error output if it ends first.
 */
export async function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}, program = main) {
  const child = open(args, environment, program);
  const ended = once(child, 'close');
  const errors = text(child.stderr);
  let out = '';
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    out += chunk;
    if (/^\w+ +http.*\n/m.test(out) || started.test(out)) break;
  }
  if (!out.includes('http')) throw new Error(await errors);
  let output = out;
  child.stdout.on('data', (chunk: string) => {
    output += chunk;
  });
  return {
    out,
    /** Returns everything that the command has printed to standard output, with its log. */
    output: () => output,
    /** Resolves with everything that the command has printed to standard error, when it has ended. */
    errors: () => errors,
    /** Returns the address on the line that starts with this word. */
    address: (name: string) => (new RegExp(`^${name} +(\\S+)`, 'm').exec(out) ?? started.exec(out))?.[1] ?? '',
    /** Makes the command read its configuration again. */
    reload: () => child.kill('SIGHUP'),
    /** Stops the command and resolves with its exit code. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

/** Starts a command without the environment of this process; its output is piped. */
export function open(args: readonly string[], environment: NodeJS.ProcessEnv, program = main) {
  const env = {
    PATH: process.env['PATH'],
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_COMPILE_CACHE: compiledModules,
    ...environment,
  };
  return spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}
