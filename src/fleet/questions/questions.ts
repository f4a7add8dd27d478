import type { OtherSnapshots } from '../../access/policy/leaving.ts';
import { ForbiddenError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { countOf, gather } from '../full-reads/gather.ts';
import { toSnapshotConditions } from '../lists/conditions.ts';
import type { Count } from '../lists/connection.ts';
import type { SnapshotFilter } from '../lists/filter.ts';
import { snapshotQuestion } from '../lists/snapshot-question.ts';
import { nextDay } from '../lists/relative-times.ts';
import type { FleetOptions } from '../options.ts';
import { requireRange } from '../range.ts';
import type { SourceReport } from '../reports.ts';
import { beforeDay, createCalendar, lastDays, maximumDays, type SnapshotDay, toDays } from './days.ts';
import { automatedSnapshots } from './automated-snapshots.ts';
import { hasOtherSnapshot } from './other-snapshots.ts';
import { isQuotaReached, quotaOf } from './quota.ts';
import type { RecoveryPoints } from './recovery-points.ts';
import { inOrder, type SnapshotDimension, type SnapshotGroup, type SnapshotGroupOrder, summarize } from './summary.ts';

/** Queries that require many records at once. */
export interface Questions {
  /** Returns the newest available snapshot; null if there is none. */
  latestSnapshot(cluster: ClusterRecord): Promise<SnapshotRecord | null>;
  /** Returns days, oldest first. Throws INVALID_INPUT for an invalid number of days or time zone. */
  snapshotDays(cluster: ClusterRecord, args: SnapshotDaysArgs): Promise<SnapshotDay[]>;
  /** Throws INVALID_INPUT for an invalid number of groups. */
  snapshotSummary(args: SnapshotSummaryArgs): Promise<SnapshotSummary>;
  /** Throws FORBIDDEN if some snapshots may be hidden from the principal, and the error of AWS if no page was read. */
  manualSnapshots(source: Source): Promise<ManualSnapshots>;
  /** Whether a source has as many manual snapshots as its quota, regardless of visibility. Rejects if a read fails. */
  isQuotaReached(source: Source): Promise<boolean>;
  /** Whether a cluster has an available snapshot that remains, regardless of visibility. Rejects if a read fails. */
  hasOtherSnapshot(cluster: ClusterRecord, others: OtherSnapshots): Promise<boolean>;
  /**
   * Returns the automated snapshots in a source that are of a cluster with the name of `cluster`, regardless of
   * visibility. Rejects if a read fails.
   */
  automatedSnapshots(source: Source, cluster: ClusterRecord): Promise<readonly SnapshotRecord[]>;
}

export interface SnapshotDaysArgs {
  readonly last: number;
  /** The IANA name of a time zone. */
  readonly timeZone: string;
}

export interface SnapshotSummaryArgs {
  readonly filter?: Maybe<SnapshotFilter>;
  readonly groupBy: readonly SnapshotDimension[];
  /** The number of groups to return; by default, all. */
  readonly first?: Maybe<number>;
  /** By default, groups come in the order of their keys. */
  readonly orderBy?: Maybe<SnapshotGroupOrder>;
}

/** The counts, sizes and costs of snapshots, with a report on every source. */
export interface SnapshotSummary {
  readonly groups: readonly SnapshotGroup[];
  /** The number of all groups, including those that were not requested. */
  readonly groupCount: number;
  /** The number of snapshots in all groups. */
  readonly total: Count;
  readonly sources: readonly SourceReport[];
}

/** The number of manual snapshots of a source, and its quota. */
export interface ManualSnapshots {
  readonly count: Count;
  readonly quota: number;
}

const maximumGroups = 1000;

/** Creates the queries, which use full reads shared by all requests. */
export function createQuestions(options: FleetOptions, recoveryPoints: RecoveryPoints): Questions {
  const { rights, sources, backendOf, fullReads, prices, usage, now, changesAt } = options;
  return {
    latestSnapshot: recoveryPoints.latest,
    snapshotDays: async (cluster, { last, timeZone }) => {
      requireRange('last', last, maximumDays);
      const calendar = createCalendar(timeZone);
      const days = lastDays(calendar, last, now);
      changesAt?.(nextDay(now));
      const rows = await recoveryPoints.since(cluster, beforeDay(days[0] ?? ''));
      return toDays(
        calendar,
        days,
        rows.map((row) => row.kind.createdAt(row)).filter((date) => date != null),
      );
    },
    snapshotSummary: async ({ filter, groupBy, first, orderBy }) => {
      if (first != null) requireRange('first', first, maximumGroups);
      const { selection, conditions } = toSnapshotConditions(filter);
      const gathered = await gather(snapshotQuestion(options, sources.select(selection), conditions));
      const groups = await summarize(gathered.lists, [...new Set(groupBy)], prices);
      return {
        groups: inOrder(groups, orderBy).slice(0, first ?? undefined),
        groupCount: groups.length,
        total: countOf(gathered),
        sources: gathered.reports.all(),
      };
    },
    manualSnapshots: async (source) => {
      if (rights.arePartialIn([source])) {
        throw new ForbiddenError(
          'Cannot count the manual snapshots: your grants show you only some of them. Use a grant without tag conditions.',
        );
      }
      const backend = backendOf(source);
      const { snapshots: listing } = backend;
      const query = backend.manualSnapshotQuota.counted;
      const read = await fullReads.readSome({ what: 'snapshots', listing, source, query }, usage);
      return {
        count: { value: read.rows.length + read.foreign, precision: read.isWhole ? 'EXACT' : 'AT_LEAST' },
        quota: quotaOf(source, backend),
      };
    },
    isQuotaReached: async (source) => isQuotaReached(backendOf(source), source, usage),
    hasOtherSnapshot: (cluster, others) => hasOtherSnapshot(backendOf(cluster.source), cluster, others, usage),
    automatedSnapshots: (source, cluster) => automatedSnapshots(backendOf(source), source, cluster, usage),
  };
}
