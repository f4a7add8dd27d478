import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { MaybePromise } from '../../snapshots/maybe.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { BackendOf } from '../backend.ts';

/** What a record does not say of itself, regardless of visibility: read from the service of its source, in batches. */
export interface RecordReads {
  /** The cluster a snapshot was taken from; null when it no longer exists, or is another account's. */
  clusterOf(snapshot: SnapshotRecord): MaybePromise<ClusterRecord | null>;
  /** Null where only the owner may see them. */
  tagsOf(record: AwsRecord): MaybePromise<readonly Tag[] | null>;
  /** Null where only the owner may see it. */
  sharingOf(snapshot: SnapshotRecord): MaybePromise<SnapshotSharing | null>;
}

/** Asks the backends of one request. */
export function createRecordReads(backendOf: BackendOf): RecordReads {
  return {
    clusterOf: (snapshot) => backendOf(snapshot.source).clusterOf(snapshot),
    tagsOf: (record) => backendOf(record.source).tagsOf(record),
    sharingOf: (snapshot) => backendOf(snapshot.source).sharingOf(snapshot),
  };
}
