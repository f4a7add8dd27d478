import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A certificate of hosts, and its key, in PEM format. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Creates a self-signed certificate of hosts. */
export function createCertificate(hosts: readonly string[]): Certificate {
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  const options = ['-x509', '-days', '2', '-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
  const pem = execFileSync('openssl', ['req', ...curve, ...options, '-keyout', '-'], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return { key: partOf(pem, 'PRIVATE KEY'), cert: partOf(pem, 'CERTIFICATE') };
}

function partOf(pem: string, name: string): string {
  return new RegExp(`-----BEGIN ${name}-----.*-----END ${name}-----\n`, 's').exec(pem)?.[0] ?? '';
}

/** Decides which server on this machine a proxy connects to for a host; the refusal is a status line. */
interface Route {
  readonly urlOf?: (host: string) => string;
  readonly certificate?: Certificate;
  readonly refusal?: string;
  /** Whether the proxy accepts connections, but never responds. */
  readonly isSilent?: boolean;
  /** Whether the proxy opens tunnels to hosts that never respond. */
  readonly isHostSilent?: boolean;
}

/**
 * Starts an HTTP proxy. A tunnel ends at the proxy, which has the certificate of the host and forwards the requests to a
 * server on this machine without TLS.
 */
export async function startProxy({
  urlOf,
  certificate,
  refusal = '502 Bad Gateway',
  isSilent = false,
  isHostSilent = false,
}: Route = {}) {
  const requests: string[] = [];
  const credentials = new Set<string | undefined>();
  let isRefusing = !urlOf || !certificate;

  const tunnel = (request: IncomingMessage, socket: Socket) => {
    requests.push(`CONNECT ${request.url}`);
    credentials.add(request.headers['proxy-authorization']);
    socket.on('error', () => {});
    if (isSilent) return undefined;
    if (isHostSilent) return socket.write('HTTP/1.1 200 OK\r\n\r\n');
    if (isRefusing || !urlOf || !certificate) return socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const secure = new TLSSocket(socket, { isServer: true, ...certificate });
    const { hostname, port } = new URL(urlOf(String(request.url)));
    const server = connect(Number(port), hostname);
    for (const each of [secure, server]) each.on('error', () => {});
    secure.on('close', () => server.destroy());
    return secure.pipe(server).pipe(secure);
  };
  const proxy = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', tunnel).listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  return {
    port: (proxy.address() as AddressInfo).port,
    /** The requests since the start. */
    requests: requests as readonly string[],
    /** The values of the `Proxy-Authorization` header since the start. */
    credentials: credentials as ReadonlySet<string | undefined>,
    /** Refuses further tunnels. The tunnels that are open stay open. */
    refuse: () => {
      isRefusing = true;
    },
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
