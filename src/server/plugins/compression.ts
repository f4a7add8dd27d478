import { useContentEncoding } from '@whatwg-node/server';
import type { Plugin } from 'graphql-yoga';

const worthwhile = 1024;

/**
 * Compresses answers for clients that accept it, except short ones, which take longer so than they save, and streams,
 * whose events would wait in the compressor.
 */
export function useCompression(): Plugin {
  const { onResponse } = useContentEncoding();
  return {
    onResponse: (payload) => {
      const { headers } = payload.response;
      const isShort = Number(headers.get('content-length') ?? Infinity) < worthwhile;
      if (isShort || headers.get('content-type') === 'text/event-stream') return;
      return onResponse?.(payload);
    },
  };
}
