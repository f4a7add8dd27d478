import type { Rights } from '../access/rights.ts';
import type { Usage } from '../aws/usage.ts';
import type { Context } from '../context.ts';
import { ForbiddenError, InvalidInputError } from '../errors.ts';
import type { ClusterConnectionArgs, Connection, SnapshotConnectionArgs } from '../graphql/lists/connection.ts';
import type { ManualSnapshots } from '../graphql/lists/quota.ts';
import type { SnapshotDay, SnapshotDaysArgs } from '../graphql/lists/snapshot-days.ts';
import type { SnapshotSummary, SnapshotSummaryArgs } from '../graphql/lists/summary.ts';
import type { Source } from '../graphql/source.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import { type GlobalId, requireOwnId } from '../snapshots/global-id.ts';
import { snapshotKey, type SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Backend } from './backend.ts';
import type { FullReads } from './full-reads/full-reads.ts';
import { countOf, gather } from './full-reads/gather.ts';
import { createOrder } from './full-reads/order.ts';
import { readOrderedPage } from './full-reads/ordered-page.ts';
import { type Scoped, type Sight, type SnapshotFilter, toClusterFilter, toSnapshotFilter } from './lists/conditions.ts';
import { createClusterMatch, createSnapshotMatch } from './lists/match.ts';
import { findSnapshot, requireSource } from './lookups/find.ts';
import type { Cursors } from './paging/cursor.ts';
import { bindingOf, readPage } from './paging/page.ts';
import { beforeDay, createCalendar, lastDays, toDays } from './questions/days.ts';
import { hasOtherSnapshot } from './questions/other-snapshots.ts';
import type { Prices } from './questions/prices.ts';
import { createRecoveryPoints, newestOf } from './questions/recovery-points.ts';
import { summarize } from './questions/summary.ts';
import { createReports } from './reports.ts';
import type { Sources } from './sources.ts';

/** Every source as one, for one request. */
export interface Fleet {
  snapshots(args: SnapshotConnectionArgs): Promise<Connection<SnapshotRecord>>;
  snapshotsOf(cluster: ClusterRecord, args: SnapshotConnectionArgs): Promise<Connection<SnapshotRecord>>;
  clusters(args: ClusterConnectionArgs): Promise<Connection<ClusterRecord>>;
  latestSnapshot(cluster: ClusterRecord): Promise<SnapshotRecord | null>;
  /** Oldest first; INVALID_INPUT for days or a time zone that do not exist. */
  snapshotDays(cluster: ClusterRecord, args: SnapshotDaysArgs): Promise<SnapshotDay[]>;
  snapshotSummary(args: SnapshotSummaryArgs): Promise<SnapshotSummary>;
  manualSnapshots(source: Source): Promise<ManualSnapshots>;
  /** Whether a cluster has an available snapshot besides these, whoever may see it; rejects where that is not known. */
  hasOtherSnapshot(cluster: ClusterRecord, these: readonly SnapshotRecord[]): Promise<boolean>;
  /** Null when AWS does not know it; INVALID_INPUT for a malformed ARN or a source that is not configured. */
  snapshotByArn(arn: string): Promise<SnapshotRecord | null>;
  clusterByArn(arn: string): Promise<ClusterRecord | null>;
  /** The same id, once it is sure that its source is configured; INVALID_INPUT otherwise. */
  located(id: GlobalId): GlobalId;
  /** Null when AWS does not know it; INVALID_INPUT for the id of anything but a snapshot. */
  snapshot(id: GlobalId): Promise<SnapshotRecord | null>;
  node(id: GlobalId): Promise<object | null>;
  /** In the order asked; one that fails is its error in its place. */
  nodes(ids: readonly GlobalId[]): Promise<(object | null)[]>;
}

export interface FleetOptions {
  readonly rights: Rights;
  readonly sources: Sources;
  readonly cursors: Cursors;
  readonly backends: readonly Backend[];
  readonly fullReads: FullReads;
  readonly prices: Prices | undefined;
  readonly usage: Usage;
  readonly maximumPages: number;
}

const maximumIds = 100;
const beginning = new Date(0);

