import { NotFoundError } from '../../errors.ts';
import {
  isOtherSnapshot,
  noSuchSnapshot,
  type SnapshotRecord,
  type SnapshotStatus,
  snapshotStatus,
} from '../../snapshots/snapshot.ts';
import type { Followed } from './followed.ts';

/** The final statuses: a snapshot in one of them can only be deleted. */
const lastStatuses: ReadonlySet<SnapshotStatus> = new Set(['AVAILABLE', 'FINAL', 'FAILED', 'CANCELLED', 'DELETED']);

/** Snapshots are followed until they are complete. */
export const followedSnapshots: Followed<SnapshotRecord> = {
  contentOf: ({ aws }) => aws,
  isOther: isOtherSnapshot,
  outlookOf: (snapshot) => {
    const status = snapshotStatus(snapshot);
    if (lastStatuses.has(status)) return 'FINAL';
    return { progress: snapshot.kind.progress(snapshot), isUnknown: status === 'UNKNOWN' };
  },
  missing: noSuchSnapshot,
  replaced: () =>
    new NotFoundError(
      'The snapshot was deleted, and another snapshot now has its identifier. Subscribe again to follow that snapshot.',
    ),
};
