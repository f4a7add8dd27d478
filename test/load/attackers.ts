import { connect } from 'node:net';
import { posting } from '../support/raw-client.ts';

/**
 * Opens connections that use up resources, from many loopback addresses, and opens each again that is closed:
 * `node attackers.ts <port> <idle> <half-open> <slow readers>`.
 */
const [port = 0, idle = 0, halfOpen = 0, slowReaders = 0] = process.argv.slice(2).map(Number);
const addresses = 50;
const pauseMilliseconds = 250;
const renewMilliseconds = 12_000;
const page = `{ snapshots(first: 100) { nodes {
  id arn identifier clusterIdentifier status rawStatus createdAt tags { key value } source { account region service }
} } }`;

/** What a connection sends: nothing, half of a head, or as many large queries as it is allowed to send at once. */
const kinds = [
  { count: idle, first: '' },
  { count: halfOpen, first: 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: ' },
  { count: slowReaders, first: posting(page).repeat(16) },
];

let opened = 0;
let open = 0;

function attack(first: string): void {
  const localAddress = `127.1.0.${1 + (opened % addresses)}`;
  opened += 1;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  // Nothing is read of the responses, so that they fill the buffers of the kernel and then those of the gateway.
  if (first.includes('{')) socket.pause();
  socket.on('connect', () => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (first !== '') socket.write(first);
  });
  socket.on('error', () => {});
  // A paused socket does not notice that the gateway has closed the connection.
  const renew = setTimeout(() => socket.destroy(), renewMilliseconds);
  socket.once('close', () => {
    clearTimeout(renew);
    setTimeout(attack, pauseMilliseconds, first);
  });
}

for (const { count, first } of kinds) for (let index = 0; index < count; index += 1) setTimeout(attack, index, first);
setInterval(() => process.send?.({ opened, open }), 1000);
