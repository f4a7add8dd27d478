import * as z from 'zod';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The `shutdown` setting. */
export const shutdownSettings = z
  .strictObject({
    noticeSeconds: z.number().min(0).max(600).default(5).meta({
      description:
        'The seconds after SIGTERM during which the gateway still accepts requests while /ready returns 503, so that load balancers can stop sending requests.',
    }),
    deadlineSeconds: z.number().min(0).max(600).default(16).meta({
      description:
        'The seconds after `noticeSeconds` in which running requests can finish. Then all connections are closed.',
    }),
  })
  .meta({ description: 'The time limits of a graceful shutdown.' });

export type ShutdownSettings = Readonly<z.output<typeof shutdownSettings>>;

/** A server that can stop without losing a response. */
export type StoppableServer = Server & {
  /** Opens the port for health checks, before the main port; returns it, or undefined if the main port serves them. */
  openHealthPort(): Promise<number | undefined>;
  stop(settings: ShutdownSettings): Promise<void>;
};

const sweepMilliseconds = 100;

/** Stops a server without losing a response: aborts `stopping` at once, and resolves when all connections are closed. */
export async function drain(
  server: Server,
  stopping: AbortController,
  { noticeSeconds, deadlineSeconds }: ShutdownSettings,
): Promise<void> {
  stopping.abort();
  await sleep(noticeSeconds * 1000, undefined, { ref: false });
  const closed = new Promise((resolve) => server.close(resolve));
  // `close` closes only the connections that are idle now: not those that become idle later or send half a request.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineSeconds * 1000);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
