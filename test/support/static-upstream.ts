import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Starts an AWS that returns fixed XML: the content of the result element, by action. It fails any other action. */
export async function startStaticUpstream(answers: Readonly<Record<string, string>>) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    const content = answers[action];
    response.writeHead(content === undefined ? 500 : 200, { 'content-type': 'text/xml' });
    response.end(`<${action}Response><${action}Result>${content ?? ''}</${action}Result></${action}Response>`);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
