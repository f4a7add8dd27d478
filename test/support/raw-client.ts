import { once } from 'node:events';
import { connect } from 'node:net';

/** A TCP client that sends and reads exactly what a test asks for. */
export type RawClient = Awaited<ReturnType<typeof openClient>>;

/** Connects to a server, from this address of the machine; the client of a test that reads nothing is paused. */
export async function openClient(url: string, { from = '127.0.0.1', isPaused = false } = {}) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress: from });
  // The server can close the connection at any time.
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => 'closed' as const);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  if (isPaused) socket.pause();
  await Promise.race([once(socket, 'connect'), closed]);
  return {
    socket,
    /** Resolves when the connection is closed. */
    closed,
    isOpen: () => !socket.destroyed,
    send: (text: string) => socket.write(text),
    /** Everything that was received. */
    received: () => received,
    /** The status of each response that was received. */
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    close: () => socket.destroy(),
  };
}

/** A GET request in HTTP. */
export function getting(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

/** A GraphQL request in HTTP. */
export function posting(query: string, headers: Readonly<Record<string, string>> = {}): string {
  const body = JSON.stringify({ query });
  const lines = Object.entries({
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...headers,
  });
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}
