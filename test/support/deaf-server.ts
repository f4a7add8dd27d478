import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const listenAndBlock = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Starts a server that accepts no connection, and whose queue is full, so that no further connection is established. */
export async function startDeafServer() {
  const child = spawn(process.execPath, ['-e', listenAndBlock], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const queued = Array.from({ length: 4 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
  await Promise.race(queued.map((socket) => once(socket, 'connect')));
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      for (const socket of queued) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
