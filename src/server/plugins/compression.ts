import { useContentEncoding } from '@whatwg-node/server';
import type { Plugin } from 'graphql-yoga';

const minimumBytes = 1024;

/**
 * Compresses responses for clients that accept it, except short responses, for which compression takes longer than it
 * saves, and event streams, because the compressor would delay their events.
 */
export function useCompression(): Plugin {
  const { onResponse } = useContentEncoding();
  return {
    onResponse: (payload) => {
      const { headers } = payload.response;
      const isShort = Number(headers.get('content-length') ?? Infinity) < minimumBytes;
      if (isShort || headers.get('content-type') === 'text/event-stream') return;
      return onResponse?.(payload);
    },
  };
}
