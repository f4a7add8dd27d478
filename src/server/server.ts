import { createServer as createHttpServer, type Server } from 'node:http';
import { createAws, requireOwnAccounts } from '../aws/client.ts';
import type { AwsSettings } from '../aws/settings.ts';
import type { SourceAccess } from '../aws/source-access.ts';
import { type ContextOptions, createContextFactory } from '../context.ts';
import type { Sources } from '../fleet/sources.ts';
import { createBudget } from '../limits/budget.ts';
import { defaultLimits, type LimitSettings } from '../limits/settings.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { createRedisLink } from '../replicas/redis-link.ts';
import { serviceNames } from '../snapshots/service.ts';
import { createStrictRedis } from '../replicas/strict-redis.ts';
import { createAuthenticateRequest } from './authentication/authenticate.ts';
import type { Authenticate } from './authentication/authentication.ts';
import { drain, type ShutdownSettings, type StoppableServer } from './draining.ts';
import type { ServerLog } from './observation/log.ts';
import { type RequestObserver, unobserved } from './observation/observer.ts';
import { createRequestListener } from './requests.ts';
import { createYogaServer } from './yoga.ts';

export interface ServerOptions extends Omit<ContextOptions, 'aws' | 'strictRedis'> {
  readonly aws: AwsSettings;
  readonly log: ServerLog;
  /** If omitted, every request from this machine is accepted, with all permissions. */
  readonly authenticate?: Authenticate | undefined;
  readonly limits?: LimitSettings | undefined;
  /** If omitted, clients send their own documents. */
  readonly documents?: TrustedDocuments | undefined;
  /** The origins whose pages may send requests, in addition to the pages of the gateway. */
  readonly origins?: readonly string[] | undefined;
  /** The names of the headers that those pages may send, in addition to the headers that the gateway reads. */
  readonly corsRequestHeaders?: readonly string[] | undefined;
  /** Observes the requests to the GraphQL endpoint. */
  readonly observer?: RequestObserver | undefined;
}

/** A server that can check its access to AWS before it listens. */
export type GatewayServer = StoppableServer & {
  /** Throws a ConfigurationError if the gateway's own credentials do not belong to an account without a role. */
  requireOwnAccounts(): Promise<void>;
};

const maximumHeaders = 100;

/** Serves GraphQL and GraphiQL at `/graphql`, liveness at `/health`, readiness at `/ready`. Does not start to listen. */
export function createServer(options: ServerOptions): GatewayServer {
  const { limits = defaultLimits, origins = [], corsRequestHeaders = [], log } = options;
  const stopping = new AbortController();
  const redis = connectRedis(options);
  const aws = createAws({ ...options.aws, onFailure: log.failed, onFlaw: log.failed });
  const createContext = createContextFactory({
    ...options,
    aws,
    strictRedis: connectStrictRedis(options),
    stopping: stopping.signal,
  });
  const yoga = createYogaServer({
    createContext,
    log,
    limits,
    documents: options.documents,
    budget: createBudget({ limits, maximumPages: options.maximumPages, documents: options.documents, redis }),
    requestSeconds: aws.settings.timeouts.requestSeconds,
  });
  const authenticate = createAuthenticateRequest(options.authenticate, (error) =>
    (error.status === 401 ? log.refused : log.failed)(error),
  );
  const serve = createRequestListener({
    yoga,
    authenticate,
    observer: options.observer ?? unobserved,
    origins,
    corsRequestHeaders,
    stopping: stopping.signal,
  });
  const server = openHttpServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that disconnects while it sends its body is not a failure of the gateway.
      if (error !== request.errored) log.error(error);
      response.destroy();
    });
  });
  return Object.assign(server, {
    maxConnections: limits.connections,
    maxHeadersCount: maximumHeaders,
    stop: (settings: ShutdownSettings) => drain(server, stopping, settings),
    requireOwnAccounts: () => requireOwnAccounts(aws, accessesOf(options.sources)),
  });
}

function accessesOf(sources: Sources): readonly SourceAccess[] {
  const accesses: SourceAccess[] = [];
  for (const service of serviceNames) sources.connect(service, (access) => accesses.push(access));
  return accesses;
}

function connectRedis({ aws, log }: ServerOptions) {
  if (aws.redis === undefined) return undefined;
  return createRedisLink(aws.redis, undefined, (cause) =>
    log.failed(
      new Error('Redis does not respond. Until it does, this replica caches and counts separately.', { cause }),
    ),
  );
}

function connectStrictRedis({ aws, log }: ServerOptions) {
  if (aws.redis === undefined) return undefined;
  return createStrictRedis(aws.redis, (cause) =>
    log.failed(
      new Error('Redis does not respond. Until it does, deletions that are guarded by `deletion` are refused.', {
        cause,
      }),
    ),
  );
}

function openHttpServer(listener: Parameters<typeof createHttpServer>[1]): Server {
  const settings = {
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 1_000,
    // Longer than the usual 60 seconds of load balancers, which could otherwise send a request on a closing connection.
    keepAliveTimeout: 65_000,
  };
  return createHttpServer(settings, listener);
}
