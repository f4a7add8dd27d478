import { createRecentNotes } from '../../replicas/recent-notes.ts';
import type { StrictRedis } from '../../replicas/strict-redis.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Leaving, Refusals } from './leaving.ts';

/**
 * The snapshots that left, or whose retention was shortened, within the last 15 minutes, by cluster: AWS can still list
 * them as they were. With Redis, of all replicas; every method then rejects with UPSTREAM if Redis does not respond,
 * unless it says otherwise.
 */
export interface LeavingNotes {
  /** Returns the test whether a snapshot of a cluster was noted. */
  of(cluster: string): Promise<(snapshot: SnapshotRecord) => boolean>;
  /** Notes snapshots before they leave, and returns the notes that are new. */
  note(cluster: string, leaving: readonly Leaving[]): Promise<readonly LeavingNote[]>;
  /**
   * Forgets new notes of snapshots that AWS refused to remove, unless it did because they no longer exist: AWS can still
   * list such snapshots too. Never rejects.
   */
  forget(notes: readonly LeavingNote[], refused: Refusals): Promise<void>;
  /** Forgets the shortened retention of snapshots that AWS keeps longer again, but no deletion. Never rejects. */
  prolong(cluster: string, snapshots: readonly SnapshotRecord[]): Promise<void>;
}

/** A note of a snapshot that leaves. */
export interface LeavingNote {
  readonly cluster: string;
  readonly snapshot: SnapshotRecord;
  readonly name: string;
}

/** How long snapshots that leave are counted as gone although AWS lists them. */
const rememberedSeconds = 15 * 60;

/** Creates the notes, which are kept in this process and, with Redis, for all replicas. */
export function createLeavingNotes(redis?: StrictRedis): LeavingNotes {
  const recent = createRecentNotes('leaving', rememberedSeconds, redis);
  return {
    of: async (cluster) => {
      const names = await recent.of(cluster);
      return (snapshot) => names.has(endOf(snapshot)) || names.has(deletionOf(snapshot));
    },
    note: async (cluster, leaving) => {
      const known = await recent.of(cluster);
      const notes = leaving.map(({ snapshot, isAtOnce }) => {
        return { cluster, snapshot, name: isAtOnce ? deletionOf(snapshot) : endOf(snapshot) };
      });
      await recent.note(
        cluster,
        notes.map(({ name }) => name),
      );
      // An earlier request may have removed the snapshots whose notes are known, whatever happens to this one.
      return notes.filter(({ name }) => !known.has(name));
    },
    forget: async (notes, refused) => {
      const isStaying = ({ snapshot }: LeavingNote) => (refused.get(snapshot)?.code ?? 'NOT_FOUND') !== 'NOT_FOUND';
      const groups = [...Map.groupBy(notes.filter(isStaying), ({ cluster }) => cluster)];
      const forgetOwn = ([cluster, own]: (typeof groups)[number]) =>
        recent.forget(
          cluster,
          own.map(({ name }) => name),
        );
      await Promise.allSettled(groups.map(forgetOwn));
    },
    prolong: async (cluster, snapshots) => {
      await recent.forget(cluster, snapshots.map(endOf)).catch(() => {});
    },
  };
}

/** A snapshot that was created at another time is another one, with the same name. */
function endOf(snapshot: SnapshotRecord): string {
  return `${snapshot.kind.arn(snapshot)} ${snapshot.kind.createdAt(snapshot)?.getTime()}`;
}

function deletionOf(snapshot: SnapshotRecord): string {
  return `${endOf(snapshot)} deleted`;
}
