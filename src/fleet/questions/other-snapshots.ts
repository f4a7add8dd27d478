import type { Usage } from '../../aws/usage.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import { type Backend, largestPage, pagesOf } from '../backend.ts';

/**
 * Whether a cluster has an available snapshot other than these, regardless of visibility. Reads AWS pages until a
 * snapshot is found. Rejects if a page cannot be read, because a failed read does not mean that there is no snapshot.
 */
export async function hasOtherSnapshot(
  { snapshots: listing }: Backend,
  cluster: ClusterRecord,
  these: readonly SnapshotRecord[],
  usage: Usage,
): Promise<boolean> {
  const { source } = cluster;
  const identifier = cluster.kind.identifier(cluster);
  const known = new Set(these.map(arnOf));
  const isOther = (row: SnapshotRecord | null) =>
    row !== null &&
    snapshotStatus(row) === 'AVAILABLE' &&
    row.kind.clusterIdentifier(row).toLowerCase() === identifier.toLowerCase() &&
    !known.has(arnOf(row));
  const own = { clusterIdentifiers: [identifier], ownerAccounts: [source.account] };
  for (const query of listing.queries(source, own)) {
    const pages = pagesOf((marker) => listing.read(source, query, { marker, size: largestPage }, usage));
    for await (const { rows } of pages) if (rows.some(isOther)) return true;
  }
  return false;
}

function arnOf(snapshot: SnapshotRecord): string {
  return snapshot.kind.arn(snapshot);
}
