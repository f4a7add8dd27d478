import * as z from 'zod';
import { isAddressOrRange } from './addresses.ts';

/** The `server` setting. */
export const serverSettings = z
  .strictObject({
    trustedProxies: z
      .array(
        z
          .string()
          .refine(
            isAddressOrRange,
            'must be an IP address or a range of addresses in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32',
          ),
      )
      .default([])
      .meta({
        description:
          'The addresses, or ranges of addresses in CIDR notation, of the load balancers and proxies in front of the gateway. `limits.connectionsPerPeer` does not apply to them. Their X-Forwarded-For header decides which address of the client is logged and audited, and nothing else; that of other peers is ignored.',
      }),
    writeTimeoutSeconds: z.number().min(0.1).max(600).default(10).meta({
      description:
        'The seconds after which a connection is closed if its client does not read the response: in this time, the client must read at least 64 KiB, or everything that waits to be sent. Event streams without events wait for nothing.',
    }),
    eventLoopMilliseconds: z.int().min(20).max(60_000).default(500).meta({
      description:
        '/ready returns 503 while the event loop of the process is repeatedly late by more than this, so that load balancers send requests to other replicas. A single pause does not count.',
    }),
  })
  .meta({ description: 'How the gateway serves connections.' });

export type ServerSettings = Readonly<z.output<typeof serverSettings>>;

/** The settings that apply if the configuration does not set them. */
export const defaultServerSettings: ServerSettings = serverSettings.parse({});

/** The `health` setting. */
export const healthSettings = z
  .strictObject({
    port: z.int().min(0).max(65_535).meta({
      description: 'The port that serves /health and /ready, and nothing else. 0 selects a free port.',
    }),
    host: z.string().min(1).default('127.0.0.1').meta({
      description: 'The address on which that port listens, such as 0.0.0.0 for all network interfaces.',
    }),
  })
  .meta({
    description:
      'A port of its own for health checks, with its own limits of connections, which no client of the API can use up. If set, /health and /ready return 404 on the main port. If omitted, they are on the main port.',
  });

export type HealthSettings = Readonly<z.output<typeof healthSettings>>;
