import type { ClusterRecord } from './cluster.ts';
import type { SnapshotRecord } from './snapshot.ts';

/** A snapshot or cluster, as AWS returned it. */
export type AwsRecord = SnapshotRecord | ClusterRecord;

export function isSnapshot(record: AwsRecord): record is SnapshotRecord {
  return record.kind.resource === 'snapshot';
}

/** Whether a value is a snapshot or cluster, as AWS returned it. */
export function isRecord(value: unknown): value is AwsRecord {
  return typeof value === 'object' && value !== null && 'aws' in value && 'kind' in value && '__typename' in value;
}
