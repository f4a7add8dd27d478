import type { ClusterRecord } from '../../snapshots/cluster.ts';
import { isFromElsewhere, lineageOf } from '../../snapshots/lineage.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { BackendOf } from '../backend.ts';

/** Reads data that a record lacks from the service of its source, in batches, regardless of visibility. */
export interface RecordReads {
  /**
   * Returns the cluster that a snapshot was taken from; null if it no longer exists, if another cluster has taken its
   * name since, or if it is in another account or region.
   */
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /** Returns the tags of a record; null if only the owner can see them. */
  tagsOf(record: AwsRecord): MaybePromise<readonly Tag[] | null>;
  /** Returns how a snapshot is shared; null if only the owner can see it. */
  sharingOf(snapshot: SnapshotRecord): MaybePromise<SnapshotSharing | null>;
}

/** Creates the record reads of one request. */
export function createRecordReads(backendOf: BackendOf): RecordReads {
  return {
    clusterOf: async (snapshot) => {
      if (isFromElsewhere(snapshot)) return null;
      const namesake = await backendOf(snapshot.source).clusterOf(snapshot);
      return namesake && lineageOf(snapshot, namesake) === 'UNRELATED' ? null : namesake;
    },
    tagsOf: (record) => backendOf(record.source).tagsOf(record),
    sharingOf: (snapshot) => backendOf(snapshot.source).sharingOf(snapshot),
  };
}
