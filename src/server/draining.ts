import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server takes to end. */
export interface ShutdownSettings {
  /** In which it answers as before, until load balancers have noticed that it is not ready any more. */
  readonly noticeSeconds: number;
  /** After which, nothing new being let in, whatever is under way is broken off. */
  readonly deadlineSeconds: number;
}

/** A server that ends without losing an answer. */
export type StoppableServer = Server & { stop(settings: ShutdownSettings): Promise<void> };

/** What holds where nothing is configured. */
export const defaultShutdown: ShutdownSettings = { noticeSeconds: 5, deadlineSeconds: 16 };

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
