import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a relay breaks its connections: the next data is answered with a reset, or is never answered. */
type Break = 'reset' | 'drop';

/** Starts a TCP relay to a server, which can break the connections that it has at a moment; `hear` receives all responses. */
export async function startRelay(target: string, hear: (chunk: Buffer) => void = () => {}) {
  const { hostname, port } = new URL(target);
  const clients = new Set<Socket>();
  let opened = 0;

  const server = createServer((client) => {
    opened += 1;
    clients.add(client);
    const upstream = connect(Number(port), hostname);
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    for (const socket of [client, upstream]) socket.on('error', () => {});
    upstream.on('data', hear).on('close', () => client.end());
    client.pipe(upstream).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The number of connections since the start. */
    opened: () => opened,
    /** The number of connections that are open now. */
    open: () => clients.size,
    /** Breaks the connections that are open now; later connections work. */
    breakAll: (how: Break) => {
      for (const client of clients) {
        client.unpipe();
        client.on('data', () => how === 'reset' && client.resetAndDestroy()).resume();
      }
    },
    close: async () => {
      server.close();
      for (const client of clients) client.destroy();
      await once(server, 'close');
    },
  };
}

/** A running TCP relay. */
export type Relay = Awaited<ReturnType<typeof startRelay>>;
