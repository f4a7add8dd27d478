import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../limits/refusal.ts';
import { preflightHeaders } from '../browsers.ts';

/**
 * Refuses requests that a page of another origin can send without a CORS preflight: forms and, in browsers that send
 * Sec-Fetch-Site, GET requests. Since the gateway uses no cookies, this matters only without authentication.
 */
export function useForgeryPrevention(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: ['authorization', ...preflightHeaders] });
  return {
    onRequestParse: (payload) => {
      const { method, headers } = payload.request;
      const site = headers.get('sec-fetch-site');
      const isAllowed = site === null || site === 'same-origin' || site === 'none';
      if (method !== 'POST' && (method !== 'GET' || isAllowed)) return undefined;
      try {
        return onRequestParse?.(payload);
      } catch {
        throw refusal('FORBIDDEN', possibleForgery, { http: { status: 403 } });
      }
    },
  };
}

const possibleForgery =
  'Refused as possible cross-site request forgery. Send a POST request with content-type application/json, or add the header x-graphql-yoga-csrf with any value.';
