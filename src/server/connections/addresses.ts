import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The addresses of the proxies in front of the gateway. */
export interface TrustedProxies {
  /** Whether an IPv4 or IPv6 address belongs to a trusted proxy; an IPv4-mapped IPv6 address counts as IPv4. */
  has(address: string): boolean;
}

/** Compiles the `server.trustedProxies` setting, whose entries are valid. */
export function createTrustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return {
    has: (text) => {
      const address = unmapped(text);
      return isIP(address) !== 0 && list.check(address, familyOf(address));
    },
  };
}

/** Whether a text is an IPv4 or IPv6 address, or a range of them in CIDR notation, such as 10.0.0.0/8. */
export function isAddressOrRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128));
}

/**
 * Returns the address of the client that sent a request, for logs and the audit log only: it decides nothing. This is the
 * address of the TCP peer, unless the peer is a trusted proxy: then it is the rightmost address of X-Forwarded-For that is
 * not a trusted proxy, or the leftmost address if all of them are. An entry that is not an address ends the search,
 * because no trusted proxy vouches for the entries to its left. Undefined if the connection is already closed.
 */
export function clientAddressOf(request: IncomingMessage, trustedProxies: TrustedProxies): string | undefined {
  const { remoteAddress } = request.socket;
  if (remoteAddress === undefined) return undefined;
  let client = unmapped(remoteAddress);
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  while (trustedProxies.has(client)) {
    const next = addressIn(forwarded.pop() ?? '');
    if (next === undefined) break;
    client = next;
  }
  return client;
}

/** Returns whose connections are counted together: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function peerOf(remoteAddress: string): string {
  const address = unmapped(remoteAddress);
  return isIP(address) === 6 ? `${firstGroups(address).join(':')}::/64` : address;
}

/** An IPv6 site usually has all addresses with the same 64 bits. */
const groupsOfPeer = 4;

function firstGroups(address: string): readonly string[] {
  const [start = [], end] = (address.split('%')[0] ?? '').split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = end === undefined ? [] : Array.from({ length: 8 - start.length - end.length }, () => '0');
  return [...start, ...zeros, ...(end ?? [])].slice(0, groupsOfPeer).map((group) => parseInt(group, 16).toString(16));
}

/** An entry of X-Forwarded-For without a port, which some proxies append; undefined if it is not an address. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = unmapped(bare);
  return isIP(address) === 0 ? undefined : address;
}

/** A server that listens on `::` sees IPv4 clients with an IPv6 address. */
function unmapped(address: string): string {
  const inner = /^::ffff:(\d+\..+)$/i.exec(address)?.[1];
  return inner !== undefined && isIP(inner) === 4 ? inner : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
