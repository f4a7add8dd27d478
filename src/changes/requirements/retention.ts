import { untilDeleted } from '../../snapshots/retention.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { NewRetention } from '../backend.ts';

const day = 24 * 60 * 60 * 1000;

/** Whether AWS deletes a snapshot immediately when this retention period is set. */
export function endsAtOnce(snapshot: SnapshotRecord, { days = untilDeleted, force }: NewRetention): boolean {
  if (!force || days === untilDeleted) return false;
  const startedAt = snapshot.kind.retention(snapshot)?.startedAt ?? snapshot.kind.createdAt(snapshot);
  return startedAt == null || startedAt.getTime() + days * day <= Date.now();
}

/** Whether this retention period is shorter than the current one of the snapshot. */
export function endsSooner(snapshot: SnapshotRecord, { days = untilDeleted }: NewRetention): boolean {
  return days !== untilDeleted && days < (snapshot.kind.retention(snapshot)?.days ?? Infinity);
}
