import { createServer, type Server, type ServerResponse } from 'node:http';
import { listenOn } from './listening.ts';
import { createTrustedProxies } from './addresses.ts';
import { boundConnections } from './bounds.ts';
import type { HealthSettings } from './settings.ts';

export const liveness = '/health';
export const readiness = '/ready';

/** Whether the gateway accepts requests. */
export type IsReady = () => boolean;

/** Answers `/health` with 200, and `/ready` with 200 or 503; returns false for any other path. */
export function answerHealth(path: string, response: ServerResponse, isReady: IsReady): boolean {
  if (path !== liveness && path !== readiness) return false;
  const isUnready = path === readiness && !isReady();
  response.writeHead(isUnready ? 503 : 200, { 'cache-control': 'no-store' }).end();
  return true;
}

/** A server for health checks only, on a port of its own. */
export interface HealthServer {
  /** Starts to listen, and returns the port. Rejects if the port is in use. */
  open(): Promise<number>;
  close(): void;
}

/** Enough for the health checks of several load balancers, which use a new or a reused connection for each check. */
const limits = { connections: 100, connectionsPerPeer: 20 };
const seconds = 5;

/** Creates the server of the `health` setting. Does not start to listen. */
export function createHealthServer(address: HealthSettings, isReady: IsReady): HealthServer {
  const server: Server = createServer(
    {
      headersTimeout: seconds * 1000,
      requestTimeout: seconds * 1000,
      keepAliveTimeout: seconds * 1000,
      connectionsCheckingInterval: 1000,
    },
    ({ url = '' }, response) => {
      const path = url.split('?', 1)[0] ?? '';
      if (!answerHealth(path, response, isReady)) response.writeHead(404, { connection: 'close' }).end(elsewhere);
    },
  );
  boundConnections(server, {
    limits: () => limits,
    trustedProxies: createTrustedProxies([]),
    writeTimeoutSeconds: seconds,
  });
  return {
    open: () => listenOn(server, address),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const elsewhere = `Not found. Liveness is at ${liveness}, readiness at ${readiness}.\n`;
