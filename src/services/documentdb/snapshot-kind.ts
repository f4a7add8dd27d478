import type { DBClusterSnapshot } from '@aws-sdk/client-docdb';
import { serviceTable } from '../../snapshots/service.ts';
import { isOwn, type SnapshotKind, type SnapshotRecord, snapshotStatus } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';

export type DocumentDBSnapshot = SnapshotRecord<DBClusterSnapshot>;

/** The value of Engine that makes an RDS resource one of Amazon DocumentDB. */
export const documentDBEngine = 'docdb';

/** Amazon DocumentDB's snapshot in the words of the Snapshot interface. */
export const documentDBSnapshotKind: SnapshotKind<DBClusterSnapshot> = {
  typename: serviceTable.DOCUMENTDB.types.snapshot,
  resource: 'snapshot',
  arn: ({ aws }) => aws.DBClusterSnapshotArn ?? '',
  // The identifier of a snapshot of another account is its whole ARN.
  identifier: ({ aws }) => (aws.DBClusterSnapshotIdentifier ?? '').replace(/^arn:[^/]*?:cluster-snapshot:/, ''),
  ownerAccountId: ({ aws, source }) => aws.DBClusterSnapshotArn?.split(':')[4] ?? source.account,
  clusterIdentifier: ({ aws }) => aws.DBClusterIdentifier ?? '',
  type: (snapshot) => {
    const { SnapshotType } = snapshot.aws;
    if (!isOwn(snapshot)) return SnapshotType === 'public' ? 'PUBLIC' : 'SHARED';
    if (SnapshotType === 'automated') return 'AUTOMATED';
    return ['manual', 'shared', 'public'].includes(SnapshotType ?? '') ? 'MANUAL' : 'UNKNOWN';
  },
  rawStatus: ({ aws }) => aws.Status ?? '',
  createdAt: ({ aws }) => aws.SnapshotCreateTime,
  clusterCreatedAt: ({ aws }) => aws.ClusterCreateTime,
  masterUsername: ({ aws }) => aws.MasterUsername,
  engineVersion: ({ aws }) => aws.EngineVersion,
  // AWS answers 0, whatever port the cluster has.
  port: ({ aws }) => aws.Port || null,
  vpcId: ({ aws }) => aws.VpcId,
  availabilityZones: ({ aws }) => aws.AvailabilityZones ?? [],
  encrypted: ({ aws }) => aws.StorageEncrypted,
  kmsKeyId: ({ aws }) => aws.KmsKeyId,
  progress: ({ aws }) => ({ percent: aws.PercentProgress }),
  size: () => null,
  retention: (snapshot) =>
    documentDBSnapshotKind.type(snapshot) === 'MANUAL'
      ? { days: null, remainingDays: null, startedAt: null, forever: true }
      : null,
};

/** AWS's snapshot with where it was read. */
export function documentDBSnapshot(source: Source, aws: DBClusterSnapshot): DocumentDBSnapshot {
  return { __typename: documentDBSnapshotKind.typename, kind: documentDBSnapshotKind, source, aws };
}

/** AWS has nothing more to tell about it. */
export function isDeleted(snapshot: DocumentDBSnapshot): boolean {
  return snapshotStatus(snapshot) === 'DELETED';
}
