import { UpstreamError } from '../../errors.ts';
import { takenFrom } from '../../snapshots/lineage.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import type { RecordReads } from '../lookups/record-reads.ts';

/**
 * Whether the cluster of a snapshot no longer exists. Null, which is neither, for snapshots of other accounts, and for
 * copies whose origin the principal has no source for. An error if the values that AWS reports do not show it. Throws or
 * rejects if the clusters cannot be read.
 */
export function isOrphaned(snapshot: SnapshotRecord, reads: RecordReads): MaybePromise<boolean | null | UpstreamError> {
  // Only the owner of a shared snapshot can see whether the cluster still exists.
  if (!isOwn(snapshot)) return null;
  const { kind } = snapshot;
  const name = kind.clusterIdentifier(snapshot);
  if (name === '') return undecided(snapshot, 'AWS does not report its cluster');
  // The cluster is read regardless of visibility: a cluster hidden from the principal still exists.
  return after(reads.namesakeOf(snapshot), (namesake) => {
    if (namesake === undefined) return null;
    const lineage = namesake === null ? 'UNRELATED' : takenFrom(snapshot, namesake);
    if (lineage !== 'UNCERTAIN') return lineage === 'UNRELATED';
    return undecided(
      snapshot,
      `a cluster ${name} exists, but the creation times that AWS reports do not show whether the snapshot was taken from it. Compare createdAt of \`cluster\`, or of \`origin.cluster\`, with clusterCreatedAt`,
    );
  });
}

function undecided(snapshot: SnapshotRecord, why: string): UpstreamError {
  const name = snapshot.kind.identifier(snapshot);
  return new UpstreamError(`Cannot determine whether the snapshot ${name} is orphaned: ${why}.`);
}
