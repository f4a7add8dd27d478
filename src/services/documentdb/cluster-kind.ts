import { type ClusterKind, type ClusterRecord, type ClusterRestore, clusterStatus } from '../../snapshots/cluster.ts';
import { readArn } from '../../snapshots/arn.ts';
import { derivedOnce } from '../../snapshots/lazily.ts';
import { serviceTable } from '../../snapshots/service.ts';
import type { Source } from '../../snapshots/source.ts';
import { documentDBArn } from './snapshot-kind.ts';
import type { TaggedCluster } from './lookups/tag-list.ts';

export type DocumentDBCluster = ClusterRecord<TaggedCluster>;

/** Maps an Amazon DocumentDB cluster to the Cluster interface. */
export const documentDBClusterKind: ClusterKind<TaggedCluster> = {
  typename: serviceTable.DOCUMENTDB.types.cluster,
  resource: 'cluster',
  arn: derivedOnce(({ aws, source }) =>
    aws.DBClusterArn !== undefined && readArn(aws.DBClusterArn)
      ? aws.DBClusterArn
      : documentDBArn(source, 'cluster', aws.DBClusterIdentifier ?? ''),
  ),
  identifier: ({ aws }) => aws.DBClusterIdentifier ?? '',
  rawStatus: ({ aws }) => aws.Status ?? '',
  restore: (cluster) => restoreOf(cluster),
  instanceNames: ({ aws }) => (aws.DBClusterMembers ?? []).flatMap((member) => member.DBInstanceIdentifier ?? []),
  movingMembers: ['EarliestRestorableTime', 'LatestRestorableTime'],
  createdAt: ({ aws }) => aws.ClusterCreateTime,
  engineVersion: ({ aws }) => aws.EngineVersion,
  endpoint: ({ aws }) => (aws.Endpoint === undefined ? null : { address: aws.Endpoint, port: aws.Port }),
  masterUsername: ({ aws }) => aws.MasterUsername,
  // AWS reports the subnet group of a cluster, but not its VPC.
  vpcId: () => null,
  availabilityZones: ({ aws }) => aws.AvailabilityZones ?? [],
  encrypted: ({ aws }) => aws.StorageEncrypted,
  kmsKeyId: ({ aws }) => aws.KmsKeyId,
  backupRetentionDays: ({ aws }) => aws.BackupRetentionPeriod,
  latestRestorableAt: ({ aws }) => aws.LatestRestorableTime,
};

/** Combines a cluster that AWS returned with its source. */
export function documentDBCluster(source: Source, aws: TaggedCluster): DocumentDBCluster {
  return { __typename: documentDBClusterKind.typename, kind: documentDBClusterKind, source, aws, derived: [] };
}

/**
 * Returns the restore that creates a cluster. AWS does not say how a cluster was created: one that is being created is
 * being restored if AWS reports its progress.
 */
function restoreOf(cluster: DocumentDBCluster): ClusterRestore | null {
  const status = clusterStatus(cluster);
  const percent = percentIn(cluster.aws.PercentProgress);
  const isRestored = status === 'RESTORING' || (status === 'CREATING' && percent !== null);
  return isRestored ? { state: 'RESTORING', percent } : null;
}

/** Reads a percentage, which AWS reports as a text for clusters; null for anything else. */
function percentIn(text = ''): number | null {
  const digits = text.trim().replace('%', '');
  const percent = Number(digits);
  return digits !== '' && percent >= 0 && percent <= 100 ? percent : null;
}
