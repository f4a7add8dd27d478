import type { Rights } from '../../access/rights.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { GlobalId } from '../../snapshots/global-id.ts';
import type { Maybe } from '../../snapshots/maybe.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { TableRestoreRecord } from '../../snapshots/recovery/table-restore.ts';
import type { Lookups } from '../lookups/lookups.ts';
import { followedClusters, readCluster } from './clusters.ts';
import type { ProgressEvent } from './listener.ts';
import { createProgress, type Progress, type ProgressTiming, type Sees } from './progress.ts';
import { followedSnapshots } from './snapshots.ts';
import { followedTableRestores, tableRestoreReader } from './table-restores.ts';

/** Everything that can be followed, for the whole process. */
export interface AllProgress {
  readonly snapshots: Progress<SnapshotRecord>;
  readonly clusters: Progress<ClusterRecord>;
  readonly tableRestores: Progress<TableRestoreRecord>;
}

/** Everything that one principal can follow. */
export interface SeenProgress {
  readonly snapshots: SeenStreams<SnapshotRecord>;
  readonly clusters: SeenStreams<ClusterRecord>;
  readonly tableRestores: SeenStreams<TableRestoreRecord>;
}

/** Follows objects of one kind that one principal can see. */
export interface SeenStreams<State> {
  /**
   * Follows an object by its id or ARN, as `account` sees it. Throws INVALID_INPUT for another id, and NOT_FOUND for the
   * ARN of a snapshot whose owner is not configured if several accounts could see the snapshot and none does.
   */
  follow(id: string, account?: Maybe<string>): Promise<AsyncIterable<ProgressEvent<State>>>;
  /** Returns the object of an event. Throws the error of an event, and NOT_FOUND for a hidden object. */
  show(event: ProgressEvent<State>): Promise<State>;
}

/** Creates the progress of everything; each read uses lookups of its own, which see everything. */
export function createAllProgress(lookups: () => Lookups, timing: ProgressTiming): AllProgress {
  return {
    snapshots: createProgress({
      ...timing,
      followed: followedSnapshots,
      read: (ids) => lookups().firstSnapshot(ids),
    }),
    clusters: createProgress({
      ...timing,
      followed: followedClusters,
      read: (ids) => readCluster(lookups(), ids),
    }),
    tableRestores: createProgress({ ...timing, followed: followedTableRestores, read: tableRestoreReader(lookups) }),
  };
}

/** Limits progress to what a principal can see. Rights must be decided by tags that are read each time. */
export function progressSeenBy(
  { sees, seesOther }: Pick<Rights, 'sees'> & Pick<Lookups, 'seesOther'>,
  lookups: Pick<Lookups, 'idsOf' | 'clusterIdsOf' | 'otherId'>,
  { snapshots, clusters, tableRestores }: AllProgress,
): SeenProgress {
  return {
    snapshots: streamsSeenBy(snapshots, sees, lookups.idsOf),
    clusters: streamsSeenBy(clusters, sees, lookups.clusterIdsOf),
    tableRestores: streamsSeenBy(tableRestores, seesOther, async (id) => [lookups.otherId(id, 'TableRestore')]),
  };
}

/**
 * Limits the progress of one kind of objects to those that a principal can see. For a hidden object, the stream ends as
 * if the object did not exist, because an open stream would reveal that it exists.
 */
function streamsSeenBy<State extends object>(
  progress: Progress<State>,
  sees: Sees<State>,
  idsOf: (id: string, account?: Maybe<string>) => Promise<readonly GlobalId[]>,
): SeenStreams<State> {
  return {
    follow: async (id, account) => progress.follow(await idsOf(id, account), sees),
    show: async (event) => {
      if (event instanceof Error) throw event;
      if (!(await sees(event))) throw progress.followed.missing();
      return event;
    },
  };
}
