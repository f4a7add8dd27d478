import type { IncomingMessage } from 'node:http';

/**
 * The maximum size of the body of an authenticated request, in bytes. The largest input that the schema promises, 500
 * ids of snapshots with the longest names, is about a quarter of it. Without authentication, no body is read.
 */
export const maximumBody = 1024 * 1024;

/** The maximum size of a body that is read without asking for a place, in bytes. */
export const smallBody = 64 * 1024;

/** Returned for a body over the maximum size. */
export const tooLarge = Symbol('too large');

/** Returned for a body that is not small and for which there is no place. */
export const noPlace = Symbol('no place');

/** Whether a request announces a small body or none. */
export function isSmall({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= smallBody;
}

/** Whether a request has a small JSON body, which can be read as a whole before it is executed. */
export function isSmallJson(request: IncomingMessage): boolean {
  const { 'content-type': type, 'content-length': length } = request.headers;
  return (
    request.method === 'POST' &&
    (type === 'application/json' || type === 'application/json; charset=utf-8') &&
    length !== undefined &&
    isSmall(request)
  );
}

/** Reads a small body with a Content-Length. Rejects with the error of the request if the client disconnects before. */
export function readSmall(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let body: Buffer | undefined;
    request.on('data', (chunk: Buffer) => {
      body = body === undefined ? chunk : Buffer.concat([body, chunk]);
    });
    request.once('end', () => resolve(body ?? Buffer.alloc(0)));
    request.once('error', reject);
  });
}

/**
 * Reads a body without a Content-Length, whose size is otherwise unknown; returns undefined if it can be streamed.
 * `takePlace` is called once for a body that is not small, before the rest of it is read.
 */
export async function readBody(
  request: IncomingMessage,
  takePlace: () => boolean,
): Promise<string | undefined | typeof tooLarge | typeof noPlace> {
  const announced = request.headers['content-length'];
  if (announced !== undefined) {
    if (Number(announced) > maximumBody) return tooLarge;
    return Number(announced) <= smallBody || takePlace() ? undefined : noPlace;
  }
  if (request.headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  let isSmall = true;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maximumBody) return tooLarge;
    if (isSmall && length > smallBody) {
      if (!takePlace()) return noPlace;
      isSmall = false;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
