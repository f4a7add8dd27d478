import type { Server } from 'node:http';
import type { LimitSettings } from '../../limits/settings.ts';
import { createTrustedProxies, type TrustedProxies } from './addresses.ts';
import { type Admission, createAdmission } from './admission.ts';
import { boundConnections, type ConnectionState } from './bounds.ts';
import { type EventLoopDelay, watchEventLoop } from './event-loop.ts';
import { createHealthServer, type IsReady } from './health.ts';
import type { HealthSettings, ServerSettings } from './settings.ts';

export interface ServingOptions {
  readonly settings: ServerSettings;
  /** If omitted, the main port serves health checks. */
  readonly health: HealthSettings | undefined;
  /** Called for each connection and request, because a reload can replace the limits. */
  readonly limits: () => LimitSettings;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** The load of a server, for metrics. */
export interface ServingState {
  readonly connections: ConnectionState;
  readonly requests: ReturnType<Admission['state']>;
  readonly eventLoop: EventLoopDelay;
}

/** What limits the load of a server, and reports it. */
export interface Serving {
  readonly trustedProxies: TrustedProxies;
  readonly admission: Admission;
  readonly isReady: IsReady;
  state(): ServingState;
  /** Opens the port for health checks until the server is closed, and returns it; undefined if the main port serves them. */
  openHealthPort(): Promise<number | undefined>;
}

/** Limits the connections and requests of a server, and watches its event loop until the server is closed. */
export function limitServing(server: Server, { settings, health, limits, stopping }: ServingOptions): Serving {
  const trustedProxies = createTrustedProxies(settings.trustedProxies);
  const { writeTimeoutSeconds } = settings;
  const connections = boundConnections(server, { limits, trustedProxies, writeTimeoutSeconds });
  const admission = createAdmission(connections, limits);
  const eventLoop = watchEventLoop(settings.eventLoopMilliseconds);
  const isReady = () => server.listening && !stopping.aborted && !eventLoop.isLate();
  const healthServer = health && createHealthServer(health, isReady);
  server.once('close', () => {
    eventLoop.stop();
    healthServer?.close();
  });
  return {
    trustedProxies,
    admission,
    isReady,
    state: () => ({ connections: connections.state(), requests: admission.state(), eventLoop: eventLoop.delay() }),
    openHealthPort: async () => healthServer?.open(),
  };
}
