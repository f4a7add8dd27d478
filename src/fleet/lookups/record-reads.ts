import { type ClusterInstance, type ClusterRecord, isReachable } from '../../snapshots/cluster.ts';
import { isFromElsewhere, takenFrom } from '../../snapshots/lineage.ts';
import type { KmsKey } from '../../snapshots/kms-key.ts';
import { after, type MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import { isOwn, type SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { BackendOf } from '../backend.ts';
import type { Sources } from '../sources.ts';
import type { Keys } from './keys.ts';

/** Reads data that a record lacks from the service of its source, in batches, regardless of visibility. */
export interface RecordReads extends Keys {
  /**
   * Prepares `clusterOf` of all these snapshots: the clusters of each source are read together if the cache has them, so
   * that they are returned at once. Makes no AWS call.
   */
  loadKnownClusters(snapshots: readonly SnapshotRecord[]): void;
  /**
   * Returns the cluster that a snapshot was taken from; null if it no longer exists, if another cluster has taken its
   * name since, or if it is in another account or region.
   */
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /**
   * Returns the cluster that a copy comes from, in the source of its origin; null if the snapshot is not a copy, if the
   * cluster no longer exists, or if the principal has no such source.
   */
  originClusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /**
   * Returns the cluster that has the name of a snapshot's cluster today, where that cluster is: in the source of the
   * snapshot or, for a copy, of its origin. Null if there is none; undefined if the principal has no such source. For
   * tests of all records of a list: all clusters of the source are read.
   */
  namesakeOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null | undefined>;
  /** Returns the cluster that has a name, in any case, today; null if there is none. */
  clusterNamed(source: Source, identifier: string): MaybePromise<ClusterRecord | null>;
  /** Returns the tags of a record; null if only the owner can see them. */
  tagsOf(record: AwsRecord): MaybePromise<readonly Tag[] | null>;
  /** Returns the key that encrypts a snapshot; null if there is none. Rejects if AWS KMS does not describe the key. */
  kmsKeyOf(snapshot: SnapshotRecord): MaybePromise<KmsKey | null>;
  /** Returns how a snapshot is shared; null if only the owner can see it. */
  sharingOf(snapshot: SnapshotRecord): MaybePromise<SnapshotSharing | null>;
  /** Returns the instances of a cluster; none for a service without instances. */
  instancesOf(cluster: ClusterRecord): MaybePromise<readonly ClusterInstance[]>;
  /** Whether a cluster can accept connections; null if AWS does not say. */
  isReachable(cluster: ClusterRecord): MaybePromise<boolean | null>;
}

/** Creates the record reads of one request, for the sources that its principal sees. */
export function createRecordReads(backendOf: BackendOf, sources: Pick<Sources, 'at'>, keys: Keys): RecordReads {
  const namesakeOf = (snapshot: SnapshotRecord, areMany = false) => {
    const name = snapshot.kind.clusterIdentifier(snapshot);
    const home = homeOf(snapshot, sources);
    if (home === undefined || name === '') return undefined;
    const backend = backendOf(home);
    if (areMany) backend.expectClusters(home);
    return backend.clusterNamed(home, name);
  };
  const relatedOf = (snapshot: SnapshotRecord) =>
    after(namesakeOf(snapshot), (namesake) =>
      namesake && takenFrom(snapshot, namesake) !== 'UNRELATED' ? namesake : null,
    );
  const instancesOf = (cluster: ClusterRecord) =>
    cluster.instances ?? backendOf(cluster.source).instancesOf?.(cluster) ?? [];
  const hasClusterHere = (snapshot: SnapshotRecord) => isOwn(snapshot) && !isFromElsewhere(snapshot);
  return {
    loadKnownClusters: (snapshots) => {
      const names = new Map<Source, Set<string>>();
      for (const snapshot of snapshots) {
        const name = hasClusterHere(snapshot) ? snapshot.kind.clusterIdentifier(snapshot) : '';
        const home = name === '' ? undefined : homeOf(snapshot, sources);
        if (home === undefined) continue;
        const known = names.get(home);
        if (known) known.add(name);
        else names.set(home, new Set([name]));
      }
      for (const [source, own] of names) backendOf(source).loadKnownClusters(source, [...own]);
    },
    clusterOf: (snapshot) => (hasClusterHere(snapshot) ? relatedOf(snapshot) : null),
    originClusterOf: (snapshot) => (snapshot.kind.origin(snapshot) === null ? null : relatedOf(snapshot)),
    namesakeOf: (snapshot) => namesakeOf(snapshot, true),
    clusterNamed: (source, identifier) => backendOf(source).clusterNamed(source, identifier),
    tagsOf: (record) => backendOf(record.source).tagsOf(record),
    keyNamed: keys.keyNamed,
    kmsKeyOf: (snapshot) => {
      const named = snapshot.kind.kmsKeyId(snapshot);
      return named ? keys.keyNamed(snapshot.source, named) : null;
    },
    sharingOf: (snapshot) => backendOf(snapshot.source).sharingOf(snapshot),
    instancesOf,
    isReachable: (cluster) => isReachable(cluster, () => instancesOf(cluster)),
  };
}

/** Returns the source of the cluster that a snapshot was taken from; undefined if the principal does not see it. */
export function homeOf(snapshot: SnapshotRecord, sources: Pick<Sources, 'at'>): Source | undefined {
  const { source } = snapshot;
  const origin = snapshot.kind.origin(snapshot);
  if (origin === null) return source;
  return sources.at(origin.account ?? source.account, origin.region ?? source.region, source.service);
}
