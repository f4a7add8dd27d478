import type { ClusterRecord } from './cluster.ts';
import type { SnapshotRecord } from './snapshot.ts';

/** A snapshot or cluster, as AWS returned it. */
export type AwsRecord = SnapshotRecord | ClusterRecord;

export function isSnapshot(record: AwsRecord): record is SnapshotRecord {
  return record.kind.resource === 'snapshot';
}
