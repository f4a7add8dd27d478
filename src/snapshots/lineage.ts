import type { ClusterRecord } from './cluster.ts';
import type { Maybe } from './maybe.ts';
import { isOwn, type SnapshotRecord, snapshotStatus } from './snapshot.ts';

/**
 * How a snapshot relates to a cluster that exists. UNCERTAIN: the cluster has the name of the snapshot's cluster, but
 * the times that AWS reports do not show whether it is the same cluster.
 */
export type Lineage = 'BELONGS' | 'UNCERTAIN' | 'UNRELATED';

/** AWS rounds the creation time of a cluster differently in its operations. */
const clusterTimeTolerance = 1_000;

/**
 * Returns how a snapshot relates to a cluster. A name is not an identity: a cluster can be deleted and recreated under
 * the same name, and another region or account can have a cluster of the same name. A copy from elsewhere is unrelated
 * to every cluster of its own source.
 */
export function lineageOf(snapshot: SnapshotRecord, cluster: ClusterRecord): Lineage {
  if (snapshot.source.key !== cluster.source.key || !isOwn(snapshot) || isFromElsewhere(snapshot)) return 'UNRELATED';
  return takenFrom(snapshot, cluster);
}

/**
 * Returns how a snapshot relates to a cluster in the source that its cluster is in: its own source or, for a copy, the
 * source of its origin.
 */
export function takenFrom(snapshot: SnapshotRecord, cluster: ClusterRecord): Lineage {
  const name = snapshot.kind.clusterIdentifier(snapshot).toLowerCase();
  if (name !== cluster.kind.identifier(cluster).toLowerCase()) return 'UNRELATED';
  const createdAt = cluster.kind.createdAt(cluster);
  const recorded = snapshot.kind.clusterCreatedAt(snapshot);
  if (createdAt == null || recorded == null) return 'UNCERTAIN';
  if (Math.abs(createdAt.getTime() - recorded.getTime()) <= clusterTimeTolerance) return 'BELONGS';
  // AWS does not document whether a resize or a rename changes the time, so the time alone proves nothing.
  return isBefore(snapshot.kind.createdAt(snapshot), createdAt) ? 'UNRELATED' : 'UNCERTAIN';
}

/** Whether a snapshot is a copy from another region or account, so that its cluster is not in its own source. */
export function isFromElsewhere(snapshot: SnapshotRecord): boolean {
  const origin = snapshot.kind.origin(snapshot);
  if (origin === null) return false;
  const { region, account } = snapshot.source;
  return (origin.region ?? region) !== region || (origin.account ?? account) !== account;
}

function isBefore(moment: Maybe<Date>, other: Date): boolean {
  return moment != null && moment < other;
}

/** Whether a cluster can be restored from a snapshot: it is available, and not known to be unrelated to the cluster. */
export function isRecoveryPoint(snapshot: SnapshotRecord, cluster: ClusterRecord): boolean {
  return snapshotStatus(snapshot) === 'AVAILABLE' && lineageOf(snapshot, cluster) !== 'UNRELATED';
}

/** The start of the names of intermediate copies. */
export const intermediatePrefix = 'snapgate-copy-';

/**
 * Whether a snapshot has the name of an intermediate copy, which copySnapshot deletes as soon as the copy in the other
 * account is complete: it must not be relied on as a snapshot that remains.
 */
export function isIntermediateCopy(snapshot: SnapshotRecord): boolean {
  return snapshot.kind.identifier(snapshot).toLowerCase().startsWith(intermediatePrefix);
}
