import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { FetchImplementation } from 'jose';
import type { Proxy } from '../proxy.ts';

/** Returns the fetch for a URL: through the proxy, if there is one, for https; other URLs are on loopback addresses. */
export function fetchFor(url: URL, proxy: Proxy | undefined): FetchImplementation {
  return proxy && url.protocol === 'https:' ? createProxiedFetch(proxy) : fetch;
}

/** Creates a fetch of https URLs through a proxy, which the fetch of Node.js supports only for a whole process. */
function createProxiedFetch(proxy: Proxy): FetchImplementation {
  const agent = new Agent({ proxyEnv: proxy });
  return async (url, { headers, method, signal }) => {
    const sent = request(url, { agent, method, headers: Object.fromEntries(headers), signal }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new Response(await buffer(response), { status: response.statusCode ?? 0 });
  };
}
