import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LimitSettings } from '../../limits/settings.ts';
import type { Connections } from './bounds.ts';
import type { Connection } from './connection.ts';
import { createTurns } from './turns.ts';

/** The limits of the requests that are executed at the same time, and of what their clients have not read yet. */
type RequestLimits = Pick<
  LimitSettings,
  'requests' | 'queuedRequests' | 'requestsPerConnection' | 'unsentMegabytes' | 'unsentKilobytesPerConnection'
>;

/** Decides which requests are executed, before anything else is known of them. */
export interface Admission {
  /**
   * Waits until the earlier responses of the connection have been sent. Returns the message to refuse the request with if
   * a limit is reached, and undefined if it can be read. Returns `gone` if the request needs no answer, because its
   * connection is closed or about to be closed.
   */
  admit(request: IncomingMessage, response: ServerResponse): Promise<Refusal>;
  /**
   * Takes a place for a request that has been read, until the response ends, and waits until the event loop has time to
   * execute it. Returns the message to refuse the request with if a limit is reached, `gone` if its client has
   * disconnected, and otherwise undefined.
   */
  turn(response: ServerResponse): Promise<Refusal>;
  /** Frees the place of a response that stays open and idle: an event stream, which has a limit of its own. */
  free(response: ServerResponse): void;
  /** The requests that are executed now, and the requests that were refused since the start. */
  state(): { readonly executing: number; readonly refused: number };
}

/** Returned for a request without a client. */
export const gone = Symbol('gone');
/** The message to refuse a request with, if it is refused. */
export type Refusal = string | typeof gone | undefined;

/** The number of seconds after which a refused request can succeed. */
export const retryAfterSeconds = 1;

const megabyte = 1024 * 1024;
/** The requests of one connection that are parsed after it was decided to close it, before it is closed at once. */
const maximumIgnored = 1000;

/** Creates the admission of requests. Reads the limits for each request. */
export function createAdmission(connections: Connections, limits: () => RequestLimits): Admission {
  const turns = createTurns();
  const counts = { executing: 0, refused: 0 };
  const refuse = (message: string) => {
    counts.refused += 1;
    return `${message} Retry in ${retryAfterSeconds} s.`;
  };
  const refuseOverload = () => {
    const { requests, queuedRequests, unsentMegabytes } = limits();
    if (counts.executing >= requests)
      return refuse(`Too many requests are in progress: the limit is ${requests} for all clients.`);
    if (turns.waiting() >= queuedRequests)
      return refuse(`Too many requests wait to be executed: the limit is ${queuedRequests} for all clients.`);
    while (connections.unsentBytes() > unsentMegabytes * megabyte) {
      if (!connections.evictStalled())
        return refuse(
          `Too many responses wait for their clients to read them: the limit is ${unsentMegabytes} MB for all clients.`,
        );
    }
    return undefined;
  };
  const takePlace = (connection: Connection) => {
    let isFree = false;
    counts.executing += 1;
    connection.freePlace = () => {
      if (!isFree) counts.executing -= 1;
      isFree = true;
    };
  };
  return {
    admit: async (request, response) => {
      const connection = connections.of(request.socket);
      if (connection === undefined) return gone;
      if (connection.isClosing) {
        if (connection.responses.length > maximumIgnored) request.socket.destroy();
        return gone;
      }
      const { requestsPerConnection, unsentKilobytesPerConnection } = limits();
      const isFull = connection.responses.length > requestsPerConnection;
      if (isFull || connection.unsent > unsentKilobytesPerConnection * 1024) {
        connection.isClosing = true;
        response.setHeader('connection', 'close');
        return refuse(
          isFull
            ? `Too many requests are in progress on this connection: the limit is ${requestsPerConnection}. Read each response before you send more requests.`
            : `The client has not read the earlier responses of this connection: the limit is ${unsentKilobytesPerConnection} KB. Read each response before you send another request.`,
        );
      }
      return (await connection.turnOf(response)) ? refuseOverload() : gone;
    },
    turn: async (response) => {
      const connection = connections.of(response.req.socket);
      if (connection === undefined) return gone;
      const refused = refuseOverload();
      if (refused !== undefined) return refused;
      takePlace(connection);
      await turns.next();
      return response.destroyed ? gone : undefined;
    },
    free: ({ req }) => connections.of(req.socket)?.freePlace(),
    state: () => counts,
  };
}
