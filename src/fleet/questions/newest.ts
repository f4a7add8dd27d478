import type { SnapshotRecord } from '../../snapshots/snapshot.ts';

/** Returns the snapshot with the latest creation time, the first of equals; null if there is none. */
export function newestOf<Snapshot extends SnapshotRecord>(snapshots: readonly Snapshot[]): Snapshot | null {
  return snapshots.reduce<Snapshot | null>(
    (newest, each) => (newest && timeOf(newest) >= timeOf(each) ? newest : each),
    null,
  );
}

/** Returns the latest date; null if there is none. */
export function latestOf(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((latest, each) => (latest && latest >= each ? latest : each), null);
}

function timeOf(snapshot: SnapshotRecord): number {
  return snapshot.kind.createdAt(snapshot)?.getTime() ?? 0;
}
