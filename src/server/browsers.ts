import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** The `origins` setting. */
export const originsSetting = z
  .array(z.string().refine(isOrigin, 'must be an origin without a path, such as https://console.example.com'))
  .default([])
  .meta({
    description:
      'The origins whose web pages may send requests to this gateway (CORS), exactly as in the Origin header, such as https://console.example.com. Pages of the gateway itself are always allowed.',
  });

const strict = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";
/** GraphiQL is one page with inline scripts and styles, and it connects only to this server. */
const pagePolicy =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'unsafe-inline'; img-src 'self' data: blob:; font-src data:; worker-src blob: data:; connect-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Sets the security and CORS headers of a response. Returns true if the request was a preflight, now answered. */
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

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}
