import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const marker = '--- end of the block ---';

// Commands come from a descriptor of their own, because a server that shares the standard input makes it non-blocking.
// A control request that the emulator rejects fails, as a reader would see its response.
const loop = `
set -e -m
shopt -s inherit_errexit
curl() { case "$*" in *_emulator*) command curl --fail-with-body "$@" ;; *) command curl "$@" ;; esac; }
while IFS= read -r -d '' block <&3; do eval "$block" 3<&-; echo '${marker}'; done`;

const waitForJobs = 'while [ -n "$(jobs -pr)" ] && (( SECONDS < deadline )); do sleep 0.1; done; [ -z "$(jobs -pr)" ]';

/** A running bash that stops at the first command that fails. */
export type Shell = ReturnType<typeof openShell>;

/** Opens a bash in a folder, with the job control of a terminal. A block of commands fails after `secondsPerBlock`. */
export function openShell(folder: string, environment: NodeJS.ProcessEnv, secondsPerBlock: number) {
  const child = spawn('bash', ['--noprofile', '--norc', '-c', loop], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const commandInput = child.stdio[3] as Writable;
  const exited = once(child, 'exit');
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // Writing to a shell that has ended fails; `run` reports why it ended.
  commandInput.on('error', () => {});

  /** Returns what the commands write to the standard output; rejects if one of them fails or does not end. */
  async function run(commands: string): Promise<string> {
    const start = output.length;
    const controller = new AbortController();
    commandInput.write(`${commands}\0`);
    const finished = new Promise<void>((resolve) => {
      const look = () => {
        if (!output.slice(start).includes(`${marker}\n`)) return;
        child.stdout?.off('data', look);
        resolve();
      };
      child.stdout?.on('data', look);
    });
    const failed = exited.then(() => 'A command failed, and the shell ended');
    const hung = sleep(secondsPerBlock * 1000, 'A command did not end', { signal: controller.signal, ref: false });
    const reason = await Promise.race([finished, failed, hung.catch(() => undefined)]);
    controller.abort();
    if (reason !== undefined) throw new Error(`${reason}. Output:\n${output}\n${errors}`);
    return output.slice(start).replace(`${marker}\n`, '');
  }

  return {
    /** Runs commands and returns what they write to the standard output, or nothing if they start a server, when it is ready. */
    async run(commands: string): Promise<string> {
      const start = output.length;
      const written = await run(commands);
      if (!/ &$/m.test(commands)) return withoutLog(written);
      // Fails if the server has ended.
      while (!/^(fleet|snapgate|emulator) +http.*\n|"msg":"Started"/m.test(output.slice(start)))
        await run('kill -0 $!; sleep 0.1');
      // What a server prints while it starts is not for the next block.
      return '';
    },
    /** The value of a variable; empty if it is not set. */
    async valueOf(name: string): Promise<string> {
      return withoutLog(await run(`printf '%s\\n' "$${name}"`)).trim();
    },
    /** Rejects if a background job is left after so many seconds. */
    async expectNoJobs(seconds: number): Promise<void> {
      await run(`deadline=$((SECONDS + ${seconds})); ${waitForJobs}`);
    },
    /** Ends the session with all its processes, whatever they do. */
    async close(): Promise<void> {
      for (const pid of processesOf(child.pid)) kill(pid);
      await exited;
    },
  };
}

/** Servers in the background write their log to the same output. */
function withoutLog(output: string): string {
  return output.replaceAll(/\{"level":"\w+","time":.*\n/g, '');
}

/** The processes of a session, which a shell that is busy cannot end. */
function processesOf(session: number | undefined): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => sessionOf(pid) === session);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function sessionOf(pid: number): number | undefined {
  try {
    // The name of the program, in parentheses, can contain spaces.
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?!.*\))/);
    return Number(fields.split(' ')[3]);
  } catch {
    return undefined;
  }
}
