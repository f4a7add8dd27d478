import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { ToolServer } from './server.ts';

/**
 * Serves a client on the standard input and output until the client closes one of them, or until the process is asked to
 * stop. Resolves when no call is in progress: a client that only closes the standard input gets the answers to what it
 * has sent.
 */
export async function serveOnStdio({ server, settled }: ToolServer): Promise<void> {
  const { stdin, stdout } = process;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    stdout.on('error', () => resolve());
    server.onclose = resolve;
  });
  const ended = once(stdin, 'end').then(async () => {
    // The last message is passed to its tool in the microtasks after the end.
    await setImmediate();
    await settled();
    await setImmediate();
  });
  await server.connect(new StdioServerTransport(stdin, stdout));
  await Promise.race([stopped, ended]);
  await server.close();
  await settled();
}
