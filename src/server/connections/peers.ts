import type { Connection } from './connection.ts';

/** The connections of one peer; both sets are in the order of time. */
interface Peer {
  readonly isTrusted: boolean;
  readonly all: Set<Connection>;
  /** The connections on which no complete head of a request has arrived. */
  readonly halfOpen: Set<Connection>;
  /** The connections that wait for another request. */
  readonly idle: Set<Connection>;
}

/** The connections by peer, to select the one to close if there are too many. */
export interface Peers {
  add(connection: Connection, isTrusted: boolean): void;
  /** Notes that a connection has become busy or idle. */
  note(connection: Connection): void;
  remove(connection: Connection): void;
  /** The number of connections of a peer. */
  count(peer: string): number;
  /** The connection of a peer to close first; undefined if all of them are in use. */
  victimOf(peer: string): Connection | undefined;
  /** The connection to close first of the peer with the most connections; trusted proxies come last. */
  victim(): Connection | undefined;
}

/** Creates an empty list; a busy connection can be closed if its client has not read for some milliseconds. */
export function createPeers(stalledAfter: number): Peers {
  const peers = new Map<string, Peer>();
  const idleOf = ({ halfOpen, idle }: Peer) => first(halfOpen) ?? first(idle);
  const stalledOf = ({ all }: Peer) => {
    const now = performance.now();
    return [...all].find((each) => each.stalledFor(now) >= stalledAfter);
  };
  /** Without sorting, because a flood of connections calls this for each of them. */
  const victimBy = (select: (peer: Peer) => Connection | undefined) => {
    let most: Peer | undefined;
    let victim: Connection | undefined;
    for (const peer of peers.values()) {
      const isNext =
        most === undefined || (most.isTrusted === peer.isTrusted ? peer.all.size > most.all.size : most.isTrusted);
      const selected = isNext ? select(peer) : undefined;
      if (selected !== undefined) [most, victim] = [peer, selected];
    }
    return victim;
  };
  return {
    add: (connection, isTrusted) => {
      const peer = peers.get(connection.peer) ?? { isTrusted, all: new Set(), halfOpen: new Set(), idle: new Set() };
      peers.set(connection.peer, peer);
      peer.all.add(connection);
      peer.halfOpen.add(connection);
    },
    note: (connection) => {
      const peer = peers.get(connection.peer);
      peer?.halfOpen.delete(connection);
      peer?.idle.delete(connection);
      if (connection.responses.length === 0) peer?.idle.add(connection);
    },
    remove: (connection) => {
      const peer = peers.get(connection.peer);
      for (const set of [peer?.all, peer?.halfOpen, peer?.idle]) set?.delete(connection);
      if (peer?.all.size === 0) peers.delete(connection.peer);
    },
    count: (peer) => peers.get(peer)?.all.size ?? 0,
    victimOf: (name) => {
      const peer = peers.get(name);
      return peer && (idleOf(peer) ?? stalledOf(peer));
    },
    victim: () => victimBy(idleOf) ?? victimBy(stalledOf),
  };
}

function first(connections: ReadonlySet<Connection>): Connection | undefined {
  return connections.values().next().value;
}
