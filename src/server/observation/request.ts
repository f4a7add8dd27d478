import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddressOf, type TrustedProxies } from '../connections/addresses.ts';
import type { GatewayResponse } from '../connections/response.ts';
import type { ObservedRequest, RequestObserver } from './observer.ts';

const header = 'x-request-id';
/** What proxies and tracing systems send; other texts could forge lines of a log. */
const accepted = /^[\w.:/+=@-]{1,128}$/;

/** Returns the id of a request: that of its client, if it is acceptable, or else a new one. Adds it to the response. */
export function identify({ headers }: IncomingMessage, response: GatewayResponse): string {
  const sent = headers[header];
  const id = typeof sent === 'string' && accepted.test(sent) ? sent : randomUUID();
  response.addHeaders(header, id);
  return id;
}

/** Creates the observation of a request, which ends with the response. */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  { observer, trustedProxies }: { readonly observer: RequestObserver; readonly trustedProxies: TrustedProxies },
): ObservedRequest {
  const observed: ObservedRequest = {
    id,
    method: request.method ?? '',
    headers: request.headers,
    address: clientAddressOf(request, trustedProxies),
    startedAt: performance.now(),
    codes: new Set(),
  };
  // After the response was sent, or when its client has disconnected before.
  response.once('close', () => {
    const status = response.headersSent ? response.statusCode : undefined;
    observer.end(observed, { status, isDisconnected: !response.writableFinished });
  });
  return observed;
}
