import type { DBCluster } from '@aws-sdk/client-docdb';
import type { Source } from '../../graphql/source.ts';
import type { ClusterKind, ClusterRecord } from '../../snapshots/cluster.ts';

export type DocumentDBCluster = ClusterRecord<DBCluster>;

/** Amazon DocumentDB's cluster in the words of the Cluster interface. */
export const documentDBClusterKind: ClusterKind<DBCluster> = {
  typename: 'DocumentDBCluster',
  arn: ({ aws }) => aws.DBClusterArn ?? '',
  identifier: ({ aws }) => aws.DBClusterIdentifier ?? '',
  status: ({ aws }) => aws.Status ?? '',
  createdAt: ({ aws }) => aws.ClusterCreateTime,
  engineVersion: ({ aws }) => aws.EngineVersion,
  endpoint: ({ aws }) => (aws.Endpoint === undefined ? null : { address: aws.Endpoint, port: aws.Port }),
  masterUsername: ({ aws }) => aws.MasterUsername,
  // AWS gives the subnet group of a cluster and not its VPC.
  vpcId: () => null,
  availabilityZones: ({ aws }) => aws.AvailabilityZones ?? [],
  encrypted: ({ aws }) => aws.StorageEncrypted,
  kmsKeyId: ({ aws }) => aws.KmsKeyId,
  backupRetentionDays: ({ aws }) => aws.BackupRetentionPeriod,
  tags: (cluster, ctx) => ctx.documentdb.tags.load(cluster.source, documentDBClusterKind.arn(cluster)),
};

/** AWS's cluster with where it was read. */
export function documentDBCluster(source: Source, aws: DBCluster): DocumentDBCluster {
  return { __typename: documentDBClusterKind.typename, kind: documentDBClusterKind, source, aws };
}
