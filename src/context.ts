import type { Audit } from './access/audit.ts';
import { type CredentialSettings, isAnyUserAllowed } from './access/policy/credentials.ts';
import { createPolicy, type PolicySettings } from './access/policy/policy.ts';
import { gatewayPrincipal, type Principal } from './access/principal.ts';
import { createRights, type Rights } from './access/rights.ts';
import type { Aws } from './aws/client.ts';
import type { RequestScope } from './aws/request-scope.ts';
import { createUsage, forgetReads, readBackUsage, type Usage } from './aws/usage.ts';
import { createChanges } from './changes/changes.ts';
import { isDatabaseUser } from './changes/issue-credentials.ts';
import { createFleet } from './fleet/fleet.ts';
import type { ObserveRead } from './fleet/full-reads/activity.ts';
import { createFullReads, type FullReads, type FullReadsState } from './fleet/full-reads/full-reads.ts';
import { createSharing } from './fleet/full-reads/packed/sharing.ts';
import { connectKeys, createKeys, type Keys } from './fleet/lookups/keys.ts';
import type { Lookups } from './fleet/lookups/lookups.ts';
import { createRecordReads, type RecordReads } from './fleet/lookups/record-reads.ts';
import type { FleetOptions } from './fleet/options.ts';
import { type Cursors, cursorsOf } from './fleet/paging/cursor.ts';
import type { Pause } from './fleet/progress/progress.ts';
import { createAllProgress, progressSeenBy } from './fleet/progress/streams.ts';
import type { StoragePrices } from './fleet/questions/storage-prices.ts';
import type { FullReadSettings } from './fleet/settings.ts';
import { type Sources, sourcesSeenBy } from './fleet/sources.ts';
import { createFleetWatch, type FleetWatch, type FleetWatchSettings } from './fleet/watch/fleet-watch.ts';
import type { Context } from './graphql/context.ts';
import { createOutcomes, type OutcomeStore } from './replicas/outcomes.ts';
import { services } from './services/index.ts';
import { openServices, type ServedRequest } from './services/open.ts';
import { lazily } from './snapshots/lazily.ts';

/** The context of one request: what its resolvers use, and its AWS usage. Each part is created on first use. */
export interface RequestContext extends Context {
  readonly usage: Usage;
}

/** The names of the parts of a context. */
export const contextParts = [
  'principal',
  'usage',
  'sources',
  'rights',
  'fleet',
  'changes',
  'progress',
] as const satisfies readonly (keyof RequestContext)[];

/** Shared by the parts of one request, and not accessible to its resolvers. */
interface RequestParts {
  readonly served: ServedRequest;
  readonly keys: Keys;
  readonly reads: RecordReads;
}

interface RequestSeed {
  readonly principal: Principal;
  readonly usage: Usage;
}

/** What the parts of a context are made of. */
interface ContextSeed extends RequestSeed {
  readonly settings: ContextSettings;
  readonly inner: RequestParts;
  readonly now: Date;
}

/** The settings of the context that can change while the gateway runs. */
export interface ContextSettings {
  readonly cursors: Cursors;
  /** If omitted, no costs are reported. */
  readonly prices?: StoragePrices | undefined;
}

export interface ContextOptions extends ContextSettings {
  readonly sources: Sources;
  readonly aws: Aws;
  /** The maximum number of AWS pages that a list reads for one page of its results. */
  readonly maximumPages: number;
  readonly fullReads: FullReadSettings;
  /** If omitted, the gateway does not read the fleet for metrics by itself. */
  readonly fleetWatch?: FleetWatchSettings | undefined;
  /** If omitted, no database passwords are issued. */
  readonly credentials?: CredentialSettings | undefined;
  /** If omitted, only AWS restricts changes; for use with the emulator only. */
  readonly policy?: PolicySettings | undefined;
  /** If omitted, changes are not recorded; for use with the emulator only. */
  readonly audit?: Audit | undefined;
  /** Coordinates the changes of all replicas; if omitted, each replica coordinates only its own. */
  readonly redis?: OutcomeStore | undefined;
  /** Returns the time of AWS, for days, ages and ends of retention; real time if omitted. */
  readonly now?: (() => Date) | undefined;
  /** How subscriptions wait before they read a snapshot again; real time if omitted. */
  readonly pause?: Pause;
  /** Ends all subscriptions when it aborts. */
  readonly stopping?: AbortSignal;
  /** Observes the full reads. */
  readonly observeRead?: ObserveRead | undefined;
}

/**
 * Creates the context of one request, with empty loaders. Without a scope, the context has no cache and no deadline;
 * without settings, it has those of the start.
 */
export type CreateContext = (principal: Principal, scope?: RequestScope, settings?: ContextSettings) => RequestContext;

const uncached: RequestScope = { signal: undefined, isFresh: true };

/** What the requests share, for metrics. */
export interface SharedState {
  fullReads(): FullReadsState;
  readonly fleetWatch: FleetWatch;
}

