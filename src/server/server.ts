import { createServer as createHttpServer, type Server } from 'node:http';
import { createAws, requireOwnAccounts } from '../aws/client.ts';
import type { AwsSettings } from '../aws/settings.ts';
import { readConsole } from '../console/files.ts';
import { consoleDocuments } from '../console/documents.ts';
import { createCompiledOperations } from '../execution/compiled-operations.ts';
import { type ContextOptions, type ContextSettings, type CreateContext, createContextFactory } from '../context.ts';
import { accessesOf } from '../fleet/sources.ts';
import type { FleetWatch } from '../fleet/watch/fleet-watch.ts';
import { createBudgets } from '../limits/budget.ts';
import { createDocuments } from '../limits/documents.ts';
import { defaultLimits, type LimitSettings } from '../limits/settings.ts';
import { createSubscriptionCaps } from '../limits/subscriptions.ts';
import { type TrustedDocuments, withOwnDocuments } from '../limits/trusted-documents.ts';
import { connectRedis } from '../replicas/connect.ts';
import type { RedisLink } from '../replicas/redis-link.ts';
import { createFlights } from '../execution/ready/flights.ts';
import { createReadyResponses } from '../execution/ready/ready-responses.ts';
import { schema } from '../schema.ts';
import { createAuthenticateRequest } from './authentication/authenticate.ts';
import type { Authenticate, RefusedError } from './authentication/authentication.ts';
import { GatewayResponse } from './connections/response.ts';
import { defaultServerSettings, type HealthSettings, type ServerSettings } from './connections/settings.ts';
import { limitServing } from './connections/serving.ts';
import { drain, type ShutdownSettings, type StoppableServer } from './draining.ts';
import type { ServerLog } from './observation/log.ts';
import { type RequestObserver, unobserved } from './observation/observer.ts';
import { createStateReader, type GatewayState } from './observation/state.ts';
import { createFastPath } from './operations/fast-path.ts';
import { createMediaTypes } from './operations/media-types.ts';
import { createOpenSubscriptions } from './plugins/subscriptions/open-subscriptions.ts';
import { createRequestListener, type RequestParts } from './requests.ts';
import { createYogaServer, type SharedParts, type YogaParts } from './yoga.ts';

/** The settings that can change while the server runs. */
export interface ReloadableSettings extends ContextSettings {
  /** The keys that protect responses and outcomes in Redis: the first seals, all open. */
  readonly keys: readonly Buffer[];
  /** If omitted, every request from this machine is accepted, with all permissions. */
  readonly authenticate?: Authenticate | undefined;
  readonly limits?: LimitSettings | undefined;
  /** The documents that clients send by id, in addition to those of the fleet page. */
  readonly documents?: TrustedDocuments | undefined;
}

export interface ServerOptions extends ReloadableSettings, Omit<ContextOptions, 'aws' | 'redis'> {
  readonly aws: AwsSettings;
  /** The URL of the Redis server through which replicas share their state. If omitted, this process shares nothing. */
  readonly redis?: string | undefined;
  readonly log: ServerLog;
  readonly server?: ServerSettings | undefined;
  /** If omitted, the main port serves health checks. */
  readonly health?: HealthSettings | undefined;
  /** The origins whose pages may send requests, in addition to the pages of the gateway. */
  readonly origins?: readonly string[] | undefined;
  /** The names of the headers that those pages may send, in addition to the headers that the gateway reads. */
  readonly corsRequestHeaders?: readonly string[] | undefined;
  /** Observes the requests to the GraphQL endpoint. */
  readonly observer?: RequestObserver | undefined;
}

/** A server that can check its access to AWS before it listens, and change its settings while it runs. */
export type GatewayServer = StoppableServer & {
  /** Throws a ConfigurationError if the gateway's own credentials do not belong to an account without a role. */
  requireOwnAccounts(): Promise<void>;
  /**
   * Replaces the settings. Requests in progress finish with the former settings. Ends the subscriptions of principals
   * whose rights change. What principals have spent, and their open subscriptions, continue to count.
   */
  apply(settings: ReloadableSettings): void;
  /** The reads of the fleet for metrics. */
  readonly fleetWatch: FleetWatch;
  /** Returns what the gateway is doing now, for metrics, without a call to AWS. */
  state(): GatewayState;
};

const maximumHeaders = 100;
/** The texts of records, and the responses that are ready, each take as much as a part of the memory of the cache. */
const partsOfCache = 4;

/** The parts of the server that one version of the settings determines. */
interface Version extends YogaParts, RequestParts, Pick<ReloadableSettings, 'keys'> {}

