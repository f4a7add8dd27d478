import { promisify } from 'node:util';
import { brotliCompress, type BrotliOptions, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/**
 * The encodings, best first. For a list of snapshots, brotli with quality 3 takes less time than gzip and returns fewer
 * bytes; with its default quality, it takes more than a hundred times as long.
 */
const encodings = {
  br: (body: Uint8Array) => compressBrotli(body, brotliOptions(body.length)),
  gzip: (body: Uint8Array) => compressGzip(body, { level: gzipLevel }),
};
export const gzipLevel = 4;

/** Returns the options of brotli for a body of a length in bytes. */
export function brotliOptions(length: number): BrotliOptions {
  return { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_SIZE_HINT]: length } };
}

const names = Object.keys(encodings) as Encoding[];
const accepted = [...names, 'identity'];

/** Shorter responses are not compressed, because that takes longer than it saves. */
const minimumBytes = 1024;

export type Encoding = keyof typeof encodings;

/** The encodings that headers prefer, because negotiation takes longer than a short response. */
const negotiated = new LRUCache<string, { readonly encoding: Encoding | undefined }>({ max: 100 });
/** A longer header is negotiated for each request. */
const longestRemembered = 200;

/**
 * Returns the encoding of a body of a length in bytes that an Accept-Encoding header prefers, the best if several are
 * equal; undefined for none, and for a short body.
 */
export function encodingFor(length: number, header: string | null | undefined): Encoding | undefined {
  if (header == null || length < minimumBytes) return undefined;
  const known = negotiated.get(header);
  if (known) return known.encoding;
  const negotiator: Negotiating = new Negotiator({ headers: { 'accept-encoding': header } });
  const chosen = negotiator.encoding(accepted, { preferred: accepted });
  const encoding = names.find((each) => each === chosen);
  if (header.length <= longestRemembered) negotiated.set(header, { encoding });
  return encoding;
}

/** The method of `negotiator` with an argument that its types lack. */
interface Negotiating {
  encoding(available: string[], order: { readonly preferred: readonly string[] }): string | undefined;
}

/** Compresses a body outside the event loop. */
export function compress(body: Uint8Array, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  return encodings[encoding](body);
}

/** Compresses a body that is sent often, as small as possible within a second, outside the event loop. */
export function compressOnce(body: Uint8Array, encoding: Encoding): Promise<Buffer<ArrayBuffer>> {
  if (encoding === 'gzip') return compressGzip(body, { level: constants.Z_BEST_COMPRESSION });
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_SIZE_HINT: size } = constants;
  return compressBrotli(body, { params: { [quality]: 6, [size]: body.length } });
}
