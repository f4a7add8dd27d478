import { UpstreamError } from '../../errors.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { takenFrom } from '../../snapshots/lineage.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { RecordReads } from '../lookups/record-reads.ts';

/** Whether the cluster of a snapshot no longer exists; an error if the values that AWS reports do not show it. */
type Orphaned = boolean | null | UpstreamError;

/**
 * Whether the cluster of a snapshot no longer exists. Null, which is neither, for snapshots of other accounts, and for
 * copies whose origin the principal has no source for. Fails if the clusters cannot be read.
 */
export function isOrphaned(snapshot: SnapshotRecord, reads: RecordReads): MaybePromise<Orphaned> {
  // Only the owner of a shared snapshot can see whether the cluster still exists.
  if (!isOwn(snapshot)) return null;
  if (snapshot.kind.clusterIdentifier(snapshot) === '') {
    return new UpstreamError(`${undecided(snapshot)}: AWS does not report its cluster.`);
  }
  // The cluster is read regardless of visibility: a cluster hidden from the principal still exists.
  return after(reads.namesakeOf(snapshot), (namesake) => isOutlived(snapshot, namesake));
}

/** Whether a snapshot exists longer than its cluster, whose name the cluster `namesake` has today. */
function isOutlived(snapshot: SnapshotRecord, namesake: ClusterRecord | null | undefined): Orphaned {
  if (namesake === undefined) return null;
  const lineage = namesake === null ? 'UNRELATED' : takenFrom(snapshot, namesake);
  if (lineage !== 'UNCERTAIN') return lineage === 'UNRELATED';
  return new UpstreamError(
    `${undecided(snapshot)}: a cluster ${snapshot.kind.clusterIdentifier(snapshot)} exists, but the creation times that AWS reports do not show whether the snapshot was taken from it. Compare createdAt of \`cluster\`, or of \`origin.cluster\`, with clusterCreatedAt.`,
  );
}

function undecided(snapshot: SnapshotRecord): string {
  return `Cannot determine whether the snapshot ${snapshot.kind.identifier(snapshot)} is orphaned`;
}
