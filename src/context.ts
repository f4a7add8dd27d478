import type { Audit } from './access/audit.ts';
import type { CredentialSettings } from './access/policy/credentials.ts';
import { createPolicy, type Policy, type PolicySettings } from './access/policy/policy.ts';
import { itself, type Principal } from './access/principal.ts';
import { createRights, type Rights } from './access/rights.ts';
import { createAws } from './aws/client.ts';
import type { AwsSettings } from './aws/settings.ts';
import { createUsage, type Terms, type Usage } from './aws/usage.ts';
import type { ChangeableApi } from './changes/backend.ts';
import { type Changes, createChanges } from './changes/changes.ts';
import { audited } from './changes/checks/audited.ts';
import { guarded } from './changes/requirements/guarded.ts';
import type { Service } from './fleet/backend.ts';
import { createFleet, type Fleet } from './fleet/fleet.ts';
import { createFullReads, type FullReadsOptions } from './fleet/full-reads/full-reads.ts';
import { type Cursors, cursorsOf } from './fleet/paging/cursor.ts';
import { createProgress, type Pause, type Progress } from './fleet/progress/progress.ts';
import type { Prices } from './fleet/questions/prices.ts';
import { type Sources, sourcesSeenBy } from './fleet/sources.ts';
import type { RedisLink } from './replicas/redis-link.ts';
import { services } from './services/index.ts';

type Services = typeof services;
type ApiOf<S> = S extends Service<infer Api> ? Api : never;

type ServiceApis = { readonly [Name in keyof Services]: ApiOf<Services[Name]> };

/** What resolvers reach during one request: every service under its name, and all of them as one fleet. */
export type Context = ServiceApis & {
  readonly principal: Principal;
  readonly rights: Rights;
  /** Shared by all requests. */
  readonly policy: Policy;
  /** Those of which the principal may see something. */
  readonly sources: Sources;
  readonly fleet: Fleet;
  readonly changes: Changes;
  /** Shared by all requests. */
  readonly progress: Progress;
  readonly usage: Usage;
};

export interface ContextOptions {
  readonly sources: Sources;
  readonly cursors: Cursors;
  readonly aws: AwsSettings;
  /** AWS pages that one list may read for one page of its own. */
  readonly maximumPages: number;
  readonly fullReads: FullReadsOptions;
  /** Left out, no costs are told. */
  readonly prices?: Prices | undefined;
  /** Left out, no database passwords are issued. */
  readonly credentials?: CredentialSettings | undefined;
  /** Left out, nothing is forbidden beyond what AWS forbids; for the emulator alone. */
  readonly policy?: PolicySettings | undefined;
  /** Left out, changes are not recorded; for the emulator alone. */
  readonly audit?: Audit | undefined;
  /** What replicas count together; left out, each counts for itself. */
  readonly redis?: RedisLink | undefined;
  /** How the followers of a snapshot wait for its next state; by the clock, if left out. */
  readonly pause?: Pause;
  /** Ends all that follows something, when it aborts. */
  readonly stopping?: AbortSignal;
}

/** Makes a fresh context with empty loaders, for each request of a principal; without terms, nothing is cached or hurried. */
export type CreateContext = (principal: Principal, terms?: Terms) => Context;

/** Connects every source once. */
export function createContextFactory(options: ContextOptions): CreateContext {
  const { prices, maximumPages, pause, stopping } = options;
  const fullReads = createFullReads(options.fullReads);
  const aws = createAws(options.aws);
  const opened = Object.entries<Service<ChangeableApi>>(services).map(
    ([name, service]) => [name, service.open(aws, options.sources, fullReads.forget)] as const,
  );
  const policy = createPolicy(
    options.policy,
    options.sources.all.map(({ account }) => account),
    options.redis,
  );
  const createContext = (principal: Principal, terms: Terms = { signal: undefined, isFresh: true }) => {
    const sources = sourcesSeenBy(principal, options.sources);
    const cursors = cursorsOf(principal.subject, options.cursors);
    const rights = createRights(principal, () => ctx);
    const usage = createUsage(undefined, { ...terms, subject: principal.subject });
    const apis = opened.map(([name, open]) => [name, open(usage)] as const);
    const backends = apis.map(([, { backend }]) => backend);
    const changes = createChanges(
      apis.map(([, api]) => ({ ...api, changes: guarded(api.changes, principal.subject, policy) })),
      options.credentials,
      () => ctx,
    );
    const ctx: Context = {
      ...(Object.fromEntries(apis) as unknown as ServiceApis),
      principal,
      rights,
      policy,
      sources,
      usage,
      progress,
      fleet: createFleet({ rights, sources, cursors, backends, fullReads, prices, usage, maximumPages }, () => ctx),
      changes: options.audit ? audited(changes, options.audit, () => ctx) : changes,
    };
    return ctx;
  };
  const progress = createProgress({ read: (id) => createContext(itself).fleet.snapshot(id), pause, stopping });
  return createContext;
}
