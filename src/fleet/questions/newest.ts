import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import { recordsInStep, type Steps } from '../full-reads/derived/slices.ts';

/** Returns the snapshot with the latest creation time, the first of equals; null if there is none. */
export function newestOf<Snapshot extends SnapshotRecord>(snapshots: readonly Snapshot[]): Snapshot | null {
  return snapshots.reduce<Snapshot | null>(
    (newest, each) => (newest && timeOf(newest) >= timeOf(each) ? newest : each),
    null,
  );
}

/** Like `newestOf`, for any number of snapshots, which are found in steps. */
export function* newestIn<Snapshot extends SnapshotRecord>(found: Steps<readonly Snapshot[]>): Steps<Snapshot | null> {
  const snapshots = yield* found;
  let newest: Snapshot | null = null;
  for (let start = 0; start < snapshots.length; start += recordsInStep) {
    const group = snapshots.slice(start, start + recordsInStep);
    newest = newestOf(newest === null ? group : [newest, ...group]);
    yield;
  }
  return newest;
}

/** Returns the latest date; null if there is none. */
export function latestOf(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((latest, each) => (latest && latest >= each ? latest : each), null);
}

function timeOf(snapshot: SnapshotRecord): number {
  return snapshot.kind.createdAt(snapshot)?.getTime() ?? 0;
}
