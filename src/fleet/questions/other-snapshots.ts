import type { Usage } from '../../aws/usage.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Backend } from '../backend.ts';

/**
 * Whether a cluster has an available snapshot besides these, whoever may see it. Reads AWS pages until one is found;
 * rejects where they cannot be read, because unknown is not none.
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
  for (const strand of listing.plan(source, { clusterIdentifiers: [identifier], ownerAccounts: [source.account] })) {
    let marker: string | undefined;
    do {
      const page = await listing.read(source, strand, { marker, size: 100 }, usage);
      if (page.rows.some(isOther)) return true;
      marker = page.marker;
    } while (marker);
  }
  return false;
}

function arnOf(snapshot: SnapshotRecord): string {
  return snapshot.kind.arn(snapshot);
}
