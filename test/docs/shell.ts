import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const marker = '--- end of the block ---';

// Commands come from a descriptor of their own, because a server that shares the standard input makes it non-blocking.
// With job control, each background job is a process group, which outlives the shell unless it is killed.
const loop = `
set -e -m
trap 'for job in $(jobs -p); do kill -KILL -- -$job; done' EXIT
while IFS= read -r -d '' block <&3; do eval "$block"; echo '${marker}'; done`;

const waitForJobs = 'while [ -n "$(jobs -pr)" ] && (( SECONDS < deadline )); do sleep 0.1; done; [ -z "$(jobs -pr)" ]';

/** A running bash that stops at the first command that fails. */
export type Shell = ReturnType<typeof openShell>;

/** Opens a bash in a folder, with the job control of a terminal. */
export function openShell(folder: string, environment: NodeJS.ProcessEnv) {
  const child = spawn('bash', ['--noprofile', '--norc', '-c', loop], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const commandInput = child.stdio[3] as Writable;
  const exited = once(child, 'exit');
  const closed = once(child, 'close');
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

  /** Returns what the commands write to the standard output; rejects if one of them fails. */
  async function run(commands: string): Promise<string> {
    const start = output.length;
    commandInput.write(`${commands}\0`);
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.slice(start).includes(`${marker}\n`)) return;
        child.stdout?.off('data', look);
        resolve();
      };
      child.stdout?.on('data', look);
      void exited.then(() => reject(new Error(`A command failed, and the shell ended:\n${output}\n${errors}`)));
    });
    return output.slice(start).replace(`${marker}\n`, '');
  }

  return {
    /** Runs commands and returns what they write to the standard output; waits until a server that they start is ready. */
    async run(commands: string): Promise<string> {
      const start = output.length;
      const written = await run(commands);
      if (!/ &$/m.test(commands)) return written;
      // Fails if the server has ended.
      while (!/^(snapgate|emulator) +http.*\n/m.test(output.slice(start))) await run('kill -0 $!; sleep 0.1');
      return written;
    },
    /** The value of a variable; empty if it is not set. */
    async valueOf(name: string): Promise<string> {
      return (await run(`printf '%s\\n' "$${name}"`)).trim();
    },
    /** Rejects if a background job is left after so many seconds. */
    async expectNoJobs(seconds: number): Promise<void> {
      await run(`deadline=$((SECONDS + ${seconds})); ${waitForJobs}`);
    },
    /** Ends the session with all its background jobs. */
    async close(): Promise<void> {
      child.kill();
      await closed;
    },
  };
}
