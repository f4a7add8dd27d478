import { nameDate } from '../../time/dates.ts';
import { listedAt, type Assumptions } from '../../world/assumptions.ts';
import type { Region } from '../../world/world.ts';
import { completeSnapshot, settledCreateTime } from '../stock/complete-snapshot.ts';
import type { StoredCluster, StoredSnapshot } from '../stored.ts';

/** Returns the automated snapshot that AWS takes of a cluster at a moment, without storing it. */
export function automatedSnapshot(
  cluster: StoredCluster,
  at: Date,
  place: Region,
  assumptions: Assumptions,
): StoredSnapshot {
  const readyAt = at.getTime() + assumptions.snapshotSeconds * 1000;
  const members = {
    SnapshotIdentifier: `rs:${cluster.ClusterIdentifier}-${nameDate(at.toISOString(), 'seconds')}`,
    ClusterIdentifier: cluster.ClusterIdentifier,
    SnapshotType: 'automated',
    SnapshotCreateTime: at,
    Tags: [],
    readyAt,
    settledCreateTime: settledCreateTime(at.getTime(), readyAt, assumptions),
    listedAt: listedAt({ now: at, assumptions }),
  };
  return completeSnapshot(members, place, at, cluster);
}
