import * as z from 'zod';

const limit = (fallback: number, description: string) => z.int().min(1).default(fallback).meta({ description });

/** The default of `aliases` and of `rootFields`: every root field can have an alias. */
const defaultAliases = 15;
const aliasLimit = (description: string) => z.int().min(1).optional().meta({ description, default: defaultAliases });

/** The `limits` of the configuration file. */
export const limitSettings = z
  .strictObject({
    tokens: limit(2000, 'The maximum number of lexical tokens (names, values and punctuation) in a document.'),
    depth: limit(10, 'The maximum nesting depth of fields. Fields below `__schema` and `__type` are not counted.'),
    fields: limit(
      1000,
      'The maximum number of fields in a document. The fields of a fragment count each time the fragment is spread.',
    ),
    aliases: aliasLimit(
      'The maximum number of aliases in an operation. Aliases of root fields count, too. The aliases of a fragment count each time the fragment is spread. If only `limits.rootFields` is set, and above 15, the default is `limits.rootFields`, so that every root field can have an alias.',
    ),
    directives: limit(
      10,
      'The maximum number of directives in a document. The directives of a fragment count each time the fragment is spread.',
    ),
    rootFields: aliasLimit(
      'The maximum number of root fields in an operation, without `__typename`. The root fields of a fragment count each time the fragment is spread. If only `limits.aliases` is set, and above 15, the default is `limits.aliases`, so that every alias can be that of a root field.',
    ),
    cost: limit(
      5000,
      'The maximum estimated cost of one operation, in AWS calls. An operation with a higher cost is rejected before it makes a call. A full read of the whole fleet costs one call per 100 snapshots.',
    ),
    calls: limit(
      5000,
      'The maximum number of AWS calls that one request makes itself, including retries. What is missing then is reported with ALLOWANCE_EXCEEDED, but a full read continues in the background. Changes are made even above the maximum.',
    ),
    costPerMinute: limit(
      20_000,
      'The allowance of each principal, in AWS calls per minute. An operation is charged its estimated cost when it starts. When it ends, the calls that it made are charged instead. The calls of a full read in the background are charged to the principal whose operation started it. With Redis, all replicas share the allowance.',
    ),
    requestsPerSecond: limit(
      200,
      'The maximum number of HTTP requests per second and principal, on average over 10 seconds: a principal can send ten times as many at once. Without authentication, all clients are one principal. Further requests get HTTP status 429 with RATE_LIMITED, before their bodies are read. Each replica counts separately.',
    ),
    subscriptions: limit(5, 'The maximum number of open subscriptions per principal. Each replica counts separately.'),
    allSubscriptions: limit(
      500,
      'The maximum number of open subscriptions of all principals. Each replica counts separately.',
    ),
    connections: limit(
      1000,
      'The maximum number of open client connections. One more replaces the connection that is idle the longest of the peer with the most connections, and is refused if none is idle. Each replica counts separately.',
    ),
    connectionsPerPeer: limit(
      200,
      'The maximum number of open connections of one TCP peer: an IPv4 address, or the first 64 bits of an IPv6 address. One more replaces the connection of this peer that is idle the longest, and is refused if none is idle. Does not apply to `server.trustedProxies`: if all clients connect through a load balancer, add it there. Each replica counts separately.',
    ),
    requests: limit(
      512,
      'The maximum number of requests that are executed at the same time, most of which wait for AWS. One more gets HTTP status 503 with RATE_LIMITED at once. Open subscriptions, and responses that only wait for their client, do not count. Each replica counts separately.',
    ),
    queuedRequests: limit(
      64,
      'The maximum number of requests that wait until the processor has time to execute them. One more gets HTTP status 503 with RATE_LIMITED at once. Each replica counts separately.',
    ),
    requestsPerConnection: limit(
      16,
      'The maximum number of requests that wait for their responses on one connection (HTTP pipelining). They are executed one after the other. One more gets HTTP status 503 with RATE_LIMITED, and the connection is closed after it.',
    ),
    unsentMegabytes: limit(
      64,
      'The maximum size of all responses that wait in memory for their clients to read them, in megabytes. Above it, connections whose clients do not read are closed; if there are none, further requests get HTTP status 503 with RATE_LIMITED. Each replica counts separately.',
    ),
    unsentKilobytesPerConnection: limit(
      1024,
      'The maximum size of the responses that wait for the client of one connection, in kilobytes. A further request on this connection gets HTTP status 503 with RATE_LIMITED, and the connection is closed after it.',
    ),
  })
  .transform(({ aliases, rootFields, ...limits }) => ({
    ...limits,
    aliases: aliases ?? Math.max(defaultAliases, rootFields ?? 0),
    rootFields: rootFields ?? Math.max(defaultAliases, aliases ?? 0),
  }))
  .meta({ description: 'Limits on the requests of clients. Requests that exceed them are rejected.' });

export type LimitSettings = Readonly<z.output<typeof limitSettings>>;

/** The limits that apply if the configuration does not set them. */
export const defaultLimits: LimitSettings = limitSettings.parse({});

/** The highest cost of one operation: above the allowance of a whole minute, it would be refused on every retry. */
export function mostOf({ cost, costPerMinute }: Pick<LimitSettings, 'cost' | 'costPerMinute'>): number {
  return Math.min(cost, costPerMinute);
}