/** Connects each source once and returns the function that creates the context of each request. */
export function createContextFactory(options: ContextOptions): CreateContext & SharedState {
  const { aws, maximumPages, pause, stopping, credentials, audit } = options;
  const fullReads = openFullReads(options);
  const clock = options.now ?? (() => new Date());
  const serve = openServices(services, { aws, sources: options.sources, onChange: fullReads.forget, now: clock });
  const keysOf = connectKeys(aws, options.sources);
  const policy = createPolicy(options.policy, [...options.sources.accounts], options.redis?.link);
  const repetitions = { outcomes: createOutcomes(options.redis), running: new Map<string, Promise<unknown>>() };
  const sourcesOf = createSourcesOf(options.sources);

  const createParts = lazily<RequestParts, RequestSeed>({
    served: ({ seed }) => serve(seed.usage),
    keys: ({ seed }) => createKeys(keysOf, seed.usage),
    reads: (inner) => createRecordReads(inner.served.backendOf, sourcesOf(inner.seed.principal), inner.keys),
  });
  const createLazyContext = lazily<Omit<RequestContext, 'usage' | 'principal'>, ContextSeed>({
    sources: ({ seed }) => sourcesOf(seed.principal),
    rights: ({ seed: { principal, inner } }) =>
      createRights(
        principal,
        (record) => inner.reads.tagsOf(record),
        () => isAnyUserAllowed(credentials, principal.subject, isDatabaseUser),
      ),
    fleet: ({ rights, sources, seed: { principal, inner, usage, settings, now } }) =>
      createFleet({
        rights,
        sources,
        cursors: cursorsOf(principal, settings.cursors),
        backendOf: inner.served.backendOf,
        reads: inner.reads,
        fullReads,
        prices: settings.prices,
        usage,
        now,
        changesAt: changesAtOf(usage, now),
        maximumPages,
      }),
    changes: ({ rights, sources, fleet, seed: { inner, usage, now } }) =>
      createChanges({
        rights,
        sources,
        fleet,
        reads: inner.reads,
        keysAfresh: () => createKeys(keysOf, readBackUsage(usage)),
        changesOf: inner.served.changesOf,
        policy,
        credentials,
        audit,
        usage,
        repetitions,
        now,
      }),
    progress: ({ rights, fleet, seed }) =>
      progressSeenBy(afresh(rights, fleet.lookups, seed.usage), fleet.lookups, progress),
  });

  const createContext: CreateContext = (principal, scope = uncached, settings = options) => {
    const { subject } = principal;
    const usage = createUsage(undefined, scope.subject === subject ? scope : { ...scope, subject });
    const inner = createParts({ principal, usage });
    const context = createLazyContext({ principal, usage, settings, inner, now: clock() });
    return Object.assign(context, { principal, usage });
  };
  const progress = createAllProgress(() => createContext(gatewayPrincipal).fleet.lookups, { pause, stopping });
  const fleetWatch = watchFleet(options, createContext, clock);
  return Object.assign(createContext, { fullReads: fullReads.state, fleetWatch });
}

function openFullReads(options: ContextOptions): FullReads {
  const { aws, stopping, observeRead } = options;
  const sharing = createSharing(aws.settings, options);
  return createFullReads(options.fullReads, { stopping, observeRead, warn: aws.settings.onFlaw, sharing });
}

function watchFleet(
  { sources, fleetWatch, stopping, aws }: ContextOptions,
  createContext: CreateContext,
  now: () => Date,
): FleetWatch {
  const sharing = fleetWatch?.sharing ?? false;
  return createFleetWatch({
    sources: sources.all,
    read: () => createContext(gatewayPrincipal, { signal: undefined, isFresh: false }).fleet.figures(sharing),
    now,
    everySeconds: fleetWatch?.everySeconds,
    stopping,
    warn: aws.settings.onFlaw,
  });
}

/** Returns how the response of a request is limited to the time before a result changes. */
function changesAtOf({ scope: { basis } }: Usage, now: Date): FleetOptions['changesAt'] {
  return basis && ((time) => basis.limitTo(now.getTime(), time));
}

/** Returns the function that selects the sources that a principal can see, once for each principal. */
function createSourcesOf(all: Sources): (principal: Principal) => Sources {
  const seen = new WeakMap<Principal, Sources>();
  return (principal) => {
    const sources = seen.get(principal) ?? sourcesSeenBy(principal, all);
    seen.set(principal, sources);
    return sources;
  };
}

/** Decides by tags that are read each time, because a subscription can be open for longer than its tags are valid. */
function afresh(
  { sees }: Rights,
  { seesOther }: Lookups,
  usage: Usage,
): Pick<Rights, 'sees'> & Pick<Lookups, 'seesOther'> {
  return {
    sees: (record) => {
      forgetReads(usage);
      return sees(record);
    },
    seesOther: (record) => {
      forgetReads(usage);
      return seesOther(record);
    },
  };
}
