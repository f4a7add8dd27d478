import type { IncomingMessage } from 'node:http';

/** Bytes that the body of a request may have. */
export const maximumBody = 64 * 1024;

/** Stands for a body that is larger. */
export const tooLarge = Symbol('too large');

/** The body where its length was not announced, as it cannot be judged otherwise; undefined leaves it to be streamed. */
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
