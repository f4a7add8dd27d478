import type { ServerResponse } from 'node:http';
import { createYoga } from 'graphql-yoga';
import type { RequestContext } from '../context.ts';
import type { Documents } from '../limits/documents.ts';
import type { SubscriptionCaps } from '../limits/subscriptions.ts';
import type { TrustedDocuments } from '../limits/trusted-documents.ts';
import { schema } from '../schema.ts';
import { toClientError } from './operations/client-errors.ts';
import type { ServerLog } from './observation/log.ts';
import { useAcceptedTypes } from './plugins/accepted-types.ts';
import { useAwsUsage } from './plugins/aws-usage.ts';
import { useBudget } from './plugins/budget.ts';
import { useCompression } from './plugins/compression.ts';
import { useDocuments } from './plugins/documents.ts';
import { useEventStreams } from './plugins/subscriptions/event-streams.ts';
import { useForgeryPrevention } from './plugins/forgery.ts';
import { type EventParts, useFreshEvents } from './plugins/subscriptions/fresh-events.ts';
import { useMediaTypes } from './plugins/media-types.ts';
import { useNoStore } from './plugins/no-store.ts';
import { useObservation } from './plugins/observation.ts';
import type { OpenSubscriptions } from './plugins/subscriptions/open-subscriptions.ts';
import { useReadableRequests } from './plugins/readable-requests.ts';
import { useRequestContext } from './plugins/request-context.ts';
import { useRequestScope } from './plugins/request-scope.ts';
import { useSubscriptionCaps } from './plugins/subscriptions/subscription-caps.ts';
import { useTrustedDocuments } from './plugins/trusted-documents.ts';
import { liveness } from './connections/health.ts';
import type { MediaTypes } from './operations/media-types.ts';
import type { ServerContext } from './operations/server-context.ts';
import { endpoint } from './requests.ts';

/** The parts of the server that all versions of the settings share. */
export interface SharedParts {
  readonly log: ServerLog;
  readonly subscriptionCaps: SubscriptionCaps;
  readonly openSubscriptions: OpenSubscriptions;
  /** The time limit for all AWS calls of one request. */
  readonly requestSeconds: number;
  readonly mediaTypes: MediaTypes;
  /** The memory for the texts of records, and for the responses that are ready, each in megabytes. */
  readonly megabytes: number;
  /** Called when the response becomes an event stream. */
  onEventStream(response: ServerResponse): void;
  /** Returns the parts of the current version, with which the events of subscriptions are executed. */
  current(): EventParts;
}

/** The parts of one version of the settings. */
export interface YogaParts extends EventParts {
  /** The documents that were parsed and validated. */
  readonly parsed: Documents;
  readonly documents: TrustedDocuments;
}

/** Creates the GraphQL server, which executes each request for its principal. */
export function createYogaServer(shared: SharedParts, parts: YogaParts) {
  return createYoga<ServerContext, RequestContext>({
    schema,
    graphqlEndpoint: endpoint,
    healthCheckEndpoint: liveness,
    landingPage: false,
    multipart: false,
    // browsers.ts handles CORS, for the configured origins only.
    cors: false,
    // Yoga's limit wraps every body in a stream; body.ts checks the announced length first.
    maxRequestBodySize: false,
    logging: shared.log,
    maskedErrors: { maskError: toClientError, isDev: false },
    // graphiql.ts serves GraphiQL.
    graphiql: false,
    // useDocuments has its own cache, which applies the limits and the introspection permission of each principal.
    parserAndValidationCache: false,
    plugins: Object.values(createPlugins(shared, parts)),
  });
}

/**
 * Creates the plugins, in the order in which they are called. The fast path applies the same protections: each plugin
 * has a row for both paths in test/server/protections.slow.test.ts.
 */
export function createPlugins(shared: SharedParts, { createContext, parsed, documents, budget }: YogaParts) {
  return {
    observation: useObservation(documents.texts),
    forgery: useForgeryPrevention(),
    readableRequests: useReadableRequests(),
    acceptedTypes: useAcceptedTypes(),
    documents: useDocuments(parsed),
    requestContext: useRequestContext(createContext),
    // The cost depends on whether the request bypasses the cache.
    requestScope: useRequestScope(shared.requestSeconds),
    budget: useBudget(budget),
    subscriptionCaps: useSubscriptionCaps(shared.subscriptionCaps),
    awsUsage: useAwsUsage(),
    freshEvents: useFreshEvents(shared.current, shared.openSubscriptions),
    noStore: useNoStore(),
    trustedDocuments: useTrustedDocuments(documents),
    compression: useCompression(),
    eventStreams: useEventStreams(shared.onEventStream),
    mediaTypes: useMediaTypes(shared.mediaTypes),
  };
}