/**
 * Serves the fleet page at `/`, GraphQL and GraphiQL at `/graphql`, liveness at `/health` and readiness at `/ready`. Does
 * not start to listen.
 */
export function createServer(options: ServerOptions): GatewayServer {
  const { origins = [], corsRequestHeaders = [], log } = options;
  const stopping = new AbortController();
  const server = openHttpServer();
  const serving = limitServing(server, {
    settings: options.server ?? defaultServerSettings,
    health: options.health,
    limits: () => version.limits,
    stopping: stopping.signal,
  });
  const redis = connectRedis(options.redis, () => version.keys, log.failed);
  const aws = createAws({ ...options.aws, redis: redis.answers, onFailure: log.failed, onFlaw: log.failed });
  const shared: SharedParts = {
    log,
    current: () => version,
    subscriptionCaps: createSubscriptionCaps(() => version.limits),
    openSubscriptions: createOpenSubscriptions((principal) => version.regrant(principal)),
    requestSeconds: aws.settings.timeouts.requestSeconds,
    mediaTypes: createMediaTypes(),
    megabytes: aws.settings.cache.megabytes / partsOfCache,
    onEventStream: serving.admission.free,
  };
  const createContext = createContextFactory({ ...options, aws, redis: redis.changes, stopping: stopping.signal });
  const createVersion = createVersions(options, createContext, redis.counts, shared);
  let version = createVersion(options);
  const serve = createRequestListener({
    current: () => version,
    observer: options.observer ?? unobserved,
    admission: serving.admission,
    trustedProxies: serving.trustedProxies,
    isReady: options.health === undefined ? serving.isReady : undefined,
    origins,
    corsRequestHeaders,
    readFiles: readConsole,
    stopping: stopping.signal,
  });
  server.on('request', (request, response) => {
    serve(request, response as GatewayResponse).catch((error: unknown) => {
      // A client that disconnects while it sends its body is not a failure of the gateway.
      if (error !== request.errored) log.error(error);
      response.destroy();
    });
  });
  return Object.assign(server, {
    maxHeadersCount: maximumHeaders,
    openHealthPort: serving.openHealthPort,
    state: createStateReader({
      aws,
      serving: serving.state,
      fullReads: createContext.fullReads,
      redis: redis.counts,
      budget: () => version.budget,
      subscriptions: shared.subscriptionCaps,
    }),
    stop: (settings: ShutdownSettings) => drain(server, stopping, settings),
    requireOwnAccounts: () => requireOwnAccounts(aws, accessesOf(options.sources)),
    apply: (settings: ReloadableSettings) => {
      version = createVersion(settings);
      shared.openSubscriptions.recheck();
    },
    fleetWatch: createContext.fleetWatch,
  });
}

/** Returns the function that creates the parts for settings, around the parts that all versions share. */
function createVersions(
  { log, maximumPages, now }: ServerOptions,
  createContext: CreateContext,
  redis: RedisLink | undefined,
  shared: SharedParts,
): (settings: ReloadableSettings) => Version {
  const budgetWith = createBudgets({ maximumPages, redis });
  const { megabytes } = shared;
  const operations = createCompiledOperations(schema, { megabytes });
  const refuse = (error: RefusedError) => (error.status === 401 ? log.refused : log.failed)(error);
  return (settings) => {
    const { authenticate, limits = defaultLimits } = settings;
    const documents = withOwnDocuments(consoleDocuments, settings.documents, limits);
    const parts: YogaParts = {
      parsed: createDocuments(limits, documents.texts),
      documents,
      createContext: (principal, scope) => createContext(principal, scope, settings),
      budget: budgetWith({ limits, documents }),
      regrant: authenticate?.regrant ?? ((principal) => principal),
    };
    return {
      ...parts,
      limits,
      keys: settings.keys,
      authenticate: createAuthenticateRequest(authenticate, refuse),
      yoga: createYogaServer(shared, parts),
      fastPath: createFastPath({
        ...shared,
        ...parts,
        trusted: documents,
        operations,
        // Other settings can make other responses.
        ready: createReadyResponses({ megabytes, now }),
        flights: createFlights(now),
      }),
    };
  };
}

/** Creates a server whose responses are all `GatewayResponse`, which its type does not say. */
function openHttpServer(): Server {
  const settings = {
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 1_000,
    // Longer than the usual 60 seconds of load balancers, which could otherwise send a request on a closing connection.
    keepAliveTimeout: 65_000,
  };
  return createHttpServer({ ...settings, ServerResponse: GatewayResponse }) as unknown as Server;
}
