import { InvalidStateError, UpstreamError } from '../../errors.ts';
import { createLocks, type Lock, type Locks } from '../../replicas/locks.ts';
import type { StrictRedis } from '../../replicas/strict-redis.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { dayMilliseconds } from '../../snapshots/retention.ts';
import { neverAvailable, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { DeletionRequest, Leaving, Refuse } from './leaving.ts';
import { createLeavingNotes, type LeavingNote, type LeavingNotes } from './leaving-notes.ts';

/** The leaving snapshots of one existing cluster, whose lock is held unless the request is a dry run. */
export interface LeavingGroup {
  readonly key: string;
  readonly cluster: ClusterRecord;
  readonly leaving: readonly Leaving[];
  readonly lock?: Lock;
}

/** Keeps at least one snapshot of each existing cluster, also if several requests delete snapshots at the same time. */
export interface KeepLast {
  /**
   * Groups the snapshots that are or can become recovery points by cluster, and acquires the lock of each cluster, which
   * `held` releases.
   */
  hold(
    leaving: readonly Leaving[],
    request: DeletionRequest,
    held: AsyncDisposableStack,
    refuse: Refuse,
  ): Promise<LeavingGroup[]>;
  /** Refuses the snapshots of each cluster that would have no other snapshot after `until`. */
  require(groups: readonly LeavingGroup[], request: DeletionRequest, refuse: Refuse): Promise<void>;
  /** Notes the snapshots that leave soon, and returns the notes that are new. */
  remember(groups: readonly LeavingGroup[], isLeft: (each: Leaving) => boolean, refuse: Refuse): Promise<LeavingNote[]>;
  /** Forgets new notes of snapshots that AWS refused to remove. Never rejects. */
  forget: LeavingNotes['forget'];
  /** Counts snapshots that AWS keeps longer again as remaining, unless they were deleted. Never rejects. */
  prolong(snapshots: readonly SnapshotRecord[]): Promise<void>;
}

/** The longest wait for the lock of a cluster, if the request itself has no deadline. */
const longestWait = 30_000;

/** Creates the guard; `horizonDays` is the number of days within which the end of a snapshot is a deletion. */
export function createKeepLast(horizonDays: (source: Source) => number, redis?: StrictRedis): KeepLast {
  const locks = createLocks(redis);
  const notes = createLeavingNotes(redis);

  return {
    hold: async (leaving, request, held, refuse) => {
      const groups = await groupByCluster(leaving, request, refuse);
      if (request.isDryRun) return groups;
      const signal = AbortSignal.any([AbortSignal.timeout(longestWait), ...(request.signal ? [request.signal] : [])]);
      const locked: LeavingGroup[] = [];
      // In the order of the keys: two batches can never wait for each other.
      for (const group of groups.toSorted((one, other) => (one.key < other.key ? -1 : 1))) {
        try {
          const lock = await acquire(locks, group, signal);
          held.defer(() => lock.release());
          locked.push({ ...group, lock });
        } catch (error) {
          refuse(snapshotsOf(group), error);
        }
      }
      return locked;
    },
    require: async (groups, request, refuse) => {
      const check = async (group: LeavingGroup) => {
        const snapshots = snapshotsOf(group);
        try {
          const isNoted = await notes.of(group.key);
          const own = new Set(snapshots.map(arnOf));
          const isLeaving = (row: SnapshotRecord) => own.has(arnOf(row)) || isNoted(row);
          const days = horizonDays(group.cluster.source);
          const until = new Date(request.now.getTime() + days * dayMilliseconds);
          if (await request.hasOtherSnapshot(group.cluster, { isLeaving, until })) return;
          const refused = await protectedIn(group, request);
          if (refused.length === 0) return;
          // The message must not name a cluster that the caller cannot see.
          const name = (await request.sees(group.cluster)) ? group.cluster.kind.identifier(group.cluster) : null;
          for (const snapshot of refused) refuse([snapshot], lastSnapshot(snapshot, name, days));
        } catch (error) {
          refuse(snapshots, error);
        }
      };
      await Promise.all(groups.map(check));
    },
    remember: async (groups, isLeft, refuse) => {
      const added: LeavingNote[] = [];
      for (const { key, leaving, lock } of groups) {
        const left = leaving.filter(isLeft);
        if (left.length === 0) continue;
        try {
          await lock?.confirm();
          const soon = left.filter(({ isSoon }) => isSoon);
          added.push(...(await notes.note(key, soon)));
        } catch (error) {
          refuse(
            left.map(({ snapshot }) => snapshot),
            error,
          );
        }
      }
      return added;
    },
    forget: notes.forget,
    prolong: async (snapshots) => {
      const groups = [...Map.groupBy(snapshots, keyOf)];
      await Promise.all(groups.map(([key, own]) => notes.prolong(key, own)));
    },
  };
}

async function acquire(locks: Locks, { key }: LeavingGroup, signal: AbortSignal): Promise<Lock> {
  return locks.acquire(key, signal).catch((cause: unknown) => {
    if (!signal.aborted || cause !== signal.reason) throw cause;
    throw new UpstreamError(
      'The change was not started: other changes of the snapshots of the same cluster have not ended in time. Retry later.',
      { code: 'TIMED_OUT', cause },
    );
  });
}

/** Returns the leaving snapshots that must not be the last ones: all, except for incomplete ones that are deleted. */
async function protectedIn({ cluster, leaving }: LeavingGroup, request: DeletionRequest): Promise<SnapshotRecord[]> {
  const isIncomplete = ({ snapshot, isAtOnce }: Leaving) =>
    isAtOnce && ['CREATING', 'COPYING'].includes(snapshotStatus(snapshot));
  const [cancelled, others] = [leaving.filter(isIncomplete), leaving.filter((each) => !isIncomplete(each))];
  const arns = new Set(cancelled.map(({ snapshot }) => arnOf(snapshot)));
  // A snapshot can have been completed, and counted as remaining, while its deletion waited for the lock.
  const completed = { isLeaving: (row: SnapshotRecord) => !arns.has(arnOf(row)), until: request.now };
  const isCompleted = cancelled.length > 0 && (await request.hasOtherSnapshot(cluster, completed));
  return (isCompleted ? leaving : others).map(({ snapshot }) => snapshot);
}

/** A snapshot that never becomes available, or whose cluster no longer exists, is no recovery point of a cluster. */
async function groupByCluster(
  leaving: readonly Leaving[],
  request: DeletionRequest,
  refuse: Refuse,
): Promise<LeavingGroup[]> {
  const groups = new Map<string, LeavingGroup>();
  const add = async (each: Leaving) => {
    if (neverAvailable.includes(snapshotStatus(each.snapshot))) return;
    try {
      requireClusterName(each.snapshot);
      // The cluster counts even if the caller cannot see it.
      const cluster = await request.clusterOf(each.snapshot);
      if (cluster === null) return;
      const key = keyOf(each.snapshot);
      groups.set(key, { key, cluster, leaving: [...(groups.get(key)?.leaving ?? []), each] });
    } catch (error) {
      refuse([each.snapshot], error);
    }
  };
  await Promise.all(leaving.map(add));
  return [...groups.values()];
}

/** Throws UPSTREAM if AWS does not report the cluster of a snapshot, which can be the last snapshot of any cluster. */
function requireClusterName(snapshot: SnapshotRecord): void {
  const { kind } = snapshot;
  if (kind.clusterIdentifier(snapshot) !== '') return;
  throw new UpstreamError(
    `Cannot delete snapshot ${kind.identifier(snapshot)}, or shorten its retention: AWS does not report its cluster, so it is unknown whether the cluster would have no other snapshot. Retry later.`,
  );
}

/** Returns the key of the cluster that a snapshot names. */
function keyOf(snapshot: SnapshotRecord): string {
  return `${snapshot.source.key}/${snapshot.kind.clusterIdentifier(snapshot).toLowerCase()}`;
}

function lastSnapshot(snapshot: SnapshotRecord, cluster: string | null, days: number): InvalidStateError {
  const name = snapshot.kind.identifier(snapshot);
  const whose = cluster === null ? 'its cluster' : `the cluster ${cluster}`;
  return new InvalidStateError(
    'LAST_SNAPSHOT',
    `Cannot delete snapshot ${name}, or shorten its retention: ${whose} would have no available snapshot that AWS keeps for more than ${days} days. Create another snapshot with createSnapshot first, and wait until it is available.`,
  );
}

function snapshotsOf({ leaving }: LeavingGroup): SnapshotRecord[] {
  return leaving.map(({ snapshot }) => snapshot);
}

function arnOf(snapshot: SnapshotRecord): string {
  return snapshot.kind.arn(snapshot);
}
