import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** What a load generator sends to a server. `body` is called for each request, with a number that counts them. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body(count: number): string;
}

/** A response to a single request, without its compression. */
export interface Reply {
  readonly encoding: string;
  /** The number of bytes of the body as it was sent. */
  readonly bytes: number;
  readonly body: Buffer;
}

/** Sends one request on a connection of its own; throws if the status is not 200. */
export async function ask({ port, path, headers, body }: Target, count = 0): Promise<Reply> {
  const sent = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false });
  sent.end(body(count));
  const [response] = await once(sent, 'response');
  const received = await buffer(response);
  const encoding: string = response.headers['content-encoding'] ?? 'identity';
  if (!['identity', 'gzip'].includes(encoding)) throw new Error(`The response has the encoding ${encoding}.`);
  const decoded = encoding === 'gzip' ? gunzipSync(received) : received;
  if (response.statusCode !== 200) throw new Error(`HTTP status ${response.statusCode}: ${decoded.toString()}`);
  return { encoding, bytes: received.length, body: decoded };
}

let count = 0;

/** Connections that are kept open and send one request after the other. */
export interface Connections {
  /** Sends requests on all connections for a time; resolves with their number when all responses have arrived. */
  run(milliseconds: number): Promise<number>;
  /** Sends one request on each connection at once; resolves with the milliseconds until the last response. */
  burst(): Promise<number>;
  close(): void;
}

/** Opens connections to a server. */
export async function openConnections(target: Target, connections: number): Promise<Connections> {
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(target)));
  return {
    run: async (milliseconds) => {
      const end = performance.now() + milliseconds;
      const counts = await Promise.all(
        opened.map(async ({ repeatUntil }) => repeatUntil(() => performance.now() >= end)),
      );
      return counts.reduce((one, other) => one + other, 0);
    },
    burst: async () => {
      const start = performance.now();
      await Promise.all(opened.map(async ({ repeatUntil }) => repeatUntil(() => true)));
      return performance.now() - start;
    },
    close: () => {
      for (const { socket } of opened) socket.destroy();
    },
  };
}

async function openConnection(target: Target) {
  const socket = connect({ host: '127.0.0.1', port: target.port, noDelay: true });
  await once(socket, 'connect');
  const fields = Object.entries({ host: `127.0.0.1:${target.port}`, ...target.headers });
  const head = `POST ${target.path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  const send = () => {
    const body = target.body((count += 1));
    socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  /** Sends a request, and the next when the response is complete, until `isOver`; resolves with their number. */
  const repeatUntil = (isOver: () => boolean): Promise<number> =>
    new Promise((resolve, reject) => {
      let requests = 0;
      const fail = (error: Error) => reject(error);
      const stop = readResponses(socket, fail, () => {
        requests += 1;
        if (!isOver()) return send();
        stop();
        resolve(requests);
      });
      send();
    });
  return { socket, repeatUntil };
}

const endOfHead = Buffer.from('\r\n\r\n');
const lastChunk = '\r\n0\r\n\r\n';

/** Calls `onResponse` at the end of each response, which it only counts. Returns the function that stops it. */
function readResponses(socket: Socket, onError: (error: Error) => void, onResponse: () => void): () => void {
  let head: Buffer | undefined;
  let missing = 0;
  let chunkedEnd: string | undefined;

  const readHead = (received: Buffer) => {
    const all = head ? Buffer.concat([head, received]) : received;
    const end = all.indexOf(endOfHead);
    head = end === -1 ? all : undefined;
    if (end === -1) return;
    const text = all.toString('latin1', 0, end + 2);
    if (!text.startsWith('HTTP/1.1 200')) return onError(new Error(`The server responded: ${all.toString()}`));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    const rest = all.subarray(end + endOfHead.length);
    if (length === undefined) chunkedEnd = '';
    else missing = Number(length);
    readBody(rest);
  };
  const readBody = (received: Buffer) => {
    if (chunkedEnd === undefined) {
      missing -= received.length;
      if (missing <= 0) onResponse();
      return;
    }
    const end = received.toString('latin1', Math.max(0, received.length - lastChunk.length));
    chunkedEnd = (chunkedEnd + end).slice(-lastChunk.length);
    if (chunkedEnd !== lastChunk) return;
    chunkedEnd = undefined;
    onResponse();
  };
  const onData = (received: Buffer) =>
    missing > 0 || chunkedEnd !== undefined ? readBody(received) : readHead(received);
  const onClose = () => onError(new Error('The server closed the connection.'));
  socket.on('data', onData).on('error', onError).on('close', onClose);
  return () => socket.off('data', onData).off('error', onError).off('close', onClose);
}
