import type { IncomingMessage } from 'node:http';

/** The maximum size of a request body, in bytes. */
export const maximumBody = 64 * 1024;

/** Returned for a body over the maximum size. */
export const tooLarge = Symbol('too large');

/** Reads a body without a Content-Length, whose size is otherwise unknown; returns undefined if it can be streamed. */
export async function readBody(request: IncomingMessage): Promise<string | undefined | typeof tooLarge> {
  const announced = request.headers['content-length'];
  if (announced !== undefined) return Number(announced) > maximumBody ? tooLarge : undefined;
  if (request.headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBody) return tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
