import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';

import { controlPath } from '../control/control.ts';
import { Fault } from '../fault.ts';
import { faultAnswer } from '../wire/answers.ts';
import { jsonFault } from '../wire/json-protocol.ts';
import { send } from './delivery.ts';
import { targetOf } from './routing.ts';

/** Returns why a request is rejected before it is read, in a sentence for the caller; undefined for an admitted one. */
export type Admission = (request: IncomingMessage) => string | undefined;

/**
 * Closes the emulator to web pages, which could otherwise read and change the world of a developer's machine. Rejects
 * every request that a page of another origin sends, and every Host except loopback names and addresses, the address
 * that the emulator listens on, and the given names: a page whose domain resolves to this machine (DNS rebinding) sends
 * that domain as its Host. Ports are ignored, because containers and proxies map them. Throws for an invalid name.
 */
export function createAdmission(listenAddress: string, hosts: readonly string[]): Admission {
  const named = new Set(hosts.map(requireHostName));
  // The address of all interfaces names no host.
  if (!isAnyAddress(listenAddress)) named.add(hostName(bracketed(listenAddress)) ?? '');
  return ({ headers }) => {
    const site = headers['sec-fetch-site'];
    // A browser sends no Origin with a GET for an image or a link, but it reports which site the request comes from.
    if (headers.origin !== undefined || (site !== undefined && site !== 'none')) {
      return 'The emulator rejects requests of web pages. Use an AWS SDK, the AWS CLI or curl, without the header Origin.';
    }
    const name = hostName(headers.host ?? '');
    if (name !== undefined && (isLoopback(name) || named.has(name))) return undefined;
    return (
      `The emulator does not accept the host ${JSON.stringify(headers.host ?? '')}. Use localhost or 127.0.0.1, ` +
      `or start the emulator with --emulator-host and the name of the host.`
    );
  };
}

/** Answers a rejected request with status 403, in the format that its client reads. */
export function reject(request: IncomingMessage, response: ServerResponse, reason: string): void {
  const path = request.url ?? '/';
  if (path.startsWith(controlPath)) {
    const headers = { 'content-type': 'application/json' };
    return send(response, { status: 403, headers, body: `${JSON.stringify({ error: reason })}\n` });
  }
  const fault = new Fault('AccessDenied', reason, 403);
  return send(response, targetOf(request) === undefined ? faultAnswer('', fault, '') : jsonFault(fault, ''));
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether the canonical name or address is one of this machine only. An IPv4 address can be mapped to IPv6. */
function isLoopback(name: string): boolean {
  if (name === 'localhost') return true;
  const family = isIP(name);
  return family !== 0 && loopback.check(name, family === 6 ? 'ipv6' : 'ipv4');
}

function isAnyAddress(address: string): boolean {
  return address === '' || address === '0.0.0.0' || hostName(bracketed(address)) === '::';
}

function requireHostName(host: string): string {
  const name = hostName(bracketed(host));
  // A port would be ignored, as in a Host header.
  if (name !== undefined && !(isIP(host) !== 6 && host.includes(':'))) return name;
  throw new Error(
    `--emulator-host is ${JSON.stringify(host)}. Set it to a host name or an IP address, without a port.`,
  );
}

/** Returns the name or address of a Host header: in lowercase, without its port; undefined for a malformed one. */
function hostName(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined;
  // URL also writes each address in one form: 127.1 is 127.0.0.1.
  const name = URL.parse(`http://${host}`)?.hostname;
  return name?.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
