import type { OtherSnapshots } from '../../access/policy/leaving.ts';
import type { Usage } from '../../aws/usage.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isIntermediateCopy, lineageOf } from '../../snapshots/lineage.ts';
import { retentionEnd } from '../../snapshots/retention.ts';
import { retentionStart, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import { type Backend, largestPage, pagesOf } from '../backend.ts';

/**
 * Whether a cluster has an available snapshot that remains, regardless of visibility. Reads AWS pages until a snapshot
 * is found. Rejects if a page cannot be read, because a failed read does not mean that there is no snapshot.
 */
export async function hasOtherSnapshot(
  { snapshots: listing }: Backend,
  cluster: ClusterRecord,
  { isLeaving, until }: OtherSnapshots,
  usage: Usage,
): Promise<boolean> {
  const { source } = cluster;
  const remains = (row: SnapshotRecord | null) =>
    row !== null &&
    snapshotStatus(row) === 'AVAILABLE' &&
    // Only positive evidence counts: the cluster's name alone does not show that the snapshot is of this cluster.
    lineageOf(row, cluster) === 'BELONGS' &&
    isKept(row, cluster, until) &&
    !isIntermediateCopy(row) &&
    !isLeaving(row);
  const own = { clusterIdentifiers: [cluster.kind.identifier(cluster)], ownerAccounts: [source.account] };
  for (const query of listing.queries(source, own)) {
    const pages = pagesOf((marker) => listing.read(source, query, { marker, size: largestPage }, usage));
    for await (const { rows } of pages) if (rows.some(remains)) return true;
  }
  return false;
}

/** Whether AWS keeps a snapshot beyond a time. An automated snapshot is replaced only while its cluster creates them. */
function isKept(snapshot: SnapshotRecord, cluster: ClusterRecord, until: Date): boolean {
  if (snapshot.kind.type(snapshot) === 'AUTOMATED') return (cluster.kind.backupRetentionDays(cluster) ?? 0) >= 1;
  if (snapshot.kind.type(snapshot) !== 'MANUAL') return false;
  if (!snapshot.kind.hasRetention) return true;
  const end = retentionEnd(snapshot.kind.retention(snapshot), retentionStart(snapshot, until));
  return end === 'forever' || (end !== null && end > until);
}
