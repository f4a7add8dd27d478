import type { Plugin } from 'graphql-yoga';
import { compress, encodingFor } from '../operations/encodings.ts';

/** Compresses complete responses with the encoding that the client prefers; streams are not, whose events it would delay. */
export function useCompression(): Plugin {
  return {
    onResponse: async ({ request, response, setResponse, fetchAPI }) => {
      const { headers, status, statusText } = response;
      const length = Number(headers.get('content-length') ?? Infinity);
      const encoding = encodingFor(length, request.headers.get('accept-encoding'));
      if (encoding === undefined || !response.body || !isComplete(headers)) return;
      const body = await compress(new Uint8Array(await response.arrayBuffer()), encoding);
      const compressed = new fetchAPI.Headers(headers);
      compressed.set('content-encoding', encoding);
      compressed.set('content-length', String(body.length));
      setResponse(new fetchAPI.Response(body, { status, statusText, headers: compressed }));
    },
  };
}

function isComplete(headers: Headers): boolean {
  const type = headers.get('content-type') ?? '';
  return type.startsWith('application/') || type.startsWith('text/html');
}
