import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { CompleteSettings } from './settings.ts';

/** The settings of connections to AWS. */
type Settings = Pick<CompleteSettings, 'timeouts' | 'proxy' | 'endpoint'>;

type Agents = readonly [HttpAgent, HttpsAgent];

const maximumSockets = 16;

/**
 * Creates the transport of a client that only reads. Connections are reused for a few seconds, and a read that fails
 * because its reused connection was closed is sent again at once on a new connection. Calls `onRequest` for each
 * request sent, which returns the signal that aborts the request: SDK clients that reuse their middleware pass none.
 */
export function createPooledTransport(settings: Settings, onRequest: () => AbortSignal | undefined): NodeHttpHandler {
  const { callSeconds, idleSeconds } = settings.timeouts;
  const agents = createAgents(settings, { keepAlive: true, timeout: idleSeconds * 1000 });
  const transport = createTransport(agents, callSeconds);
  const handle = transport.handle.bind(transport);
  const send: typeof handle = (request, options) => {
    const abortSignal = onRequest();
    return handle(request, abortSignal ? { ...options, abortSignal } : options);
  };
  transport.handle = async (request, options) => {
    // A request takes an idle connection, if there is one.
    const isReused = agents.some(hasIdleSocket);
    try {
      return await send(request, options);
    } catch (error) {
      // What closed or blocked this connection has probably also affected the idle connections.
      for (const socket of agents.flatMap(idleSockets)) socket.destroy();
      if (!isReused || !isClosed(error)) throw error;
      return send(request, options);
    }
  };
  return transport;
}

/**
 * Creates a transport that opens a connection for each request, for requests that are rare or must not be sent again: a
 * reused connection could be closed already, without the gateway knowing it. Calls `onRequest` for each request sent.
 */
export function createUnpooledTransport(
  settings: Settings,
  seconds: number,
  onRequest: () => unknown = () => {},
): NodeHttpHandler {
  const { connectionSeconds } = settings.timeouts;
  const agents = createAgents(settings, { keepAlive: false, timeout: connectionSeconds * 1000 });
  const transport = createTransport(agents, seconds);
  const handle = transport.handle.bind(transport);
  transport.handle = (request, options) => {
    onRequest();
    return handle(request, options);
  };
  return transport;
}

function createAgents({ proxy, endpoint, timeouts }: Settings, options: AgentOptions): Agents {
  const proxyEnv = endpoint === undefined ? proxy : undefined;
  const all = { maxSockets: maximumSockets, proxyEnv, ...options };
  const agents = [new HttpAgent(all), new HttpsAgent(all)] as const;
  for (const agent of agents) limitConnecting(agent, timeouts.connectionSeconds * 1000);
  return agents;
}

/**
 * Limits the time to open a connection: to connect to AWS or, through a proxy, also to open the tunnel. The
 * `connectionTimeout` of the SDK is not used because it keeps the first request of a connection, with its response, in
 * memory for as long as the connection is open.
 */
function limitConnecting(agent: HttpAgent, milliseconds: number): void {
  const open = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    // Refers to the request. Node.js keeps the callback of a tunnel as long as the connection is open.
    let report = callback;
    const timer = setTimeout(() => {
      const error = notConnectedWithin(milliseconds);
      if (socket == null) return;
      report?.(error, socket);
      socket.on('error', () => {}).destroy(error);
    }, milliseconds).unref();
    const end: typeof callback = (error, stream) => {
      clearTimeout(timer);
      report?.(error, stream);
      report = undefined;
    };
    const socket = open(options, end);
    socket?.once('connect', () => {
      // A tunnel is not in use before it is open, and then calls back.
      if (Object.values(agent.sockets).some((sockets) => sockets?.includes(socket as Socket))) clearTimeout(timer);
    });
    return socket;
  };
}

function notConnectedWithin(milliseconds: number): Error {
  const error = new Error(
    `The gateway did not establish a connection within the configured timeout of ${milliseconds} ms.`,
  );
  // The SDK retries errors with this name.
  error.name = 'TimeoutError';
  return error;
}

function createTransport([httpAgent, httpsAgent]: Agents, seconds: number): NodeHttpHandler {
  return new NodeHttpHandler({
    requestTimeout: seconds * 1000,
    throwOnRequestTimeout: true,
    socketTimeout: seconds * 1000,
    httpAgent,
    httpsAgent,
  });
}

function hasIdleSocket({ freeSockets }: HttpAgent): boolean {
  for (const host in freeSockets) if (freeSockets[host]?.length) return true;
  return false;
}

function idleSockets({ freeSockets }: HttpAgent) {
  return Object.values(freeSockets).flatMap((sockets) => sockets ?? []);
}

/** Whether a request failed because its connection was closed. */
function isClosed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
