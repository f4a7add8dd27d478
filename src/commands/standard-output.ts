/** The exit code of a program that a closed pipe ends: 128 and the number of SIGPIPE. */
const closedPipe = 141;

/**
 * Writes a text to the standard output, and resolves when it is written. If it cannot be written, the process ends: without
 * a message if a reader such as `head` has closed its end, and with one if, for example, the disk is full.
 */
export function write(text: string): Promise<void> {
  if (process.stdout.listenerCount('error', fail) === 0) process.stdout.once('error', fail);
  return new Promise((resolve) => void process.stdout.write(text, (error) => !error && resolve()));
}

function fail({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit(closedPipe);
  process.stderr.write(`snapgate: The standard output cannot be written: ${message}.\n`);
  process.exit(1);
}
