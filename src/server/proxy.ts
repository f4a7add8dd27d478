import type { ProxyEnv } from 'node:http';
import { isLoopback } from './authentication/loopback.ts';

/** The proxies for connections to AWS and to the issuer, and the hosts that are reached without a proxy. */
export type Proxy = Readonly<Pick<ProxyEnv, 'HTTP_PROXY' | 'HTTPS_PROXY' | 'NO_PROXY'>>;

/** The names and addresses of this machine, as a proxy would reach its own. */
const loopback = ['localhost', '.localhost', '127.0.0.0-127.255.255.255', '::1'];

/**
 * Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or the same names in lowercase, which take precedence. Returns `undefined`
 * if no proxy is set. Loopback addresses are never reached through a proxy. Adds each invalid setting to the problems,
 * without its value, which can contain a password.
 */
export function readProxy(environment: NodeJS.ProcessEnv, problems: string[]): Proxy | undefined {
  const urlOf = (name: string) => {
    const own = [name.toLowerCase(), name].find((each) => environment[each]);
    if (own === undefined) return {};
    const text = environment[own] ?? '';
    const url = text.includes('://') ? text : `http://${text}`;
    if (isProxyUrl(url)) return { [name]: url };
    problems.push(
      `${own} is not the URL of a proxy. Set it to an http or https URL, such as http://proxy.example.com:3128; percent-encode special characters of a user name or password.`,
    );
    return {};
  };
  const proxies: Proxy = { ...urlOf('HTTP_PROXY'), ...urlOf('HTTPS_PROXY') };
  if (Object.keys(proxies).length === 0) return undefined;
  const without = (environment['no_proxy'] || environment.NO_PROXY || '').split(/[\s,]+/).filter(Boolean);
  return { ...proxies, NO_PROXY: [...loopback, ...without.flatMap(withSubdomains)].join(',') };
}

/** Returns the proxy for a URL, without its user name and password; undefined if the URL is reached without a proxy. */
export function proxyFor(proxy: Proxy, { protocol, hostname, port }: URL): string | undefined {
  const url = protocol === 'https:' ? proxy.HTTPS_PROXY : proxy.HTTP_PROXY;
  if (url === undefined) return undefined;
  const host = hostname.replaceAll(/[[\]]/g, '');
  const isExempt = proxy.NO_PROXY?.split(',').some((entry) => {
    const [name = '', ofPort] = entry.includes(']') || entry.split(':').length > 2 ? [entry] : entry.split(':');
    if (ofPort !== undefined && ofPort !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
    const suffix = name.replace(/^\*/, '');
    return name === '*' || name.toLowerCase() === host || (/^[.*]/.test(name) && host.endsWith(suffix.toLowerCase()));
  });
  return isExempt || isLoopback(hostname) ? undefined : new URL(url).origin;
}

/** Node.js matches a name without a leading dot exactly; curl and the AWS CLI also match its subdomains. */
function withSubdomains(entry: string): string[] {
  return /^[a-z]/i.test(entry) ? [entry, `.${entry}`] : [entry];
}

function isProxyUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol) && hostname !== '';
  } catch {
    return false;
  }
}
