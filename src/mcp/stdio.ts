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
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    process.stdout.on('error', () => resolve());
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the server of the SDK is not an event target.
    server.onclose = resolve;
  });
  const ended = once(process.stdin, 'end').then(() => answered(settled));
  await server.connect(new StdioServerTransport());
  await Promise.race([stopped, ended]);
  await server.close();
  await settled();
}

/** Resolves when everything that was read has been answered: messages are passed on, and answers sent, in microtasks. */
async function answered(settled: ToolServer['settled']): Promise<void> {
  await setImmediate();
  await settled();
  await setImmediate();
}
