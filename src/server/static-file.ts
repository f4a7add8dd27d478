import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { compressOnce, type Encoding, encodingFor } from './operations/encodings.ts';

/** A file that is served from memory: it is the same for every caller, and contains no data about the fleet. */
export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  /** Whether its URL changes with its content, so that browsers need not ask for it again. */
  readonly isImmutable?: boolean;
  /** The Content-Security-Policy of a page, instead of that of the server. */
  readonly policy?: string;
}

/** Answers a GET or HEAD request with the file. */
export type AnswerWithFile = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Returns the function that answers with a file: with status 304 if the client has it (RFC 9110, section 13.1.2), and
 * otherwise in the encoding that the client prefers. The file is compressed once for each encoding, when it is first
 * used. For a HEAD request, Node.js omits the body.
 */
export function createStaticFile({ body, type, isImmutable = false, policy }: StaticFile): AnswerWithFile {
  // A weak tag, because the encodings of the file have the same one.
  const tag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const cacheControl = isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  const compressed = new Map<Encoding, Promise<Buffer>>();
  return async (request, response) => {
    const headers = {
      etag: tag,
      'cache-control': cacheControl,
      ...(policy !== undefined && { 'content-security-policy': policy }),
    };
    if (isKnown(request.headers['if-none-match'], tag)) {
      response.writeHead(304, headers).end();
      return;
    }
    const encoding = encodingFor(body.length, request.headers['accept-encoding']);
    const sent = encoding === undefined ? body : await rememberedIn(compressed, encoding, body);
    response
      .writeHead(200, {
        ...headers,
        'content-type': type,
        'content-length': String(sent.length),
        ...(encoding && { 'content-encoding': encoding }),
      })
      .end(sent);
  };
}

function rememberedIn(compressed: Map<Encoding, Promise<Buffer>>, encoding: Encoding, body: Buffer): Promise<Buffer> {
  const known = compressed.get(encoding) ?? compressOnce(body, encoding);
  compressed.set(encoding, known);
  return known;
}

function isKnown(header: string | undefined, tag: string): boolean {
  return header !== undefined && header.split(',').some((each) => each.trim() === tag || each.trim() === '*');
}
