import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Connection } from './connection.ts';
import { createPeers, type Peers } from './peers.ts';
import { peerOf, type TrustedProxies } from './addresses.ts';

export interface ConnectionLimits {
  /** The maximum number of open connections. */
  readonly connections: number;
  /** The maximum number of open connections of one TCP peer that is not a trusted proxy. */
  readonly connectionsPerPeer: number;
}

export interface ConnectionOptions {
  readonly limits: () => ConnectionLimits;
  readonly trustedProxies: TrustedProxies;
  readonly writeTimeoutSeconds: number;
}

/** Figures of the connections of a server. */
export interface ConnectionState {
  readonly open: number;
  /** The connections that were refused since the start, because no other connection could be closed for them. */
  readonly refused: number;
  /** The idle or stalled connections that were closed since the start in favor of another one. */
  readonly evicted: number;
  /** The connections that were closed since the start because their clients did not read. */
  readonly timedOut: number;
  /** The bytes of responses that wait for clients to read. */
  readonly unsentBytes: number;
}

/** The open connections of a server. */
export interface Connections {
  /** Returns the connection of a socket; undefined if it is closed. */
  of(socket: Socket): Connection | undefined;
  /** The bytes of responses that wait for clients to read. */
  unsentBytes(): number;
  /** Closes the stalled connection with the most unsent bytes; returns false if none is stalled. */
  evictStalled(): boolean;
  state(): ConnectionState;
}

/** A client that has read nothing for this long is stalled, in milliseconds; longer than usual round trips. */
const stall = 1000;
/** How long the sum of all unsent bytes is used again, in milliseconds, because every request needs it. */
const sumEvery = 10;

/**
 * Limits the connections of a server, and closes those whose clients do not read. A connection above a limit replaces
 * another one: of the same peer, or if there are too many in all, of the peer that has the most. First a connection on
 * which no request has arrived is closed, then the one that is idle the longest, then one whose client does not read. If
 * there is none, the new connection is refused.
 */
export function boundConnections(server: Server, options: ConnectionOptions): Connections {
  const timeout = options.writeTimeoutSeconds * 1000;
  const table = new ConnectionTable(options, Math.min(stall, timeout / 2));
  server.prependListener('connection', (socket: Socket) => {
    if (!table.accept(socket)) socket.destroy();
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) =>
    table.start(socket, response),
  );
  const sweep = setInterval(() => table.sweep(timeout), Math.min(stall, timeout) / 2).unref();
  server.once('close', () => clearInterval(sweep));
  return table;
}

class ConnectionTable implements Connections {
  readonly #options: ConnectionOptions;
  readonly #stalledAfter: number;
  readonly #peers: Peers;
  readonly #bySocket = new Map<Socket, Connection>();
  /** The connections that wait for a response. */
  readonly #busy = new Set<Connection>();
  readonly #counts = { refused: 0, evicted: 0, timedOut: 0 };
  #sum = { bytes: 0, until: 0 };

  constructor(options: ConnectionOptions, stalledAfter: number) {
    this.#options = options;
    this.#stalledAfter = stalledAfter;
    this.#peers = createPeers(stalledAfter);
  }

  /** Adds a new connection, in place of another one if necessary; returns false if it is refused. */
  accept(socket: Socket): boolean {
    const { remoteAddress = '' } = socket;
    const connection = new Connection(socket, peerOf(remoteAddress));
    const isTrusted = this.#options.trustedProxies.has(remoteAddress);
    if (!this.#makeRoom(connection.peer, isTrusted)) {
      this.#counts.refused += 1;
      return false;
    }
    this.#bySocket.set(socket, connection);
    this.#peers.add(connection, isTrusted);
    socket.once('close', () => this.#remove(connection));
    return true;
  }

  /** Notes that the head of a request is complete. */
  start(socket: Socket, response: ServerResponse): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    connection.responses.push(response);
    this.#busy.add(connection);
    this.#peers.note(connection);
    response.once('close', () => {
      connection.end(response);
      if (connection.responses.length > 0 || !this.#bySocket.has(socket)) return;
      this.#busy.delete(connection);
      this.#peers.note(connection);
    });
  }

  /** Closes the connections whose clients have not read for the timeout, in milliseconds. */
  sweep(timeout: number): void {
    const now = performance.now();
    for (const connection of this.#busy) {
      connection.noteProgress(now);
      const stalledFor = connection.stalledFor(now);
      // It waits only for its client, so another request can be executed meanwhile.
      if (stalledFor >= this.#stalledAfter) connection.freePlace();
      if (stalledFor < timeout) continue;
      this.#counts.timedOut += 1;
      this.#close(connection);
    }
  }

  of(socket: Socket): Connection | undefined {
    return this.#bySocket.get(socket);
  }

  unsentBytes(): number {
    const now = performance.now();
    if (now >= this.#sum.until) {
      this.#sum = { bytes: [...this.#busy].reduce((sum, { unsent }) => sum + unsent, 0), until: now + sumEvery };
    }
    return this.#sum.bytes;
  }

  evictStalled(): boolean {
    const now = performance.now();
    const stalled = [...this.#busy].filter((each) => each.stalledFor(now) >= this.#stalledAfter);
    this.#sum.until = 0;
    return this.#evict(stalled.toSorted((one, other) => other.unsent - one.unsent)[0]);
  }

  state(): ConnectionState {
    return { open: this.#bySocket.size, ...this.#counts, unsentBytes: this.unsentBytes() };
  }

  #makeRoom(peer: string, isTrusted: boolean): boolean {
    const { connections, connectionsPerPeer } = this.#options.limits();
    const ofPeer = isTrusted ? Infinity : connectionsPerPeer;
    // More than one, if a reload has decreased the limit.
    while (this.#peers.count(peer) >= ofPeer) if (!this.#evict(this.#peers.victimOf(peer))) return false;
    while (this.#bySocket.size >= connections) if (!this.#evict(this.#peers.victim())) return false;
    return true;
  }

  #evict(victim: Connection | undefined): boolean {
    if (victim === undefined) return false;
    this.#counts.evicted += 1;
    this.#close(victim);
    return true;
  }

  #close(connection: Connection): void {
    connection.socket.destroy();
    this.#remove(connection);
  }

  #remove(connection: Connection): void {
    this.#bySocket.delete(connection.socket);
    this.#busy.delete(connection);
    this.#peers.remove(connection);
    connection.close();
  }
}
