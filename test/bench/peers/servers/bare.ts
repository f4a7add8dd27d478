import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { answers, reportPort } from './listen.ts';

/** Sends ready bytes, which the path selects: the limit of node:http. */
const ready = new Map<string, { readonly body: Buffer; readonly headers: Record<string, string | number> }>();
for (const [shape, text] of Object.entries(answers.bodies)) {
  const body = Buffer.from(text);
  const type = 'application/json; charset=utf-8';
  ready.set(`/${shape}`, { body, headers: { 'content-type': type, 'content-length': body.length } });
  // As snapgate, it does not compress short responses.
  const compressed = body.length < 1024 ? body : gzipSync(body);
  const encoding: Record<string, string> = body.length < 1024 ? {} : { 'content-encoding': 'gzip' };
  const headers = { 'content-type': type, 'content-length': compressed.length, ...encoding };
  ready.set(`/${shape}.gz`, { body: compressed, headers });
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const { body, headers } = ready.get(request.url ?? '')!;
    response.writeHead(200, headers).end(body);
  });
});
server.listen(0, '127.0.0.1', () => reportPort(server));
