import type { Usage } from '../../aws/usage.ts';
import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { type Backend, largestPage, pagesOf } from '../backend.ts';

/**
 * Returns the automated snapshots in a source that are of a cluster with the name of `cluster`, regardless of
 * visibility. Rejects if a page cannot be read, because a failed read does not mean that there is no snapshot.
 */
export async function automatedSnapshots(
  { snapshots: listing }: Backend,
  source: Source,
  cluster: ClusterRecord,
  usage: Usage,
): Promise<readonly SnapshotRecord[]> {
  const found: SnapshotRecord[] = [];
  const own = {
    clusterIdentifiers: [cluster.kind.identifier(cluster)],
    ownerAccounts: [source.account],
    types: ['AUTOMATED'] as const,
  };
  for (const query of listing.queries(source, own)) {
    const pages = pagesOf((marker) => listing.read(source, query, { marker, size: largestPage }, usage));
    for await (const { rows, flaw } of pages) {
      if (flaw) throw flaw;
      found.push(...rows.filter((row) => row !== null));
    }
  }
  return found.filter((row) => row.kind.type(row) === 'AUTOMATED');
}
