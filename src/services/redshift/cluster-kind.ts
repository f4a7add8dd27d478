import type { Cluster } from '@aws-sdk/client-redshift';
import type { ClusterKind, ClusterRecord } from '../../snapshots/cluster.ts';
import { serviceTable } from '../../snapshots/service.ts';
import { toWord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';

export type RedshiftCluster = ClusterRecord<Cluster>;

/** Maps an Amazon Redshift cluster to the Cluster interface. */
const redshiftClusterKind: ClusterKind<Cluster> = {
  typename: serviceTable.REDSHIFT.types.cluster,
  resource: 'cluster',
  // AWS does not return the ARN of a cluster, only the ARN of its namespace.
  arn: ({ aws, source }) => redshiftClusterArn(source, aws.ClusterIdentifier ?? ''),
  identifier: ({ aws }) => aws.ClusterIdentifier ?? '',
  rawStatus: ({ aws }) => aws.ClusterStatus ?? '',
  isRestoring: ({ aws }) => ['starting', 'restoring'].includes(toWord(aws.RestoreStatus?.Status)),
  createdAt: ({ aws }) => aws.ClusterCreateTime,
  engineVersion: ({ aws }) => aws.ClusterVersion,
  endpoint: ({ aws: { Endpoint: { Address: address, Port: port } = {} } }) =>
    address === undefined && port === undefined ? null : { address, port },
  masterUsername: ({ aws }) => aws.MasterUsername,
  vpcId: ({ aws }) => aws.VpcId,
  availabilityZones: ({ aws }) => (aws.AvailabilityZone === undefined ? [] : [aws.AvailabilityZone]),
  encrypted: ({ aws }) => aws.Encrypted,
  kmsKeyId: ({ aws }) => aws.KmsKeyId,
  backupRetentionDays: ({ aws }) => aws.AutomatedSnapshotRetentionPeriod,
};

/** Combines a cluster that AWS returned with its source. */
export function redshiftCluster(source: Source, aws: Cluster): RedshiftCluster {
  return { __typename: redshiftClusterKind.typename, kind: redshiftClusterKind, source, aws, derived: [] };
}

function redshiftClusterArn({ partition, region, account }: Source, identifier: string): string {
  return `arn:${partition}:redshift:${region}:${account}:cluster:${identifier}`;
}
