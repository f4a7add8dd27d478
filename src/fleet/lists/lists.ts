import { InvalidInputError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotScheduleRecord } from '../../snapshots/recovery/snapshot-schedule.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { countOf, gather, type WholeQuestion } from '../full-reads/gather.ts';
import { createSnapshotOrder, type Order } from '../full-reads/order.ts';
import { readOrderedPage } from '../full-reads/ordered-page.ts';
import type { FleetOptions } from '../options.ts';
import { anchorOf } from '../paging/anchor.ts';
import type { Binding } from '../paging/cursor.ts';
import { bindingOf, readPage } from '../paging/page.ts';
import { createReadBefore, type QueriedSources } from '../paging/read-before.ts';
import type { ListQuestion } from '../paging/question.ts';
import type { RecoveryPoints } from '../questions/recovery-points.ts';
import type { SourceSelection } from '../sources.ts';
import {
  type ClusterConditions,
  type Selected,
  type SnapshotConditions,
  toClusterConditions,
  toSnapshotConditions,
} from './conditions.ts';
import type {
  ClusterConnectionArgs,
  Connection,
  PageArgs,
  SnapshotConnectionArgs,
  UncountedConnection,
  Wanted,
} from './connection.ts';
import { createClusterMatch } from './cluster-match.ts';
import { createClusterOrder } from './cluster-order.ts';
import { isRelative } from './relative-times.ts';
import { listSchedules, type ScheduleConnectionArgs } from './schedules.ts';
import { snapshotQuestion, visible } from './snapshot-question.ts';

/** Lists over many sources, page by page. */
export interface Lists {
  snapshots(args: SnapshotConnectionArgs, wanted: Wanted): MaybePromise<Connection<SnapshotRecord>>;
  snapshotsOf(
    cluster: ClusterRecord,
    args: SnapshotConnectionArgs,
    wanted: Wanted,
  ): MaybePromise<Connection<SnapshotRecord>>;
  /** The cursors are valid only for this `field`. */
  clusters(
    args: ClusterConnectionArgs,
    wanted: Wanted,
    field?: 'clusters' | 'recoveryReport',
  ): MaybePromise<Connection<ClusterRecord>>;
  schedules(args: ScheduleConnectionArgs, wanted: Wanted): MaybePromise<UncountedConnection<SnapshotScheduleRecord>>;
}

/** Creates the lists. A list without `orderBy` reads only the AWS pages that it needs; with it, sources in full. */
export function createLists(options: FleetOptions, recoveryPointsOf: () => RecoveryPoints): Lists {
  const { sources } = options;
  return {
    snapshots: (args, wanted) => {
      const selected = toSnapshotConditions(args.filter);
      return listSnapshots(options, args, wanted, {
        ...selected,
        field: ['snapshots'],
        asked: sources.select(selected.selection),
      });
    },
    snapshotsOf: (cluster, args, wanted) => {
      const { selection, conditions } = toSnapshotConditions(args.filter);
      requireOwn(cluster, selection, conditions, options);
      const own = {
        ...conditions,
        clusterIdentifiers: [cluster.kind.identifier(cluster)],
        // Another account can share snapshots of a cluster with the same identifier.
        ownerAccounts: [cluster.source.account],
      };
      return listSnapshots(options, args, wanted, {
        selection,
        conditions: own,
        // A cluster that is recreated under the same name has another list.
        field: ['Cluster.snapshots', cluster.kind.arn(cluster), cluster.kind.createdAt(cluster)?.toISOString()],
        asked: [cluster.source],
        ofCluster: cluster,
      });
    },
    clusters: (args, wanted, field = 'clusters') => {
      const { selection, conditions } = toClusterConditions(args.filter);
      const asked = sources.select(selection);
      const recoveryPoints = recoveryPointsOf();
      return readList(options, args, wanted, {
        list: [[field], selection, conditions],
        sources: asked,
        listing: (source) => options.backendOf(source).clusters,
        conditions,
        order: args.orderBy == null ? undefined : createClusterOrder(args.orderBy, recoveryPoints.latest),
        question: (at) => clusterQuestion(at, asked, conditions, recoveryPoints),
      });
    },
    schedules: (args, wanted) => listSchedules(options, args, wanted),
  };
}

interface SnapshotList extends Selected<SnapshotConditions>, Pick<SnapshotConditions, 'ofCluster'> {
  /** Identifies the list, for its cursors. */
  readonly field: readonly (string | undefined)[];
  readonly asked: readonly Source[];
}

function listSnapshots(
  options: FleetOptions,
  args: SnapshotConnectionArgs,
  wanted: Wanted,
  { field, selection, conditions, asked, ofCluster }: SnapshotList,
): MaybePromise<Connection<SnapshotRecord>> {
  const page = readList(options, args, wanted, {
    list: [field, selection, conditions, configuredFor(conditions, options)],
    isOfMany: ofCluster !== undefined && args.after == null && !wanted.isCountWanted,
    sources: asked,
    listing: (source) => options.backendOf(source).snapshots,
    conditions,
    order: args.orderBy == null ? undefined : createSnapshotOrder(args.orderBy),
    question: (at) => snapshotQuestion(at, asked, ofCluster ? { ...conditions, ofCluster } : conditions),
  });
  return wanted.areClustersWanted === true ? after(page, (known) => withKnownClusters(known, options)) : page;
}

