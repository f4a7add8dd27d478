import { z } from 'zod';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The `shutdown` of the configuration file. */
export const shutdownSettings = z
  .strictObject({
    noticeSeconds: z.number().min(0).max(600).default(5).meta({
      description: 'Seconds after SIGTERM in which everything is still answered, while /ready says 503.',
    }),
    deadlineSeconds: z.number().min(0).max(600).default(16).meta({
      description: 'Seconds after these in which what is under way may end.',
    }),
  })
  .meta({ description: 'How the gateway stops.' });

export type ShutdownSettings = Readonly<z.output<typeof shutdownSettings>>;

/** A server that ends without losing an answer. */
export type StoppableServer = Server & { stop(settings: ShutdownSettings): Promise<void> };

const sweepMilliseconds = 100;

/** Ends a server without losing an answer: aborts `stopping` at once, and resolves when the last connection is closed. */
export async function drain(
  server: Server,
  stopping: AbortController,
  { noticeSeconds, deadlineSeconds }: ShutdownSettings,
): Promise<void> {
  stopping.abort();
  await sleep(noticeSeconds * 1000, undefined, { ref: false });
  const closed = new Promise((resolve) => server.close(resolve));
  // Node.js closes the connections that are idle now, but neither those that become so later nor half a request.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineSeconds * 1000);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
