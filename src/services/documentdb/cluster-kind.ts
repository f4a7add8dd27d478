import type { DBCluster } from '@aws-sdk/client-docdb';
import type { ClusterKind, ClusterRecord } from '../../snapshots/cluster.ts';
import { serviceTable } from '../../snapshots/service.ts';
import type { Source } from '../../snapshots/source.ts';

export type DocumentDBCluster = ClusterRecord<DBCluster>;

/** Amazon DocumentDB's cluster in the words of the Cluster interface. */
export const documentDBClusterKind: ClusterKind<DBCluster> = {
  typename: serviceTable.DOCUMENTDB.types.cluster,
  resource: 'cluster',
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
};

/** AWS's cluster with where it was read. */
export function documentDBCluster(source: Source, aws: DBCluster): DocumentDBCluster {
  return { __typename: documentDBClusterKind.typename, kind: documentDBClusterKind, source, aws };
}
