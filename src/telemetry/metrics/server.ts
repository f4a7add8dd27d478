import { createServer, type Server } from 'node:http';
import { type Address, listenOn } from '../../server/connections/listening.ts';
import type { Metrics } from './metrics.ts';

/** The server of the metrics, on a port of its own. */
export interface MetricsServer {
  /** Starts to listen, and returns the port. Rejects if the port is in use. */
  open(): Promise<number>;
  close(): Promise<void>;
}

const path = '/metrics';

/** Enough for several Prometheus servers, which keep one connection each. */
const maximumConnections = 20;

/** Creates the server of `/metrics`. Does not start to listen. `onError` receives the failure of a scrape. */
export function createMetricsServer(
  metrics: Pick<Metrics, 'contentType' | 'text'>,
  address: Address,
  onError: (error: unknown) => void,
): MetricsServer {
  const server: Server = createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 5_000,
      // Longer than the usual interval between two scrapes.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
    },
    ({ method, url = '' }, response) => {
      if (method !== 'GET' || url.split('?', 1)[0] !== path) {
        response.writeHead(404, { connection: 'close' }).end(`Not found. Metrics are at ${path}.\n`);
        return;
      }
      metrics.text().then(
        (text) =>
          response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text),
        (error: unknown) => {
          response.writeHead(500, { connection: 'close' }).end();
          onError(error);
        },
      );
    },
  );
  server.maxConnections = maximumConnections;
  return {
    open: () => listenOn(server, address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