/** The questions over all sources, asked through the backends of one request. */
export function createFleet(
  { rights, sources, cursors, backends, fullReads, prices, usage, maximumPages }: FleetOptions,
  ctx: () => Context,
): Fleet {
  const backendOf = (source: Source): Backend => {
    const backend = backends.find(({ service }) => service === source.service);
    if (backend === undefined) throw new Error(`No service answers for ${source.key}.`);
    return backend;
  };

  const recoveryPoints = createRecoveryPoints({ backendOf, fullReads, usage });

  const snapshotsSince = async (cluster: ClusterRecord, moment: Date) => {
    const rows = await recoveryPoints.since(cluster, moment);
    if (!rights.arePartialIn([cluster.source])) return rows;
    return (await Promise.all(rows.map(rights.seen))).filter((row) => row !== null);
  };

  /** The filter with the condition that the principal may see the record, where not all can be seen. */
  const inSight = <Filter extends Sight>(asked: readonly Source[], filter: Filter): Filter =>
    rights.arePartialIn(asked) ? { ...filter, seenBy: rights.subject } : filter;

  const ofSnapshots = (asked: readonly Source[], filter: SnapshotFilter) =>
    ({
      what: 'snapshots',
      sources: asked,
      listing: (source: Source) => backendOf(source).snapshots,
      filter: inSight(asked, filter),
      match: createSnapshotMatch(ctx()),
      key: snapshotKey,
      fullReads,
      usage,
    }) as const;

  const listSnapshots = (
    args: SnapshotConnectionArgs,
    { scope, filter }: Scoped<SnapshotFilter>,
    field: readonly string[],
    asked = sources.select(scope),
  ) => {
    const question = ofSnapshots(asked, filter);
    if (args.orderBy != null) {
      const binding = bindingOf(field, scope, filter, args.orderBy);
      return readOrderedPage(question, args, createOrder(args.orderBy), cursors, binding);
    }
    refuseBackward(args);
    return readPage(
      { ...question, reports: createReports(asked), maximumPages },
      args,
      cursors,
      bindingOf(field, scope, filter),
      async () => countOf(await gather(question)),
    );
  };

  const clusterIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).cluster(source, arn));

  /** Any ARN can stand behind the type of an id that was put together by hand. */
  const requireKind = (source: Source, kind: 'cluster' | 'snapshot', { typename, id }: GlobalId) => {
    if (backendOf(source).typenames[kind] === typename) return source;
    throw new InvalidInputError(`${JSON.stringify(id)} is not the ARN of a ${typename}, as its id says.`, ['id']);
  };

  const locate = (global: GlobalId) => {
    const { typename, id } = requireOwnId(global);
    if (!backends.some(({ typenames }) => typenames.snapshot === typename)) {
      throw new InvalidInputError(`This is the id of a ${typename}, not of a snapshot.`, ['id']);
    }
    const [arn = '', viewer] = id.split('#', 2);
    return { arn, source: requireKind(requireSource(sources, arn, viewer), 'snapshot', global) };
  };

  const snapshotIn = async (source: Source, arn: string) => rights.seen(await backendOf(source).snapshot(source, arn));

  const snapshot = async (id: GlobalId) => {
    const { arn, source } = locate(id);
    return snapshotIn(source, arn);
  };

  const node = async (global: GlobalId) => {
    const { typename, id } = global;
    if (typename === 'Source') return sources.get(id) ?? null;
    const isCluster = backends.some(({ typenames }) => typenames.cluster === typename);
    return isCluster ? clusterIn(requireKind(requireSource(sources, id), 'cluster', global), id) : snapshot(global);
  };

  return {
    snapshots: async (args) => {
      return listSnapshots(args, toSnapshotFilter(args.filter), ['snapshots']);
    },
    snapshotsOf: async (cluster, args) => {
      const { scope, filter } = toSnapshotFilter(args.filter);
      const identifier = cluster.kind.identifier(cluster);
      requireOwn(cluster.source, scope, filter, identifier, sources);
      // Another account may share snapshots of a cluster of the same name.
      const own = {
        scope,
        filter: { ...filter, clusterIdentifiers: [identifier], ownerAccounts: [cluster.source.account] },
      };
      return listSnapshots(args, own, ['Cluster.snapshots', cluster.kind.arn(cluster)], [cluster.source]);
    },
    clusters: async (args) => {
      const { scope, filter } = toClusterFilter(args.filter);
      const asked = sources.select(scope);
      const hasSnapshotSince = async (cluster: ClusterRecord, since: Date) =>
        (await snapshotsSince(cluster, since)).length > 0;
      const question = {
        what: 'clusters',
        sources: asked,
        listing: (source: Source) => backendOf(source).clusters,
        filter: inSight(asked, filter),
        match: createClusterMatch(hasSnapshotSince, rights.sees),
        key: (cluster: ClusterRecord) => cluster.kind.arn(cluster),
        fullReads,
        usage,
      } as const;
      return readPage(
        { ...question, reports: createReports(asked), maximumPages },
        args,
        cursors,
        bindingOf(['clusters'], scope, filter),
        async () => countOf(await gather(question)),
      );
    },
    latestSnapshot: async (cluster) => {
      const newest = await recoveryPoints.latest(cluster);
      if (newest === null || (await rights.sees(newest))) return newest;
      return newestOf(await snapshotsSince(cluster, beginning));
    },
    snapshotDays: async (cluster, { last, timeZone }) => {
      const calendar = createCalendar(timeZone);
      const days = lastDays(calendar, last, new Date());
      const rows = await snapshotsSince(cluster, beforeDay(days[0] ?? ''));
      return toDays(
        calendar,
        days,
        rows.map((row) => row.kind.createdAt(row)).filter((date) => date != null),
      );
    },
    snapshotSummary: async ({ filter: input, groupBy }) => {
      const { scope, filter } = toSnapshotFilter(input);
      const gathered = await gather(ofSnapshots(sources.select(scope), filter));
      return {
        groups: summarize(gathered.rows, [...new Set(groupBy)], prices),
        total: countOf(gathered),
        sources: gathered.reports.all(),
      };
    },
    manualSnapshots: async (source) => {
      if (rights.arePartialIn([source])) {
        throw new ForbiddenError(
          'Your grants show you only a part of these snapshots, so they are not counted for you.',
        );
      }
      const { snapshots: listing, manualSnapshotQuota } = backendOf(source);
      const strand = manualSnapshotQuota.counted;
      const read = await fullReads.read({ what: 'snapshots', listing, source, strand }, usage);
      return {
        count: { value: read.rows.length + read.foreign, precision: read.isWhole ? 'EXACT' : 'AT_LEAST' },
        quota: source.manualSnapshotQuota ?? manualSnapshotQuota.standard,
      };
    },
    hasOtherSnapshot: (cluster, these) => hasOtherSnapshot(backendOf(cluster.source), cluster, these, usage),
    snapshotByArn: async (arn) => findSnapshot(sources, snapshotIn, arn),
    clusterByArn: async (arn) => clusterIn(requireSource(sources, arn), arn),
    located: (id) => {
      locate(id);
      return id;
    },
    snapshot,
    node,
    nodes: async (ids) => {
      if (ids.length > maximumIds) {
        throw new InvalidInputError(`ids has ${ids.length} values; it may have ${maximumIds} at most.`, ['ids']);
      }
      const results = await Promise.allSettled(ids.map(node));
      return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error)));
    },
  };
}

/** AWS pages forward only, so that backward there is a way only where all is read to be ordered. */
function refuseBackward({ last, before }: SnapshotConnectionArgs): void {
  const given = Object.entries({ last, before }).find(([, value]) => value != null);
  if (given === undefined) return;
  throw new InvalidInputError(`${given[0]} needs orderBy; without it, page forward with first and after.`, [given[0]]);
}

/** The filter of a cluster's own list may repeat where the cluster is, and not contradict it. */
function requireOwn(
  source: Source,
  scope: Parameters<Sources['select']>[0],
  filter: SnapshotFilter,
  identifier: string,
  sources: Sources,
): void {
  const isHere = sources.select(scope).includes(source) && (filter.ownerAccounts?.includes(source.account) ?? true);
  const names = filter.clusterIdentifiers?.map((name) => name.toLowerCase());
  if (isHere && (names?.includes(identifier.toLowerCase()) ?? true)) return;
  throw new InvalidInputError(
    `The filter excludes the cluster ${identifier} itself; leave out services, accounts, regions, ownerAccounts and clusterIdentifiers here.`,
    ['filter'],
  );
}
