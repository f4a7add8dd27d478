import type { Cluster } from '@aws-sdk/client-redshift';
import type { ClusterKind, ClusterRecord, ClusterRestore, ClusterRestoreState } from '../../snapshots/cluster.ts';
import { serviceTable } from '../../snapshots/service.ts';
import { toWord } from '../../snapshots/snapshot.ts';
import type { Source } from '../../snapshots/source.ts';
import { known } from './snapshot-kind.ts';

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
  restore: ({ aws }) => restoreIn(aws),
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

const restoreStates: ReadonlyMap<string, ClusterRestoreState> = new Map([
  ['starting', 'STARTING'],
  ['restoring', 'RESTORING'],
  ['completed', 'COMPLETED'],
  ['failed', 'FAILED'],
]);

/**
 * Returns the restore that AWS reports, also after its end. AWS updates the figures for DC2 nodes only: those of other
 * node types mean nothing, whatever their values are.
 * https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreStatus.html
 */
function restoreIn({ RestoreStatus: restore, NodeType }: Cluster): ClusterRestore | null {
  const word = toWord(restore?.Status);
  if (restore === undefined || word === '') return null;
  const state = restoreStates.get(word) ?? 'UNKNOWN';
  if (!toWord(NodeType).startsWith('dc2.')) return { state, percent: null };
  const [restored, total] = [known(restore.ProgressInMegaBytes), known(restore.SnapshotSizeInMegaBytes)];
  return {
    state,
    percent: restored === null || !total ? null : Math.min(100, (restored / total) * 100),
    restoredMegabytes: restored,
    totalMegabytes: total,
    rateMegabytesPerSecond: known(restore.CurrentRestoreRateInMegaBytesPerSecond),
    elapsedSeconds: known(restore.ElapsedTimeInSeconds),
    remainingSeconds: known(restore.EstimatedTimeToCompletionInSeconds),
  };
}
