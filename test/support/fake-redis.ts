import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The reply to a command, byte for byte; undefined for no reply, and null to close the connection. */
export type FakeReply = string | undefined | null;

/** Replies to the commands with which the client opens a connection, and to SUBSCRIBE, as Redis does. */
export function politely([name = '', channel = '']: readonly string[]): string | undefined {
  if (name === 'hello') return '%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n';
  if (name === 'client') return '+OK\r\n';
  return name === 'subscribe' ? push('subscribe', channel, 1) : undefined;
}

/** Returns a push message of Redis. */
export function push(...parts: readonly (string | number)[]): string {
  const encode = (part: string | number) =>
    typeof part === 'number' ? `:${part}\r\n` : `$${Buffer.byteLength(part)}\r\n${part}\r\n`;
  return `>${parts.length}\r\n${parts.map(encode).join('')}`;
}

/** Starts a server that stands for Redis and gives any reply to a command, whose name is in lower case. */
export async function startFakeRedis(reply: (command: readonly string[]) => FakeReply) {
  const commands: (readonly string[])[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let received = '';
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let read = readCommand(received); read; read = readCommand(received)) {
        received = received.slice(read.length);
        commands.push(read.command);
        const text = reply(read.command);
        if (text === null) socket.destroy();
        else if (text !== undefined) socket.write(text, 'latin1');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The commands since the start, in order. */
    commands: commands as readonly (readonly string[])[],
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Reads the first complete command of a text: an array of strings. */
function readCommand(text: string): { readonly command: string[]; readonly length: number } | undefined {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? [];
  if (head === undefined) return undefined;
  const command: string[] = [];
  let at = head.length;
  while (command.length < Number(count)) {
    const [size, length] = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16)) ?? [];
    if (size === undefined) return undefined;
    const start = at + size.length;
    at = start + Number(length) + 2;
    if (text.length < at) return undefined;
    command.push(text.slice(start, at - 2));
  }
  return { command: [command[0]?.toLowerCase() ?? '', ...command.slice(1)], length: at };
}
