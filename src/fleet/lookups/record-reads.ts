import type { ClusterRecord } from '../../snapshots/cluster.ts';
import type { AwsRecord } from '../../snapshots/record.ts';
import type { SnapshotSharing } from '../../snapshots/sharing.ts';
import type { SnapshotRecord } from '../../snapshots/snapshot.ts';
import type { Tag } from '../../snapshots/tag.ts';
import type { BackendOf } from '../backend.ts';

/** What a record does not say of itself, whoever may see it: read from the service of its source, in batches. */
export interface RecordReads {
  /** The cluster a snapshot was taken from; null when it no longer exists, or is another account's. */
  clusterOf(snapshot: SnapshotRecord): Promise<ClusterRecord | null>;
  /** Null where only the owner may see them. */
  tagsOf(record: AwsRecord): Promise<readonly Tag[] | null>;
  /** Null where only the owner may see it. */
  sharingOf(snapshot: SnapshotRecord): Promise<SnapshotSharing | null>;
}

/** Asks the backends of one request. */
export function createRecordReads(backendOf: BackendOf): RecordReads {
  return {
    clusterOf: async (snapshot) => backendOf(snapshot.source).clusterOf(snapshot),
    tagsOf: async (record) => backendOf(record.source).tagsOf(record),
    sharingOf: async (snapshot) => backendOf(snapshot.source).sharingOf(snapshot),
  };
}
