import type { IncomingMessage, ServerResponse } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';
import { refusal } from '../limits/settings.ts';

/** The `origins` of the configuration file. */
export const originsSetting = z
  .array(z.string().refine(isOrigin, 'must be an origin, such as https://console.example.com, without a path'))
  .default([])
  .meta({ description: 'The origins whose pages may ask this gateway, exactly as browsers write them.' });

const strict = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";
/** GraphiQL is one page with everything in it, which talks to this server alone. */
const pagePolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'unsafe-inline'; img-src 'self' data: blob:; font-src data:; worker-src blob: data:; connect-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Sets what browsers have to know of an answer; true where that is all, because they only asked for permission. */
export function answerBrowsers(
  request: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): boolean {
  const { origin } = request.headers;
  const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
  for (const [name, value] of Object.entries(strict)) response.setHeader(name, value);
  response.setHeader('content-security-policy', isPage ? pagePolicy : dataPolicy);
  if (origins.length > 0) response.setHeader('vary', 'Origin');
  if (origin === undefined || !origins.includes(origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'Retry-After');
  if (request.method !== 'OPTIONS') return false;
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Authorization, Cache-Control, Content-Type, X-GraphQL-Yoga-CSRF',
      'access-control-max-age': '600',
    })
    .end();
  return true;
}

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

/** Refuses by its name what stands in an address and is not JSON; the server library takes it for a fault of its own. */
export function useReadableAddresses(): Plugin {
  return {
    onRequestParse: ({ request, url }) => {
      if (request.method !== 'GET') return;
      const broken = ['variables', 'extensions'].find((name) => !isJson(url.searchParams.get(name) || '{}'));
      if (broken !== undefined) {
        throw refusal('INVALID_INPUT', `The parameter ${broken} is not JSON.`, { http: { status: 400 } });
      }
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}
