import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { GatewayResponse } from './connections/response.ts';

/** The `origins` setting. */
export const originsSetting = z
  .array(
    z
      .string()
      .refine(
        isOrigin,
        'must be an origin exactly as in the Origin header, such as https://console.example.com: in lowercase, without a path, wildcards or the default port',
      ),
  )
  .default([])
  .meta({
    description:
      'The origins whose web pages may send requests to this gateway (CORS), exactly as in the Origin header, such as https://console.example.com. Pages of the gateway itself are always allowed.',
  });

/** The headers that rule out cross-site request forgery, because browsers send them only after a preflight. */
export const preflightHeaders = ['X-GraphQL-Yoga-CSRF', 'Apollo-Require-Preflight', 'X-Apollo-Operation-Name'];
/** The headers that the gateway reads, which pages of the origins may always send. */
const readHeaders = ['Authorization', 'Cache-Control', 'Content-Type', ...preflightHeaders];
/** Names that the Fetch standard does not let pages set: https://fetch.spec.whatwg.org/#forbidden-request-header */
const forbidden =
  /^(accept-(charset|encoding)|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via)$|^(access-control|proxy|sec)-/;

/** The `corsRequestHeaders` setting; its value has each name once, in lowercase. */
export const corsRequestHeadersSetting = z
  .array(
    z
      .string()
      .regex(/^[a-z0-9!#$%&'+.^_`|~-]+$/i, 'must be the name of a header, such as x-request-id, without wildcards')
      .refine(
        (name) => !forbidden.test(name.toLowerCase()),
        'is a header that browsers set themselves, and that pages cannot send',
      ),
  )
  .default(['traceparent', 'tracestate', 'x-request-id', 'apollographql-client-name', 'apollographql-client-version'])
  .transform((names) => [...new Set(names.map((name) => name.toLowerCase()))])
  .meta({
    description: `The names of the headers that web pages of \`origins\` may send (CORS), in addition to the headers that the gateway reads: ${readHeaders.join(', ')}. By default, those of W3C Trace Context, and the name and version that Apollo Client sends. A list replaces the default; an empty list allows no other headers.`,
  });

/** The pages of other origins that may send requests. */
export interface CrossOrigin {
  /** The origins whose pages may send requests, in addition to the pages of the gateway. */
  readonly origins: readonly string[];
  /** The names of the headers that those pages may send, in addition to the headers that the gateway reads. */
  readonly corsRequestHeaders: readonly string[];
}

const strict = Object.entries({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}).flat();
/** Pages replace it by a policy of their own. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";
/** Adds the security and CORS headers to a response. Returns true if the request was a preflight, now answered. */
export function answerBrowsers(
  request: IncomingMessage,
  response: GatewayResponse,
  { origins, corsRequestHeaders }: CrossOrigin,
): boolean {
  const { origin } = request.headers;
  const vary = origins.length > 0 ? 'Origin, Accept, Accept-Encoding' : 'Accept, Accept-Encoding';
  response.addHeaders(...strict, 'content-security-policy', dataPolicy, 'vary', vary);
  if (origin === undefined || !origins.includes(origin)) return false;
  response.addHeaders('access-control-allow-origin', origin);
  response.addHeaders('access-control-expose-headers', 'Retry-After, X-Request-Id');
  if (request.method !== 'OPTIONS') return false;
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': [...readHeaders, ...corsRequestHeaders].join(', '),
      'access-control-max-age': '600',
    })
    .end();
  return true;
}

function isOrigin(text: string): boolean {
  return !text.includes('*') && URL.parse(text)?.origin === text;
}
