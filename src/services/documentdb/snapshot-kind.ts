import { isAccountId, readArn } from '../../snapshots/arn.ts';
import { derivedOnce } from '../../snapshots/lazily.ts';
import { serviceTable } from '../../snapshots/service.ts';
import { isOwn, type SnapshotKind, type SnapshotRecord, snapshotStatus, toWord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import type { TaggedSnapshot } from './lookups/tag-list.ts';

export type DocumentDBSnapshot = SnapshotRecord<TaggedSnapshot>;

/** Maps an Amazon DocumentDB snapshot to the Snapshot interface. */
export const documentDBSnapshotKind: SnapshotKind<TaggedSnapshot> = {
  typename: serviceTable.DOCUMENTDB.types.snapshot,
  resource: 'snapshot',
  createdAtDriftSeconds: 0,
  hasRetention: false,
  arn: derivedOnce(
    (snapshot) => ownArnOf(snapshot) ?? documentDBArn(snapshot.source, 'cluster-snapshot', identifierIn(snapshot)),
  ),
  identifier: identifierIn,
  ownerAccountId: derivedOnce((snapshot) => readArn(ownArnOf(snapshot) ?? '')?.account ?? snapshot.source.account),
  clusterIdentifier: ({ aws }) => aws.DBClusterIdentifier ?? '',
  type: (snapshot) => {
    const type = toWord(snapshot.aws.SnapshotType);
    if (!isOwn(snapshot)) return type === 'public' ? 'PUBLIC' : 'SHARED';
    if (type === 'automated') return 'AUTOMATED';
    return ['manual', 'shared', 'public'].includes(type) ? 'MANUAL' : 'UNKNOWN';
  },
  rawStatus: ({ aws }) => aws.Status ?? '',
  createdAt: ({ aws }) => aws.SnapshotCreateTime,
  clusterCreatedAt: ({ aws }) => aws.ClusterCreateTime,
  masterUsername: ({ aws }) => aws.MasterUsername,
  engineVersion: ({ aws }) => aws.EngineVersion,
  // AWS always returns 0, whatever the port of the cluster is.
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
  origin: ({ aws: { SourceDBClusterSnapshotArn: snapshotArn } }) => {
    if (!snapshotArn) return null;
    const [, , , region = '', account = ''] = snapshotArn.split(':');
    return { region: region || null, account: isAccountId(account) ? account : null, snapshotArn };
  },
};

/** Combines a snapshot that AWS returned with its source. */
export function documentDBSnapshot(source: Source, aws: TaggedSnapshot, derived?: unknown[]): DocumentDBSnapshot {
  return { __typename: documentDBSnapshotKind.typename, kind: documentDBSnapshotKind, source, aws, derived };
}

/** Returns the ARN that AWS reports; undefined if it is missing, or not an ARN, so that it must be constructed. */
function ownArnOf({ aws }: DocumentDBSnapshot): string | undefined {
  return [aws.DBClusterSnapshotArn, aws.DBClusterSnapshotIdentifier].find(
    (text) => text !== undefined && readArn(text),
  );
}

/** For a snapshot of another account, AWS returns the full ARN as the identifier. */
function identifierIn({ aws }: DocumentDBSnapshot): string {
  return (aws.DBClusterSnapshotIdentifier ?? '').replace(/^arn:[^/]*?:cluster-snapshot:/, '');
}

/** Returns the ARN of a snapshot or cluster that the account of the source owns. */
export function documentDBArn(
  { partition, region, account }: Source,
  resource: 'cluster' | 'cluster-snapshot',
  identifier: string,
): string {
  return `arn:${partition}:rds:${region}:${account}:${resource}:${identifier}`;
}

/** Whether a snapshot is deleted, so that AWS no longer reports its tags and sharing. */
export function isDeleted(snapshot: DocumentDBSnapshot): boolean {
  return snapshotStatus(snapshot) === 'DELETED';
}
