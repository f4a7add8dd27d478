import type { Backend, Listing } from '../fleet/backend.ts';
import type { ClusterConditions, SnapshotConditions } from '../fleet/lists/conditions.ts';
import type { ClusterRecord } from '../snapshots/cluster.ts';
import type { MaybePromise } from '../snapshots/maybe.ts';
import type { SnapshotRecord } from '../snapshots/snapshot.ts';
import type { Source } from '../snapshots/source.ts';

/** The lists and loaders of a service, for one request. */
interface ServedRecords<Snapshot extends SnapshotRecord, Cluster extends ClusterRecord> {
  readonly snapshots: Listing<Snapshot, SnapshotConditions> & {
    latest(source: Source, clusters: readonly Cluster[]): Promise<readonly (Snapshot | Error | null)[]>;
  };
  readonly clusters: Listing<Cluster, ClusterConditions> & {
    load(source: Source, identifier: string, isAlone?: boolean): MaybePromise<Cluster | null>;
    expect(source: Source): void;
    loadKnown(source: Source, identifiers: readonly string[]): void;
  };
}

type CommonPart =
  | 'snapshots'
  | 'clusters'
  | 'cluster'
  | 'requireArn'
  | 'clusterNamed'
  | 'expectClusters'
  | 'loadKnownClusters'
  | 'latestSnapshots';

/** How the parts of a backend are created from the lists and loaders of a request. */
type CommonParts<Snapshot extends SnapshotRecord, Cluster extends ClusterRecord> = {
  readonly [Name in CommonPart]: (all: {
    readonly seed: ServedRecords<Snapshot, Cluster>;
  }) => Backend<Snapshot, Cluster>[Name];
};

/**
 * Returns the parts of a backend that every service has in common, for `lazily`. The functions return the name in the ARN
 * of a cluster or of a snapshot, and throw INVALID_INPUT for another kind of ARN.
 */
export function commonParts<Snapshot extends SnapshotRecord, Cluster extends ClusterRecord>(
  clusterNameIn: (arn: string) => string,
  snapshotNameIn: (arn: string) => string,
): CommonParts<Snapshot, Cluster> {
  return {
    snapshots: ({ seed }) => seed.snapshots,
    clusters: ({ seed }) => seed.clusters,
    cluster:
      ({ seed }) =>
      (source, arn, isAlone) =>
        seed.clusters.load(source, clusterNameIn(arn), isAlone),
    requireArn: () => (resource, arn) => void (resource === 'cluster' ? clusterNameIn(arn) : snapshotNameIn(arn)),
    clusterNamed:
      ({ seed }) =>
      (source, identifier) =>
        seed.clusters.load(source, identifier),
    expectClusters:
      ({ seed }) =>
      (source) =>
        seed.clusters.expect(source),
    loadKnownClusters:
      ({ seed }) =>
      (source, identifiers) =>
        seed.clusters.loadKnown(source, identifiers),
    latestSnapshots:
      ({ seed }) =>
      (source, clusters) =>
        seed.snapshots.latest(source, clusters),
  };
}
