import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import Negotiator from 'negotiator';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/**
 * The encodings, best first. For a list of snapshots, brotli with quality 3 takes less time than gzip and returns fewer
 * bytes; with its default quality, it takes more than a hundred times as long.
 */
const encodings = {
  br: (body: Uint8Array) =>
    compressBrotli(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Uint8Array) => compressGzip(body, { level: 4 }),
};
const names = Object.keys(encodings) as (keyof typeof encodings)[];
const accepted = [...names, 'identity'];

const minimumBytes = 1024;

/**
 * Compresses complete responses with the encoding that the client prefers, outside the event loop. Short responses are
 * not compressed, because that takes longer than it saves, and neither are streams, whose events it would delay.
 */
export function useCompression(): Plugin {
  return {
    onResponse: async ({ request, response, setResponse, fetchAPI }) => {
      const { headers, status, statusText } = response;
      const isShort = Number(headers.get('content-length') ?? Infinity) < minimumBytes;
      const encoding = preferred(request.headers.get('accept-encoding'));
      if (isShort || encoding === undefined || !response.body || !isComplete(headers)) return;
      const body = await encodings[encoding](new Uint8Array(await response.arrayBuffer()));
      const compressed = new fetchAPI.Headers(headers);
      compressed.set('content-encoding', encoding);
      compressed.set('content-length', String(body.length));
      setResponse(new fetchAPI.Response(body, { status, statusText, headers: compressed }));
    },
  };
}

/** The encoding that an Accept-Encoding header prefers, the best if it prefers several equally; undefined for none. */
function preferred(header: string | null): keyof typeof encodings | undefined {
  const negotiator: Negotiating = new Negotiator({ headers: { 'accept-encoding': header ?? 'identity' } });
  const chosen = negotiator.encoding(accepted, { preferred: accepted });
  return names.find((each) => each === chosen);
}

/** The method of `negotiator` with an argument that its types lack. */
interface Negotiating {
  encoding(available: string[], order: { readonly preferred: readonly string[] }): string | undefined;
}

function isComplete(headers: Headers): boolean {
  const type = headers.get('content-type') ?? '';
  return type.startsWith('application/') || type.startsWith('text/html');
}
