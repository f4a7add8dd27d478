import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';

/**
 * Refuses what a page of another origin can send without asking for permission first: forms, and in browsers that say
 * where a request comes from, reads by GET. There are no cookies, so this matters where nobody is asked for a token.
 */
export function useForgeryPrevention(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: ['authorization', 'x-graphql-yoga-csrf'] });
  return {
    onRequestParse: (payload) => {
      const { method, headers } = payload.request;
      const site = headers.get('sec-fetch-site');
      const isAsked = site === null || site === 'same-origin' || site === 'none';
      if (method !== 'POST' && (method !== 'GET' || isAsked)) return undefined;
      try {
        return onRequestParse?.(payload);
      } catch {
        throw refusal('FORBIDDEN', unasked, { http: { status: 403 } });
      }
    },
  };
}

const unasked =
  'This might come from a page that nobody asked. Send a body as content-type application/json, or add the header x-graphql-yoga-csrf with any value.';
