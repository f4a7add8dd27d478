import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { defaultAssumptions, type Assumptions } from './world/assumptions.ts';
import { createCalls } from './control/calls.ts';
import { createClock } from './world/clock.ts';
import { controlAnswer, controlPath, type Controls } from './control/control.ts';
import { createAdmission, reject } from './requests/admission.ts';
import { send, serveRequest } from './requests/delivery.ts';
import { createDisturbances } from './control/disturbances.ts';
import type { Backstage } from './requests/requests.ts';
import { emulatedServices } from './services.ts';
import { createIdentities } from './sts/identities.ts';
import { dumpWorld, loadWorld, type WorldJson } from './control/world-json.ts';
import type { Populate } from './world/world.ts';

/** The options of `startEmulator`. */
export interface EmulatorOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, which selects any free port. */
  readonly port?: number;
  /** Host names of requests that are accepted besides loopback names and the listen address. Default: none. */
  readonly hosts?: readonly string[] | undefined;
  /** The initial world, which a reset restores. Default: an empty world. */
  readonly world?: WorldJson;
  /** Fills each region of the initial world on its first use. */
  readonly populate?: Populate;
  readonly assumptions?: Partial<Assumptions>;
  /** Whether the sessions of roles also expire by advanced time, so that this can be tried. Default: true. */
  readonly agesSessions?: boolean;
  /** Whether an operation that does not read a member of its input fails. Default: false; tests set it. */
  readonly failsOnUnread?: boolean;
}

/** A running emulator. */
export interface Emulator {
  readonly url: string;
  readonly port: number;
  /** Returns the emulated time. */
  readonly now: () => Date;
  /** Closes the port and, immediately, every connection. */
  readonly close: () => Promise<void>;
}

const bodyLimit = 256 * 1024 * 1024;

/** Starts every emulated service and the control interface on one port; rejects if the port is in use. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, hosts = [], world = {}, populate } = options;
  const { agesSessions = true, failsOnUnread = false } = options;
  const clock = createClock();
  const identities = createIdentities(agesSessions ? clock : createClock());
  const disturbances = createDisturbances();
  const services = emulatedServices(identities, disturbances);
  const assumptions = { ...defaultAssumptions, ...options.assumptions };
  const calls = createCalls();
  let state = loadWorld(world, { clock, services, assumptions, populate });

  const backstage: Backstage = { services, identities, disturbances, calls, state: () => state, failsOnUnread };
  const controls: Controls = {
    clock,
    calls,
    disturbances,
    services,
    load(json) {
      state = loadWorld(json, { clock, services, assumptions });
    },
    dump: () => dumpWorld(state, clock, services),
    reset() {
      state = loadWorld(world, { clock, services, assumptions, populate });
    },
  };

  const admit = createAdmission(host, hosts);
  const server = createServer((request, response) => {
    const reason = admit(request);
    if (reason !== undefined) return reject(request, response, reason);
    answerRequest(request, response, backstage, controls).catch(() => response.destroy());
    return undefined;
  });
  // Longer than any client keeps an idle connection, so that no connection is closed while a request arrives.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    now: () => clock.now(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  backstage: Backstage,
  controls: Controls,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return send(response, { status: 413, headers: { connection: 'close' }, body: '' });
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === controlPath || path.startsWith(`${controlPath}/`)) {
    backstage.state().catchUp();
    return send(response, controlAnswer(request.method ?? 'GET', path, body, controls));
  }
  return serveRequest(request, response, body, backstage);
}

/** Returns the body as text, or undefined if the body exceeds the size limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