/** Loads the clusters of a page together if the cache has them, so that the fields of its records need not wait. */
function withKnownClusters(page: Connection<SnapshotRecord>, { reads }: FleetOptions): Connection<SnapshotRecord> {
  reads.loadKnownClusters(page.nodes);
  return page;
}

/** Returns what the conditions test records against: with other accounts or sources, they match other records. */
function configuredFor(
  { exposure, sharedOutside, orphaned }: SnapshotConditions,
  { sources }: FleetOptions,
): readonly unknown[] {
  return [
    exposure === undefined && sharedOutside === undefined ? null : [...sources.accounts].toSorted(),
    orphaned === undefined ? null : sources.all.map(({ key }) => key),
  ];
}

/** The arguments of any list. */
type ListArgs = PageArgs & { readonly orderBy?: unknown };

interface ListToRead<Row, Conditions> extends QueriedSources<Row, Conditions> {
  /** Identifies the list together with its order, for its cursors. */
  readonly list: readonly unknown[];
  /** Undefined for the order of AWS. */
  readonly order: Order<Row> | undefined;
  readonly isOfMany?: boolean;
  /** Creates the query at the time that the conditions refer to. */
  question(at: FleetOptions): WholeQuestion<Row, Conditions> & Pick<ListQuestion<Row, Conditions>, 'key'>;
}

function once<Value extends string>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

/** Reads a page of a list. If its conditions are relative, all pages refer to the time of the first page. */
function readList<Row extends AwsRecord, Conditions extends SnapshotConditions | ClusterConditions>(
  options: FleetOptions,
  args: ListArgs,
  wanted: Wanted,
  { list, order, isOfMany = false, question: createQuestion, ...queried }: ListToRead<Row, Conditions>,
): MaybePromise<Connection<Row>> {
  refuseBackward(args);
  // A cursor of an order is a place between records of all sources, so other sources or AWS queries are another list.
  const binding = once(() => bindingOf(...list, ...(order ? [args.orderBy, createReadBefore(queried).all()] : [])));
  const at = isRelative(queried.conditions) ? anchored(options, args, binding()) : options;
  const question = createQuestion(at);
  if (order) return readOrderedPage(question, args, order, at.cursors, binding());
  const count = async () => countOf(await gather(question));
  // The pages of the list are those of the count, if they have the same size.
  const { maximumPages } = at;
  const areLargest = wanted.isCountWanted ?? false;
  return readPage(
    { ...question, maximumPages, areLargest, isOfMany },
    { ...args, ...wanted },
    at.cursors,
    binding,
    count,
  );
}

/** Returns the options at the time that the pages of a list refer to, which does not change after the first page. */
function anchored(options: FleetOptions, args: ListArgs, binding: Binding): FleetOptions {
  const isFirst = args.after == null && args.before == null;
  return { ...options, ...anchorOf(args, binding, options), ...(!isFirst && { changesAt: undefined }) };
}

function clusterQuestion(
  options: FleetOptions,
  asked: readonly Source[],
  conditions: ClusterConditions,
  { since: snapshotsSince }: RecoveryPoints,
) {
  const { rights, backendOf, fullReads, usage, now, changesAt } = options;
  return {
    what: 'clusters',
    sources: asked,
    listing: (source: Source) => backendOf(source).clusters,
    conditions: visible(options, asked, conditions),
    match: createClusterMatch({ snapshotsSince, sees: rights.sees, now, changesAt }),
    key: (cluster: ClusterRecord) => cluster.kind.arn(cluster),
    fullReads,
    usage,
  } as const;
}

/** Rejects backward paging without `orderBy`: AWS pages only forward, and only an ordered list is read in full. */
function refuseBackward({ last, before, orderBy }: ListArgs): void {
  if (orderBy != null) return;
  const given = Object.entries({ last, before }).find(([, value]) => value != null);
  if (given === undefined) return;
  throw new InvalidInputError(`${given[0]} requires orderBy. Set orderBy, or page forward with first and after.`, [
    given[0],
  ]);
}

/** Rejects a filter of the snapshots of a cluster that excludes the cluster itself. */
function requireOwn(
  cluster: ClusterRecord,
  selection: SourceSelection,
  conditions: SnapshotConditions,
  { sources }: FleetOptions,
): void {
  const { source } = cluster;
  const identifier = cluster.kind.identifier(cluster);
  const isHere =
    sources.select(selection).includes(source) && (conditions.ownerAccounts?.includes(source.account) ?? true);
  const names = conditions.clusterIdentifiers?.map((name) => name.toLowerCase());
  if (isHere && (names?.includes(identifier.toLowerCase()) ?? true)) return;
  throw new InvalidInputError(
    `The filter excludes the cluster ${identifier} itself. Omit services, accounts, regions, ownerAccounts and clusterIdentifiers from the filter of its snapshots.`,
    ['filter'],
  );
}
